"""``channels_fast.install()``: one set of modules under two names."""

from __future__ import annotations


def test_every_module_has_two_names_and_is_executed_once(python):
    python.run("""
        import pkgutil, sys
        import channels_fast
        import channels_fast.layers  # before the switch
        channels_fast.install()
        import channels

        assert channels is channels_fast
        names = [m.name for m in pkgutil.walk_packages(channels.__path__, "channels.")]
        assert {"channels.layers", "channels.generic.websocket"} < set(names), names
        for name in names:
            if name.startswith("channels.management.commands.run"):
                continue  # they need settings
            if name == "channels.testing.live":
                continue  # likewise
            __import__(name)
            own = name.replace("channels", "channels_fast", 1)
            assert sys.modules[name] is sys.modules[own], name
            assert sys.modules[name].__name__ == own
            assert sys.modules[name].__spec__.name == own
        files = [m.__file__ for n, m in sys.modules.items()
                 if n.startswith("channels_fast") and getattr(m, "__file__", None)]
        assert len(files) == len(set(files))
    """)


def test_every_form_of_import_gives_the_same_objects(python):
    python.run("""
        import channels_fast
        channels_fast.install()
        import channels.layers
        import channels.generic.websocket as websocket
        from channels import exceptions, routing
        from channels.db import database_sync_to_async
        from channels.exceptions import ChannelFull
        import channels_fast.db, channels_fast.exceptions, channels_fast.routing
        import channels_fast.generic.websocket

        assert channels.layers is channels_fast.layers
        assert websocket is channels_fast.generic.websocket
        assert websocket is channels.generic.websocket
        assert exceptions is channels_fast.exceptions
        assert routing.URLRouter is channels_fast.routing.URLRouter
        assert database_sync_to_async is channels_fast.db.database_sync_to_async
        assert issubclass(ChannelFull, channels_fast.exceptions.ChannelFull)
        assert channels.layers.channel_layers is channels_fast.layers.channel_layers
    """)


def test_parts_that_are_imported_first_under_the_other_name_are_the_same(python):
    python.run("""
        import channels_fast
        channels_fast.install()
        import channels.worker, channels.utils
        import channels_fast.worker, channels_fast.utils

        assert channels_fast.worker is channels.worker
        assert channels_fast.worker.Worker.__module__ == "channels_fast.worker"
        assert channels_fast.utils is channels.utils
    """)


def test_second_call_changes_nothing(python):
    python.run("""
        import sys
        import channels_fast
        channels_fast.install()
        import channels.layers
        finders, modules = list(sys.meta_path), dict(sys.modules)
        channels.install()
        channels_fast.install()
        assert finders == sys.meta_path
        assert all(sys.modules[name] is module for name, module in modules.items())
    """)


def test_module_that_does_not_exist_has_the_usual_error(python):
    line = python.fail("""
        import channels_fast
        channels_fast.install()
        import channels.nothing
    """)
    assert line == "ModuleNotFoundError: No module named 'channels.nothing'"


def test_name_that_does_not_exist_has_the_usual_error(python):
    line = python.fail("""
        import channels_fast
        channels_fast.install()
        from channels.layers import nothing
    """)
    assert line.startswith(
        "ImportError: cannot import name 'nothing' from 'channels_fast.layers'"
    )


def test_find_spec_finds_a_module_without_importing_it(python):
    python.run("""
        import importlib.util, sys
        import channels_fast
        channels_fast.install()
        spec = importlib.util.find_spec("channels.sessions")
        assert "channels_fast.sessions" not in sys.modules
        assert spec.name == "channels.sessions"
        assert spec.origin.endswith("sessions.py") and spec.has_location
        assert spec.loader.get_filename("channels.sessions") == spec.origin
        assert importlib.util.find_spec("channels.generic").submodule_search_locations
        assert importlib.util.find_spec("channels.nothing") is None
        import channels.sessions
        spec = importlib.util.find_spec("channels.sessions")
        assert spec is sys.modules["channels_fast.sessions"].__spec__
    """)


def test_reload_works_in_place_under_both_names(python):
    python.run("""
        import importlib, sys
        import channels_fast
        channels_fast.install()
        import channels.exceptions
        before = channels.exceptions, channels.exceptions.ChannelFull
        assert importlib.reload(channels.exceptions) is before[0]
        assert before[0] is channels_fast.exceptions
        assert before[0] is sys.modules["channels.exceptions"]
        assert channels.exceptions.ChannelFull is not before[1]
        version = channels.__version__
        assert importlib.reload(channels) is channels_fast
        assert channels.__version__ == version
    """)


def test_pickles_of_either_name_can_be_read(python):
    python.run("""
        import pickle
        import channels_fast
        channels_fast.install()
        from channels.exceptions import ChannelFull
        assert pickle.loads(pickle.dumps(ChannelFull)) is ChannelFull
        # What another process wrote, with the channels of PyPI.
        assert pickle.loads(b"cchannels.exceptions\\nChannelFull\\n.") is ChannelFull
    """)


def test_source_can_be_inspected(python):
    python.run("""
        import inspect, linecache, sys
        import channels_fast
        channels_fast.install()
        import channels.exceptions
        source = inspect.getsource(channels.exceptions.ChannelFull)
        assert source.startswith("class ChannelFull"), source
        assert inspect.getmodule(channels.exceptions.ChannelFull) is channels.exceptions
        assert channels.exceptions.__file__.endswith("exceptions.py")
    """)


def test_mock_patches_both_names_at_once(python):
    python.run("""
        from unittest import mock
        import channels_fast
        channels_fast.install()
        with mock.patch("channels.layers.channel_layers") as fake:
            import channels_fast.layers
            assert channels_fast.layers.channel_layers is fake
        with mock.patch("channels_fast.db.close_old_connections") as fake:
            import channels.db
            assert channels.db.close_old_connections is fake
        assert channels.db.close_old_connections is not fake
    """)


def test_runpy_executes_a_module_by_the_other_name(python):
    """This is what ``python -m`` does."""
    python.run("""
        import runpy
        import channels_fast
        channels_fast.install()
        names = runpy.run_module("channels.worker", run_name="__main__")
        assert names["Worker"].__module__ == "__main__"
        assert names["__spec__"].name == "channels.worker"
    """)


def test_threads_that_import_at_once_get_one_module(python):
    python.run("""
        import importlib, sys, threading
        import channels_fast
        channels_fast.install()
        start, got = threading.Barrier(8), []

        def load(name):
            start.wait()
            got.append(importlib.import_module(name))

        names = ["channels.generic.websocket", "channels_fast.generic.websocket"] * 4
        threads = [threading.Thread(target=load, args=[name]) for name in names]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        assert len(got) == 8 and len(set(map(id, got))) == 1
    """)


def test_version_is_that_of_channels_once_it_goes_by_that_name(python):
    """Sentry's integration takes anything below 3.0.0 for Channels 2."""
    python.run("""
        import channels_fast
        own = channels_fast.__version__
        assert own == channels_fast.VERSION
        channels_fast.install()
        import channels
        assert channels.__version__ == "4.3.2"
        assert channels_fast.VERSION == own
    """)


def test_without_the_switch_nothing_goes_by_the_other_name(python_beside_channels):
    """Whoever wants the router alone keeps the real ``channels``."""
    python_beside_channels.run("""
        import sys
        from channels_fast.routing import URLRouter
        import channels_fast.apps, channels_fast.generic.websocket
        assert "channels" not in sys.modules
        import channels.routing
        assert channels.routing.URLRouter is not URLRouter
        assert channels.__file__ != sys.modules["channels_fast"].__file__
        assert not channels_fast.__version__.startswith("4.")
    """)
