"""What ``from channels.x import *`` gives, and what it leaves alone."""

from __future__ import annotations

import inspect

import pytest

from ..conftest import OURS, Package
from .names import read_list

MODULES = (
    "auth",
    "consumer",
    "db",
    "exceptions",
    "generic.http",
    "generic.websocket",
    "layers",
    "middleware",
    "routing",
    "security.websocket",
    "sessions",
    "utils",
    "worker",
)

#: Names that a module of a project may have before it imports from channels.
OF_A_PROJECT = (
    "Any",
    "Application",
    "Callable",
    "Headers",
    "Iterable",
    "Message",
    "Optional",
    "Receive",
    "Router",
    "Scope",
    "Send",
    "SessionBase",
    "User",
    "contextlib",
    "inspect",
)


def star(package, module, **names):
    """Return the names of a module of a project behind its ``import *``."""
    exec(f"from {package}.{module} import *", names)
    return names


@pytest.mark.parametrize("module", MODULES)
def test_import_star_hides_no_name_of_the_project(channels, module):
    own = dict.fromkeys(OF_A_PROJECT, "the project's")
    names = star(channels, module, **own)
    assert {name: names[name] for name in own} == own


@pytest.mark.parametrize("module", MODULES)
def test_import_star_gives_what_it_gives_in_channels(module):
    theirs, ours = star("channels", module), star(OURS, module)
    if Package("channels").version < (4, 0):
        # Much of what its modules import is gone from those of 4.3.2.
        defined = {one.name for one in read_list() if one.module[9:] == module}
        theirs = {name: theirs[name] for name in theirs if name in defined}
    # What it imports of Python, a project imports from there.
    of_python = {name for name in theirs if inspect.ismodule(theirs[name])}
    assert set(theirs) - of_python - {"deepcopy"} - set(ours) == set()


def test_a_consumer_has_json_by_import_star(channels):
    names = star(channels, "generic.websocket")
    assert names["json"].dumps([1]) == "[1]"
    assert names["async_to_sync"] is not None
