"""docs/settings.md has all that the package reads from outside, and nothing else."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import load_command_class
from django.core.management.base import BaseCommand
from django.core.management.commands.check import Command as CheckCommand
from django.core.management.commands.runserver import Command as RunserverCommand
from django.test.utils import modify_settings
from django.utils.autoreload import DJANGO_AUTORELOAD_ENV

import channels_fast
from channels_fast.cli import COMMANDS
from tests.support.docs import DOCS

PACKAGE = Path(channels_fast.__file__).parent
TREES = {
    file.relative_to(PACKAGE): ast.parse(file.read_text(encoding="utf-8"))
    for file in PACKAGE.rglob("*.py")
}
PAGE = (DOCS / "settings.md").read_text(encoding="utf-8")
#: What is no setting of a project, though Django's object has it.
NO_SETTINGS = {"SETTINGS_MODULE"}


def rows(heading):
    """Return the cells of the table below *heading*."""
    _, _, part = PAGE.partition(f"## {heading}\n")
    lines = re.findall(r"^\| (.*?) *\|$", part.partition("\n## ")[0], re.MULTILINE)
    # Without the head and the line below it.
    return [re.split(r" *\| +", line) for line in lines[1:] if line[:3] != "---"]


def words(cell):
    return set(re.findall(r"`([^`]+)`", cell))


def first_words(heading):
    return set().union(*(words(row[0]) for row in rows(heading)))


def calls_of(tree, name):
    """Yield the arguments of each call of *name* that are texts."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == name:
            yield node.args


def imports_settings(tree):
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "django.conf"
        and "settings" in {alias.name for alias in node.names}
        for node in ast.walk(tree)
    )


def settings_of(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "settings":
            yield node.attr
    for args in calls_of(tree, "getattr"):
        if ast.unparse(args[0]) == "settings":
            yield from named(args[1])


def named(node):
    """Yield the names that an argument may have."""
    if isinstance(node, ast.Constant):
        yield node.value
    else:
        from channels_fast.management.commands.runserver import _LIMITS

        assert ast.unparse(node) == "f'DAPHNE_{name.upper()}'"
        yield from (f"DAPHNE_{name.upper()}" for name in _LIMITS)


def test_the_settings_are_those_that_are_read():
    read = {
        name
        for tree in TREES.values()
        if imports_settings(tree)
        for name in settings_of(tree)
        if name.isupper()
    }
    assert first_words("Settings of Django") == read - NO_SETTINGS


def test_the_variables_are_those_that_are_read():
    read = set()
    for file in TREES:
        source = (PACKAGE / file).read_text(encoding="utf-8")
        found = re.findall(
            r'os\.environ\.get\("?([\w.]+)|"(\w+)" (?:not )?in os\.environ', source
        )
        # It is read in no other way.
        assert len(found) == len(re.findall(r"\benviron\b", source)), file
        read |= {one or other for one, other in found}
    of_django = {"autoreload.DJANGO_AUTORELOAD_ENV": DJANGO_AUTORELOAD_ENV}
    assert first_words("Environment") == {of_django.get(it, it) for it in read}


def options_of(command):
    """Return the long options of a command of manage.py that no other one has."""

    def of(one):
        parser = one.create_parser("manage.py", "it")
        return {name for it in parser._actions for name in it.option_strings}

    own = of(command) - of(BaseCommand()) - of(RunserverCommand()) - of(CheckCommand())
    return {name for name in own if name.startswith("--")}


COMMAND_ROWS = {min(words(row[0])): row for row in rows("Commands of manage.py")}


def test_the_commands_are_those_that_there_are():
    files = (PACKAGE / "management" / "commands").glob("[!_]*.py")
    assert set(COMMAND_ROWS) == {file.stem for file in files}


# Two options of runserver are there with static files only.
@modify_settings(INSTALLED_APPS={"append": "django.contrib.staticfiles"})
@pytest.mark.parametrize("name", COMMAND_ROWS)
def test_a_command_has_the_options(name):
    command = load_command_class("channels_fast", name)
    assert options_of(command) == words(COMMAND_ROWS[name][1])


def test_the_other_commands_are_those_that_there_are():
    modules = {
        ".".join(["channels_fast", *file.parts[:-1], file.stem]).removesuffix(
            ".__main__"
        )
        for file, tree in TREES.items()
        if any(
            isinstance(node, ast.If)
            and ast.unparse(node.test) == "__name__ == '__main__'"
            for node in tree.body
        )
    }
    expected = {f"channels-fast {name}" for name in COMMANDS}
    expected |= {f"python -m {module}" for module in modules}
    assert first_words("Other commands") == expected


@pytest.mark.parametrize(
    "row", [row for row in rows("Other commands") if "--" in row[1]]
)
def test_another_command_has_the_options(row):
    command = min(words(row[0])).split()
    done = subprocess.run(
        [sys.executable, "-m", "channels_fast", command[-1], "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    found = set(re.findall(r"(?<![\w-])--[a-z-]+", done.stdout)) - {"--help"}
    assert words(row[1]) == found - {"--without"}


def test_the_loggers_are_those_that_are_used():
    used = {
        ast.literal_eval(args[0])
        for tree in TREES.values()
        for args in calls_of(tree, "logging.getLogger")
    }
    assert first_words("Loggers") == used
