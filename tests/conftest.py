"""
The parity fixture: one test body, two packages.

Every test that takes ``channels`` runs once with the real ``channels`` from
PyPI and once with ``channels_fast``, so the reference can never drift. `make test`
does that in two environments, one with channels 4.3.2 and one with 3.0.5: three
packages answer to one body. What channels 3.0.5 does differently is said there, by
``@pytest.mark.since`` or by an expected value that asks ``channels.version``.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import importlib
import os
import re
import sys
import warnings

import pytest

from channels_fast._alias import CHANNELS_VERSION

from .support.patience import have_communicators_wait

PACKAGES = ("channels", "channels_fast")
# `nox`, with a Django or an asgiref that are too old for the reference: the directory
# that it is in, away from the channels that goes with them. Only its routers work
# there, and none of the packages that are written for it.
ROUTERS = os.environ.get("CHANNELS_ROUTERS", "")
if ROUTERS:
    sys.path.insert(0, ROUTERS)
    collect_ignore = [
        "alias/test_third_parties.py",
        "parity/test_import_star.py",
        "parity/test_public_names.py",
    ]

# pytest-asyncio 1.2, the last for Python 3.9, asks for the main thread's event loop and
# so makes one that is never closed. It fails the test during which it is collected.
asyncio.set_event_loop(None)

with warnings.catch_warnings(), contextlib.suppress(ImportError):
    # channels 3 imports it, as Django before 4.2 does. It warns once, from Python 3.11
    # on, and warnings are errors in the tests.
    warnings.simplefilter("ignore")
    importlib.import_module("cgi")


class Package:
    """A package of the pair; ``package("routing")`` imports its submodule."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def version(self) -> tuple[int, ...]:
        """The version of Channels that the package is, or behaves as."""
        own = self.name == "channels_fast"
        return numbers(CHANNELS_VERSION if own else self().__version__)

    def __call__(self, module: str = ""):
        return importlib.import_module(f"{self.name}.{module}".rstrip("."))

    def __getattr__(self, name: str):
        return importlib.import_module(f"{self.name}.{name}")

    def __repr__(self) -> str:
        return self.name


#: Ours, for the tests of what the reference does not do as well.
OURS = Package("channels_fast")


def numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a *version*, to be compared."""
    return tuple(map(int, re.findall(r"\d+", version)))


def pytest_configure(config):
    if Package("channels").version < (4, 0):
        # Its handler leaves files to the garbage collector, in whose test that may be.
        config.addinivalue_line("filterwarnings", "ignore::ResourceWarning")


def pytest_itemcollected(item):
    """
    Run each test in a context of its own.

    Each `URLResolver` that is used leaves a context variable, and asgiref looks at all
    of them on each way to a thread and back. The property tests use thousands.
    """
    runtest = item.runtest
    item.runtest = lambda: contextvars.copy_context().run(runtest)


def pytest_collection_modifyitems(config, items):
    _leave_out_what_only_routers_cannot_do(config, items)
    _mark_what_other_versions_do(items)


def _leave_out_what_only_routers_cannot_do(config, items):
    if not ROUTERS:
        return
    left_out = [
        item
        for item in items
        if not item.path.name.startswith("test_routing") and _is_about_reference(item)
    ]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


def _is_about_reference(item):
    callspec = getattr(item, "callspec", None)
    return callspec is not None and callspec.params.get("channels") == "channels"


def _mark_what_other_versions_do(items):
    """
    Expect what is marked ``since`` to fail with an older ``channels``.

    It has to fail there. So a test that also passes with channels 3.0.5 cannot keep
    the mark, and what is the same in both stays compared with both. Likewise what is
    marked ``until`` has to be gone from a newer one.
    """
    installed = Package("channels").version
    for item in items:
        if not _is_about_reference(item):
            continue
        for mark in item.iter_markers("since"):
            version, reason = mark.args
            if installed < numbers(version):
                reason = f"channels {version} and later: {reason}"
                item.add_marker(pytest.mark.xfail(strict=True, reason=reason))
        for mark in item.iter_markers("until"):
            version, reason = mark.args
            if installed >= numbers(version):
                reason = f"channels before {version}: {reason}"
                gone = pytest.mark.xfail(
                    strict=True, raises=(ImportError, AttributeError), reason=reason
                )
                item.add_marker(gone)


@pytest.fixture(scope="session", autouse=True)
def _a_busy_machine_is_not_an_error():
    # Where only the reference's routers work, its communicators may not be imported.
    have_communicators_wait(*PACKAGES[bool(ROUTERS) :])


@pytest.fixture(params=PACKAGES)
def channels(request):
    """The reference package, then ours: ``channels.routing.URLRouter``."""
    return Package(request.param)
