"""Hooks that are called after an import, in the way that wrapt and tracers do it."""

import importlib.util
import sys

#: The hooks that have not been called yet, by the name of their module.
waiting = {}


class Finder:
    """Has a module found by the others, and replaces its loader."""

    def __init__(self):
        self.names = set()

    def find_spec(self, fullname, path=None, target=None):
        if fullname not in waiting or fullname in self.names:
            return None
        self.names.add(fullname)
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            self.names.remove(fullname)
        if spec is not None:
            spec.loader = Loader(spec.loader)
        return spec


class Loader:
    """Pretends to be the loader that it wraps."""

    def __init__(self, loader):
        self.loader = loader

    @property
    def __class__(self):
        return type(self.loader)

    def __getattr__(self, name):
        return getattr(self.loader, name)

    def exec_module(self, module):
        self.loader.exec_module(module)
        for hook in waiting.pop(module.__name__, ()):
            hook(module)


def after_import(name, hook):
    """Call *hook* with the module *name* when it is imported."""
    if not any(isinstance(finder, Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, Finder())
    waiting.setdefault(name, []).append(hook)
