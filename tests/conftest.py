"""
The parity fixture: one test body, two packages.

Every test that takes ``channels`` runs once with the real ``channels`` from
PyPI and once with ``channels_fast``, so the reference can never drift.
"""

from __future__ import annotations

import importlib

import pytest

PACKAGES = ("channels", "channels_fast")


class Package:
    """A package of the pair; ``package("routing")`` imports its submodule."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, module: str = ""):
        return importlib.import_module(f"{self.name}.{module}".rstrip("."))

    def __getattr__(self, name: str):
        return importlib.import_module(f"{self.name}.{name}")

    def __repr__(self) -> str:
        return self.name


@pytest.fixture(params=PACKAGES)
def channels(request):
    """The reference package, then ours: ``channels.routing.URLRouter``."""
    return Package(request.param)
