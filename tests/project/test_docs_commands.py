"""Every command that the documentation shows is there, and has the options."""

from __future__ import annotations

import re
import shlex
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.core.management import find_commands, load_command_class

from channels_fast import urls
from channels_fast.cli import COMMANDS as OF_CHANNELS_FAST
from tests.project.processes import Project
from tests.support.docs import PAGES, ROOT, blocks_of

DEMO = ROOT / "examples" / "chat"
OF_SHELLS = {"cd", "git"}
SERVERS = "uvicorn|hypercorn|granian|daphne"


def commands():
    """Yield where a command stands, and its words."""
    for block in (block for page in PAGES for block in blocks_of(page)):
        if block.language not in {"console", "sh"} or block.why_not:
            continue
        lines = block.text.splitlines()
        if lines[0].startswith("$ "):  # the others are what it prints
            lines = [line[2:] for line in lines if line.startswith("$ ")]
        for line in lines:
            for command in line.partition(" #")[0].split(" && "):
                words = shlex.split(command)
                while "=" in words[0]:
                    words.pop(0)
                if words[0] not in OF_SHELLS:
                    yield block.place, words


def commands_of(program):
    return [
        (place, words) for place, words in commands() if re.search(program, words[0])
    ]


@cache
def help_of(*command):
    """Return what a program says of its options."""
    done = Project(DEMO).manage(*command[1:], "--help", program=command[0])
    assert done.returncode == 0, done.stderr
    return set(re.findall(r"(?<![\w-])--?\w[\w-]*", done.stdout))


def check_options(place, words, *command):
    options = {word for word in words if word.startswith("-")}
    if options:
        assert options <= help_of(*command), place


def test_each_command_is_of_a_kind_that_is_checked():
    # Those of django-admin run, in the tutorial.
    kinds = rf"make$|pip$|channels-fast$|python$|{SERVERS}|django-admin"
    assert [words for _, words in commands() if not re.search(kinds, words[0])] == []


@pytest.mark.parametrize(("place", "words"), commands_of("make$"))
def test_make_has_the_target(place, words):
    targets = [word for word in words[1:] if re.fullmatch(r"[a-z-]+", word)]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), place


@pytest.mark.parametrize(("place", "words"), commands_of("pip$"))
def test_what_is_installed_is_this_package_and_its_extras(place, words):
    assert words[1] == "install"
    name, _, extra = words[2].rstrip("]").partition("[")
    assert name == "channels_fast"
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert not extra or f"\n{extra} = [" in project, place


@pytest.mark.parametrize(("place", "words"), commands_of("channels-fast$"))
def test_channels_fast_has_the_command(place, words):
    assert words[1] in OF_CHANNELS_FAST, place
    check_options(place, words, "-m", "channels_fast", words[1])


@pytest.mark.parametrize(("place", "words"), commands_of(SERVERS))
def test_a_server_has_the_options(place, words):
    check_options(place, words[1:], "-m", words[0])


@pytest.fixture(scope="module")
def of_manage():
    """The names of the commands of the demo, which has this package."""
    return Project(DEMO).manage("help", "--commands").stdout.split()


def of_urls():
    """Return the names of the commands of ``channels_fast.urls``."""
    return find_commands(str(Path(urls.__file__).parent / "management"))


@pytest.mark.parametrize(("place", "words"), commands_of("python$"))
def test_python_finds_the_module_or_the_command(of_manage, place, words):
    if words[1] == "-m":
        assert find_spec(words[2]), place
        check_options(place, words[3:], "-m", words[2])
    else:
        assert words[1].endswith("manage.py"), place
        if words[2] in of_urls():
            shown = load_command_class("channels_fast.urls", words[2])
            known = shown.create_parser("manage.py", words[2]).format_help()
            assert all(word in known for word in words if word[0] == "-"), place
            return
        assert words[2] in of_manage, place
        check_options(place, words[3:], "manage.py", words[2])
