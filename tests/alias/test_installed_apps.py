"""``"channels_fast"`` in ``INSTALLED_APPS``, in place of ``"channels"``."""

from __future__ import annotations

import importlib
import re

import pytest

from tests.alias.conftest import PROGRAMS

SETUP = "import django; django.setup()"
STATIC = "django.contrib.staticfiles"
APPS = ("daphne", "channels_fast", STATIC)


def project(*apps, asgi="asgi", **environment):
    """Return the environment of the project with *apps* and one of its modules."""
    return {
        "DJANGO_SETTINGS_MODULE": "project.settings",
        "INSTALLED_APPS": " ".join(apps),
        "ASGI_APPLICATION": f"project.{asgi}.application",
        **environment,
    }


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
    python.run("installed_apps/it_is_the_switch.py", **project(entry))


@pytest.mark.parametrize(
    "program",
    [
        "old_asgi_module_gets_the_new_classes",
        "other_packages_find_the_application_by_the_name_of_channels",
        "templates_load_the_library_of_the_package",
        "two_settings_of_installed_apps_in_one_process_share_the_switch",
    ],
)
def test_a_project_works_as_with_channels(python, program):
    python.run(f"installed_apps/{program}.py", **project("channels_fast"))


def test_old_entry_works_after_a_call_of_install(python):
    program = "installed_apps/old_entry_works_after_a_call_of_install.py"
    python.run(program, **project("channels"))


def test_settings_may_call_install_and_keep_the_old_entry(python):
    """For packages that look for it in the setting, and not in the registry."""
    environment = project("channels")
    environment["DJANGO_SETTINGS_MODULE"] = "project.settings_with_install"
    program = "settings_may_call_install_and_keep_the_old_entry"
    python.run(f"installed_apps/{program}.py", **environment)
    assert "no issues" in python.run("manage.py", "check", **environment)


def test_both_entries_are_one_too_many(python):
    line = python.fail(SETUP, **project("channels_fast", "channels"))
    assert line == (
        "django.core.exceptions.ImproperlyConfigured: Application labels aren't "
        "unique, duplicates: channels"
    )


def test_old_entry_in_front_of_the_new_one_is_told_to_go(python_beside_channels):
    line = python_beside_channels.fail(SETUP, **project("channels", "channels_fast"))
    assert line.endswith(
        'Take "channels" out of INSTALLED_APPS: "channels_fast" replaces it.'
    )


def test_application_listed_before_may_not_import_channels(python_beside_channels):
    python = python_beside_channels
    line = python.fail(SETUP, **project("early", "channels_fast"))
    assert f"by early ({PROGRAMS / 'early' / '__init__.py'}). " in line
    python.run(SETUP, **project("channels_fast", "early"))


def test_models_may_import_channels_wherever_they_stand(python):
    """Django imports models when all applications are known."""
    program = "installed_apps/models_may_import_channels_wherever_they_stand.py"
    python.run(program, **project("early_models", "channels_fast"))


def test_asgi_module_that_imports_channels_first_is_told_what_to_write(
    python_beside_channels,
):
    python = python_beside_channels
    environment = project("channels_fast")
    line = python.fail("import project.asgi_with_channels_first", **environment)
    assert "by project.asgi_with_channels_first (" in line
    assert "In asgi.py it is enough to import channels below get_asgi_app" in line
    python.run("installed_apps/install_before_the_asgi_module.py", **environment)


def test_asgi_module_in_the_style_of_channels_2_sets_up_django_first(python):
    python.run("import project.asgi_of_channels_2", **project("channels_fast"))


def test_django_checks_and_commands_run(python):
    environment = project(STATIC, "channels_fast")
    assert "no issues" in python.run("manage.py", "check", **environment)
    commands = python.run("manage.py", "help", "--commands", **environment)
    assert {"runworker", "runserver"} <= set(commands.split())


def test_check_follows_the_asgi_application_to_the_consumers(python):
    environment = project("channels_fast", asgi="asgi_with_a_class")
    process = python.start("manage.py", "check", **environment)
    assert process.returncode == 1
    assert "(channels_fast.E001) URLRouter, route 'chat/': " in process.stderr
    file = PROGRAMS / "project" / "asgi_with_a_class.py"
    assert f".Chat ({file}, line " in process.stderr
    assert ") is a class and not an application." in process.stderr
    assert "HINT: Write Chat.as_asgi()." in process.stderr


@pytest.mark.parametrize("apps", [("channels_fast", STATIC), (STATIC, "channels_fast")])
def test_a_process_that_serves_nobody_loads_little(python, apps):
    program = "installed_apps/a_process_that_serves_nobody_loads_little.py"
    python.run(program, **project(*apps))


def test_runworker_serves_a_layer(python):
    environment = project("channels_fast", asgi="asgi_with_a_worker")
    out = python.start("installed_apps/runworker_serves_a_layer.py", **environment)
    assert "got hello channels_fast.consumer" in out.stdout, out.stderr


@pytest.mark.parametrize(
    "apps",
    [
        ("daphne", "channels_fast", STATIC),
        ("channels_fast", "daphne", STATIC),
    ],
)
def test_runserver_is_that_of_daphne_where_that_is_installed(python, apps):
    program = "installed_apps/runserver_of_the_project.py"
    first = python.run(program, **project(*apps)).split()[0]
    # Daphne 3 has none, and that of Daphne 4 needs Django 3.
    package = "channels_fast"
    if _can_import("daphne.management.commands.runserver"):
        package = "daphne"
    assert first == f"{package}.management.commands.runserver"


@pytest.mark.parametrize("apps", [("channels_fast", STATIC), (STATIC, "channels_fast")])
def test_runserver_speaks_asgi_where_daphne_is_not_listed(python, apps):
    program = "installed_apps/runserver_of_the_project.py"
    modules = python.run(program, **project(*apps)).split()
    assert "channels_fast.management.commands.runserver" in modules


OURS = "channels_fast.management.commands.runserver"


@pytest.mark.parametrize(
    ("apps", "is_asgi"),
    [
        (("runserver_of_django", "channels_fast"), False),
        (("channels_fast", "runserver_of_django"), False),
        (("runserver_of_staticfiles", "channels_fast", STATIC), True),
        (("channels_fast", "runserver_of_staticfiles", STATIC), True),
        (("runserver_of_channels", "channels_fast", STATIC), True),
        (("channels_fast", "runserver_of_channels", STATIC), True),
    ],
)
def test_runserver_of_another_application_is_used_as_with_channels_4(
    python, apps, is_asgi
):
    """Wherever it stands, since there it is in front of the one of staticfiles."""
    program = "installed_apps/runserver_of_the_project.py"
    modules = python.run(program, **project(*apps)).split()
    [own] = [app for app in apps if app.startswith("runserver_of_")]
    assert modules[0] == f"{own}.management.commands.runserver"
    assert (OURS in modules) is is_asgi


def test_runserver_of_staticfiles_is_this_one_after_a_question_where_it_is(python):
    program = "installed_apps/runserver_after_a_question_where_it_is.py"
    apps = (STATIC, "channels_fast")
    assert OURS in python.run(program, **project(*apps)).split()


def test_runserver_of_an_application_behind_staticfiles_is_not_used(python):
    program = "installed_apps/runserver_of_the_project.py"
    apps = ("channels_fast", STATIC, "runserver_of_django")
    assert python.run(program, **project(*apps)).split()[0] == OURS


@pytest.mark.parametrize(
    "apps",
    [
        ("runserver_of_whoever", "channels_fast", STATIC),
        ("channels_fast", "runserver_of_whoever", STATIC),
        ("runserver_of_whoever", STATIC, "channels_fast"),
    ],
)
def test_runserver_that_goes_on_from_the_next_one_changes_its_options(python, apps):
    environment = project(*apps)
    program = "installed_apps/runserver_of_the_project.py"
    assert OURS in python.run(program, **environment).split()
    told = python.run("manage.py", "runserver", "--help", **environment)
    assert "(without static files)" in told
    assert "--http_timeout" in told


def test_runserver_has_the_options_of_the_command_of_daphne(python):
    ours = python.run("manage.py", "runserver", "--help", **project(*APPS[1:]))
    told = python.run("manage.py", "runserver", "--help", **project(*APPS))
    if "--websocket-max-message-size" in told:
        assert ours == told
    else:
        # An older Daphne, or one that has no such command.
        options = re.compile(r"--[\w-]+")
        assert set(options.findall(told)) <= set(options.findall(ours))


def test_check_for_deployment_reports_a_layer_in_memory(python):
    environment = project("channels_fast", DEBUG="0")
    check = ("manage.py", "check", "--tag", "channels")
    assert "no issues" in python.run(*check, **environment)
    process = python.start(*check, "--deploy", **environment)
    assert process.stderr.count("(channels_fast.W010)") == 1
