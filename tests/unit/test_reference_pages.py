"""docs/reference has every module that a project imports from."""

from __future__ import annotations

import importlib
import re

from tests.support.docs import DOCS
from tests.unit.test_settings_page import PACKAGE

#: What runs, and what Django finds by its place. docs/settings.md has their commands.
NOT_FOR_IMPORT = {"bench", "checks", "doctor", "management", "templatetags", "upgrade"}
NOT_FOR_IMPORT |= {"apps", "cli", "hacks"}


def modules():
    """Yield the public modules of the package that have something in them."""
    for file in sorted(PACKAGE.rglob("*.py")):
        parts = file.relative_to(PACKAGE).with_suffix("").parts
        if parts[-1] == "__init__":
            parts = parts[:-1]
        private = any(part.startswith("_") for part in parts)
        if private or {*parts[:1]} & NOT_FOR_IMPORT or not file.read_text("utf-8"):
            continue
        yield ".".join(("channels_fast", *parts))


def shown():
    """Return the modules that the pages show."""
    text = "".join(page.read_text("utf-8") for page in DOCS.glob("reference/*.md"))
    return re.findall(r"^\.\. automodule:: (\S+)$", text, re.MULTILINE)


def test_each_module_is_there_once():
    # The client of tests is imported from `channels_fast.testing`.
    expected = [
        one for one in modules() if not one.startswith("channels_fast.testing.")
    ]
    assert sorted(shown()) == expected


def test_each_module_says_what_it_is():
    for name in shown():
        assert importlib.import_module(name).__doc__, name
