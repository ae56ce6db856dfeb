"""``channels_fast.install()``: one set of modules under two names."""

from __future__ import annotations

import pytest

from tests.alias.conftest import PROGRAMS


def programs(folder):
    return sorted(file.stem for file in (PROGRAMS / folder).glob("*.py"))


@pytest.mark.parametrize("program", programs("names"))
def test_this_package_stands_for_channels(python, program):
    python.run(f"names/{program}.py")


@pytest.mark.parametrize("program", programs("beside_channels"))
def test_the_real_channels_keeps_its_place(python_beside_channels, program):
    python_beside_channels.run(f"beside_channels/{program}.py")
