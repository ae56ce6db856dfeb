"""
The parity fixture: one test body, two packages.

Every test that takes ``channels`` runs once with the real ``channels`` from
PyPI and once with ``channels_fast``, so the reference can never drift.
"""

from __future__ import annotations

import importlib
import os

import pytest

PACKAGES = ("channels", "channels_fast")
if os.environ.get("CHANNELS_REFERENCE") == "none":
    # `nox`, where the channels that goes with a Django or an asgiref is not the
    # reference, and the packages that are written for it do not go with them.
    PACKAGES = ("channels_fast",)
    collect_ignore = ["property", "alias/test_third_parties.py"]


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
