"""Let this process have no `channels` installed."""

from importlib.machinery import PathFinder

find_spec = PathFinder.find_spec


def find_what_is_installed(name, path=None, target=None):
    """Find what is on the path, but not the distribution."""
    return None if name == "channels" else find_spec(name, path, target)


PathFinder.find_spec = find_what_is_installed
