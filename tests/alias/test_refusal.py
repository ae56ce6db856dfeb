"""``install()`` after the real ``channels``: who imported that, and the cure."""

from __future__ import annotations

import pytest

from tests.alias.conftest import PROGRAMS

INSTALL = "import channels_fast; channels_fast.install()"


@pytest.fixture
def python(python_beside_channels):
    """Return processes that have a real ``channels`` to import."""
    return python_beside_channels


@pytest.fixture
def write(python):
    """Return a function that writes a module which the processes can import."""

    def write(name, source):
        file = python.directory / f"{name}.py"
        file.write_text(source)
        return file

    return write


def test_error_names_the_module_and_the_file_and_what_to_write(python):
    line = python.fail(f"import early; {INSTALL}")
    assert line.startswith(
        'RuntimeError: "channels" cannot become another name of channels_fast: '
        "the real one ("
    )
    assert "site-packages/channels/__init__.py) was imported already" in line
    file = PROGRAMS / "early" / "__init__.py"
    assert f"by early ({file}). Make these the first lines" in line
    assert '"import channels_fast" and "channels_fast.install()"' in line


@pytest.mark.parametrize(
    "statement",
    [
        "import channels.layers",
        "import json, channels.layers as x",
        "from channels import layers",
        "from channels.layers import get_channel_layer as x",
        "from channels.layers import channel_layers",
        "import channels",
    ],
)
def test_each_form_of_import_is_found(python, write, statement):
    file = write("user", statement)
    assert f"by user ({file}). " in python.fail(f"import user; {INSTALL}")


def test_a_module_that_only_names_channels_for_a_type_checker_is_not_blamed(
    python, write
):
    write("typed", "typing = False\nif typing:\n    import channels.layers")
    write("user", "from channels.db import database_sync_to_async")
    line = python.fail(f"import typed, user; {INSTALL}")
    assert "by user (" in line
    assert "typed" not in line


def test_first_of_several_users_is_named_first(python, write):
    write("first", "from channels.exceptions import ChannelFull")
    write("second", "import channels.routing")
    line = python.fail(f"import first, second; {INSTALL}")
    assert line.index("by first (") < line.index(", second (")


def test_prompt_is_named_where_there_is_no_file(python):
    line = python.fail(f"from channels.layers import channel_layers; {INSTALL}")
    assert "was imported already, by __main__. " in line


@pytest.mark.parametrize(
    "code",
    [
        "import importlib; importlib.import_module('channels.db')",
        "exec('def f(): import channels.layers'); f(); del f",
    ],
)
def test_importer_that_left_no_trace_is_not_made_up(python, code):
    line = python.fail(f"{code}; {INSTALL}")
    assert "by a module that has kept nothing of it. " in line
