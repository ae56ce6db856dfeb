"""Let this process have no `channels` installed."""

import sys


class NotInstalled:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "channels":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, NotInstalled)
