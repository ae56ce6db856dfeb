"""Some finders, such as those of frozen programs, stand in front of the path."""

import sys
from importlib.machinery import SourceFileLoader
from importlib.util import spec_from_loader


class Frozen:
    """Finds a package of that name, whether it is installed or not."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "channels":
            return spec_from_loader(name, SourceFileLoader(name, __file__))
        return None


sys.meta_path.insert(0, Frozen)
import channels_fast

channels_fast.install()
import channels.layers

assert channels is channels_fast
assert channels.layers.__name__ == "channels_fast.layers"
