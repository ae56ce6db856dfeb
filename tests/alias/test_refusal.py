"""``install()`` after the real ``channels``: who imported that, and the cure."""

from __future__ import annotations

import pytest

INSTALL = "import channels_fast; channels_fast.install()"


@pytest.fixture
def python(python_beside_channels):
    """Return processes that have a real ``channels`` to import."""
    return python_beside_channels


def test_error_names_the_file_and_the_line_and_what_to_write(python):
    python.write("project/__init__.py", "")
    python.write(
        "project/asgi.py",
        """
        import json
        from channels.routing import (
            URLRouter,
        )
        """,
    )
    line = python.fail(f"import project.asgi; {INSTALL}")
    assert line.startswith(
        'RuntimeError: "channels" cannot become another name of channels_fast: '
        "the real one ("
    )
    assert "site-packages/channels/__init__.py) was imported already" in line
    file = python.directory / "project" / "asgi.py"
    assert f"by project.asgi ({file}, line 3). Make these the first lines" in line
    assert '"import channels_fast" and "channels_fast.install()"' in line


@pytest.mark.parametrize(
    "statement",
    [
        "import channels.layers",
        "import json, channels.layers as x",
        "from channels import layers",
        "from channels.layers import get_channel_layer as x",
        "import channels",
        "if True:\n    import channels",
    ],
)
def test_each_form_of_import_is_found(python, statement):
    python.write("user.py", statement)
    number = 1 + statement.count("\n")
    file = python.directory / "user.py"
    assert f"by user ({file}, line {number}). " in python.fail(
        f"import user; {INSTALL}"
    )


def test_import_in_a_function_is_found(python):
    python.write("other.py", "import json")
    python.write("user.py", "def lazy():\n    import channels.layers")
    line = python.fail(f"import other, user; user.lazy(); {INSTALL}")
    assert f"by user ({python.directory / 'user.py'}, line 2). " in line


def test_import_that_never_ran_is_not_blamed(python):
    python.write(
        "typed.py",
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from channels.layers import BaseChannelLayer",
    )
    python.write("user.py", "from channels.db import database_sync_to_async")
    line = python.fail(f"import typed, user; {INSTALL}")
    assert "by user (" in line
    assert "typed" not in line


def test_first_of_several_users_is_named_first(python):
    python.write("first.py", "from channels.exceptions import ChannelFull")
    python.write("second.py", "import channels.routing")
    line = python.fail(f"import first, second; {INSTALL}")
    assert line.index("by first (") < line.index(", second (")


def test_prompt_is_named_where_there_is_no_file(python):
    line = python.fail(f"from channels.layers import channel_layers; {INSTALL}")
    assert "was imported already, by __main__. " in line


def test_importer_that_left_no_trace_is_not_made_up(python):
    line = python.fail(
        f"import importlib; importlib.import_module('channels.db'); {INSTALL}"
    )
    assert "by a module that has kept nothing of it. " in line


def test_real_package_is_left_alone(python):
    python.run("""
        import sys
        import channels.layers
        import channels_fast
        finders, modules = list(sys.meta_path), set(sys.modules)
        try:
            channels_fast.install()
        except RuntimeError:
            pass
        assert sys.meta_path == finders
        assert sys.modules["channels"] is channels is not channels_fast
        assert not any(n.startswith("channels.") for n in set(sys.modules) - modules)
        assert not channels_fast.__version__.startswith("4.")
    """)


def test_search_for_a_part_that_is_not_there_does_no_harm(python):
    """Sentry looks for ``channels.http`` from within the settings."""
    python.write(
        "looks.py",
        """
        try:
            from channels.gone import AsgiHandler
        except ImportError:
            pass
        """,
    )
    python.run("""
        import looks, sys
        assert "channels" in sys.modules
        import channels_fast
        channels_fast.install()
        import channels.http
        assert channels.http.AsgiHandler.__module__ == "channels_fast.http"
    """)
