"""``"channels_fast"`` in ``INSTALLED_APPS``, in place of ``"channels"``."""

from __future__ import annotations

import importlib

import pytest

# A project as it was written for channels, with one line of it changed.
SETTINGS = """
    SECRET_KEY = "not a secret"
    DEBUG = True
    INSTALLED_APPS = {apps}
    DATABASES = {{}}
    STATIC_URL = "/static/"
    USE_TZ = True
    ROOT_URLCONF = "project.urls"
    ASGI_APPLICATION = "project.asgi.application"
    CHANNEL_LAYERS = {{
        "default": {{"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    }}
"""
ASGI = """
    import django

    django.setup()  # get_asgi_application() does so

    from channels.auth import AuthMiddlewareStack
    from channels.routing import ProtocolTypeRouter, URLRouter

    websocket = AuthMiddlewareStack(URLRouter([]))
    application = ProtocolTypeRouter({"http": None, "websocket": websocket})
"""
SETTINGS_MODULE = {"DJANGO_SETTINGS_MODULE": "project.settings"}


def _project(python, *apps):
    python.write("project/__init__.py", "")
    python.write("project/settings.py", SETTINGS.format(apps=list(apps)))
    python.write("project/urls.py", "urlpatterns = []")
    python.write("project/asgi.py", ASGI)


def _can_import(module):
    try:
        importlib.import_module(module)
    except ImportError:
        return False
    return True


@pytest.mark.parametrize(
    "entry", ["channels_fast", "channels_fast.apps.ChannelsConfig"]
)
def test_it_is_the_switch(python, entry):
    _project(python, entry)
    python.run(
        """
        import sys
        import django
        django.setup()
        import channels.layers
        import channels_fast
        assert channels is channels_fast
        layer = channels.layers.get_channel_layer()
        assert type(layer) is channels_fast.layers.InMemoryChannelLayer
        """,
        **SETTINGS_MODULE,
    )


def test_old_asgi_module_gets_the_new_classes(python):
    _project(python, "channels_fast")
    python.run(
        """
        from project.asgi import application
        assert type(application).__module__ == "channels_fast.routing"
        """,
        **SETTINGS_MODULE,
    )


def test_other_packages_find_the_application_by_the_name_of_channels(python):
    _project(python, "channels_fast")
    python.run(
        """
        import django
        django.setup()
        from django.apps import apps
        import channels.apps, channels_fast
        config = apps.get_app_config("channels")
        assert apps.is_installed("channels")
        assert type(config) is channels.apps.ChannelsConfig
        assert (config.name, config.label, config.verbose_name) == (
            "channels", "channels", "Channels")
        assert config.module is channels_fast
        assert [c for c in apps.get_app_configs()] == [config]
        """,
        **SETTINGS_MODULE,
    )


def test_old_entry_works_after_a_call_of_install(python):
    _project(python, "channels")
    python.run(
        """
        import channels_fast
        channels_fast.install()
        import django
        django.setup()
        from django.apps import apps
        assert type(apps.get_app_config("channels")).__module__ == "channels_fast.apps"
        """,
        **SETTINGS_MODULE,
    )


def test_both_entries_are_one_too_many(python):
    _project(python, "channels_fast", "channels")
    line = python.fail("import django; django.setup()", **SETTINGS_MODULE)
    assert line == (
        "django.core.exceptions.ImproperlyConfigured: Application labels aren't "
        "unique, duplicates: channels"
    )


def test_old_entry_in_front_of_the_new_one_is_told_to_go(python_beside_channels):
    _project(python_beside_channels, "channels", "channels_fast")
    line = python_beside_channels.fail(
        "import django; django.setup()", **SETTINGS_MODULE
    )
    assert line.endswith(
        'Take "channels" out of INSTALLED_APPS: "channels_fast" replaces it.'
    )


def test_application_listed_before_may_not_import_channels(python_beside_channels):
    python = python_beside_channels
    python.write("early/__init__.py", "import channels.layers")
    _project(python, "early", "channels_fast")
    line = python.fail("import django; django.setup()", **SETTINGS_MODULE)
    assert f"by early ({python.directory / 'early' / '__init__.py'}, line 1). " in line
    _project(python, "channels_fast", "early")
    python.run("import django; django.setup()", **SETTINGS_MODULE)


def test_models_may_import_channels_wherever_they_stand(python):
    """Django imports models when all applications are known."""
    python.write("early/__init__.py", "")
    python.write("early/models.py", "from channels.layers import get_channel_layer")
    _project(python, "early", "channels_fast")
    python.run(
        """
        import django
        django.setup()
        import early.models
        assert early.models.get_channel_layer.__module__ == "channels_fast.layers"
        """,
        **SETTINGS_MODULE,
    )


def test_asgi_module_that_imports_channels_first_is_told_what_to_write(
    python_beside_channels,
):
    python = python_beside_channels
    _project(python, "channels_fast")
    python.write(
        "project/asgi.py",
        """
        from channels.routing import ProtocolTypeRouter
        import django

        django.setup()
        application = ProtocolTypeRouter({"http": None})
        """,
    )
    line = python.fail("import project.asgi", **SETTINGS_MODULE)
    assert "by project.asgi (" in line
    python.run(
        """
        import channels_fast
        channels_fast.install()
        import project.asgi
        """,
        **SETTINGS_MODULE,
    )


def test_django_checks_and_commands_run(python):
    _project(python, "django.contrib.staticfiles", "channels_fast")
    out = python.run(
        """
        from django.core.management import execute_from_command_line
        execute_from_command_line(["manage.py", "check"])
        execute_from_command_line(["manage.py", "help", "--commands"])
        """,
        **SETTINGS_MODULE,
    )
    assert "no issues" in out
    assert {"runworker", "runserver"} <= set(out.split())


def test_check_follows_the_asgi_application_to_the_consumers(python):
    _project(python, "channels_fast")
    python.write(
        "project/asgi.py",
        """
        from channels.generic.websocket import WebsocketConsumer
        from channels.routing import ProtocolTypeRouter, URLRouter
        from django.urls import path

        class Chat(WebsocketConsumer):
            pass

        async def http(scope, receive, send):
            pass

        sockets = URLRouter([path("chat/", Chat)])
        application = ProtocolTypeRouter({"http": http, "websocket": sockets})
        """,
    )
    process = python.start(
        """
        from django.conf import settings
        settings.ASGI_APPLICATION = "project.asgi.application"
        from django.core.management import execute_from_command_line
        execute_from_command_line(["manage.py", "check"])
        """,
        **SETTINGS_MODULE,
    )
    assert process.returncode == 1
    assert (
        "(channels_fast.E001) URLRouter, route 'chat/': "
        "Chat is a class and no application." in process.stderr
    )
    assert "HINT: Write Chat.as_asgi()." in process.stderr


def test_runworker_serves_a_layer(python):
    _project(python, "channels_fast")
    python.write(
        "project/asgi.py",
        """
        import os

        from channels.consumer import SyncConsumer
        from channels.routing import ChannelNameRouter, ProtocolTypeRouter

        class Printer(SyncConsumer):
            def print_it(self, message):
                module = type(self).__mro__[1].__module__
                print("got", message["text"], module, flush=True)
                os._exit(0)  # a worker goes on for ever

        application = ProtocolTypeRouter(
            {"channel": ChannelNameRouter({"jobs": Printer.as_asgi()})}
        )
        """,
    )
    out = python.start(
        """
        import django
        django.setup()
        from asgiref.sync import async_to_sync
        from channels.layers import get_channel_layer
        from django.core.management import execute_from_command_line
        message = {"type": "print.it", "text": "hello"}
        async_to_sync(get_channel_layer().send)("jobs", message)
        execute_from_command_line(["manage.py", "runworker", "jobs"])
        """,
        **SETTINGS_MODULE,
    )
    assert "got hello channels_fast.consumer" in out.stdout, out.stderr


@pytest.mark.parametrize(
    "apps",
    [
        ("daphne", "channels_fast", "django.contrib.staticfiles"),
        ("channels_fast", "daphne", "django.contrib.staticfiles"),
    ],
)
def test_runserver_is_that_of_daphne_where_that_is_installed(python, apps):
    _project(python, *apps)
    out = python.run(
        """
        import django
        django.setup()
        from django.core.management import get_commands, load_command_class
        command = load_command_class(get_commands()["runserver"], "runserver")
        print(type(command).__module__)
        """,
        **SETTINGS_MODULE,
    )
    assert out.split() == [
        # Daphne 3 has none, and that of Daphne 4 needs Django 3.
        "daphne.management.commands.runserver"
        if _can_import("daphne.management.commands.runserver")
        else "channels_fast.management.commands.runserver"
    ]


@pytest.mark.parametrize(
    "apps",
    [
        ("channels_fast", "django.contrib.staticfiles"),
        ("django.contrib.staticfiles", "channels_fast"),
    ],
)
def test_runserver_speaks_asgi_where_daphne_is_not_listed(python, apps):
    _project(python, *apps)
    out = python.run(
        """
        import django
        django.setup()
        from django.core.management import get_commands, load_command_class
        command = load_command_class(get_commands()["runserver"], "runserver")
        print(*(c.__module__ for c in type(command).__mro__ if c is not object))
        """,
        **SETTINGS_MODULE,
    )
    assert "channels_fast.management.commands.runserver" in out.split()


def test_two_settings_of_installed_apps_in_one_process_share_the_switch(python):
    """As ``override_settings`` in a test of the project."""
    _project(python, "channels_fast")
    python.run(
        """
        import django
        django.setup()
        from django.test.utils import override_settings
        import channels.layers
        before = channels.layers
        with override_settings(INSTALLED_APPS=["channels_fast"]):
            from django.apps import apps
            assert apps.is_installed("channels")
            import channels.layers
            assert channels.layers is before
        """,
        **SETTINGS_MODULE,
    )


def test_check_for_deployment_reports_a_layer_in_memory(python):
    _project(python, "channels_fast")
    process = python.start(
        """
        from django.conf import settings
        settings.DEBUG = False
        from django.core.management import execute_from_command_line
        execute_from_command_line(["manage.py", "check", "--tag", "channels"])
        execute_from_command_line(
            ["manage.py", "check", "--tag", "channels", "--deploy"])
        """,
        **SETTINGS_MODULE,
    )
    assert "no issues" in process.stdout
    assert process.stderr.count("(channels_fast.W010)") == 1
