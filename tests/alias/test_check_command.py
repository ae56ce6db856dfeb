"""``manage.py check`` and ``runserver`` look behind ``ASGI_APPLICATION``."""

from __future__ import annotations

import pytest

from tests.alias.test_installed_apps import STATIC, project

CLASS_AS_A_ROUTE = "(channels_fast.E001) URLRouter, route 'chat/': "


def faulty(*apps):
    """Return the environment of a project with a fault that only an import shows."""
    return project(*apps, asgi="asgi_with_a_class")


@pytest.mark.parametrize(
    "command",
    [
        ("manage.py", "check"),
        ("manage.py", "check", "--deploy"),
        ("manage.py", "check", "--tag", "channels"),
        ("manage.py", "check", "channels"),
        ("import runpy; runpy.run_module('django', None, '__main__')", "check"),
        ("import django; django.setup()\n"
         "from django.core.management import call_command; call_command('check')",),
    ],
)  # fmt: skip
def test_check_imports_the_application_however_it_is_called(python, command):
    process = python.start(*command, **faulty("channels_fast"))
    assert process.returncode == 1
    assert CLASS_AS_A_ROUTE in process.stderr


@pytest.mark.parametrize("options", [("--tag", "models"), ("--list-tags",)])
def test_check_of_something_else_does_not_import_it(python, options):
    python.run("manage.py", "check", *options, **faulty("channels_fast"))


def test_check_of_an_application_behind_this_one_is_run(python):
    environment = faulty("channels_fast", "check_of_another")
    process = python.start("manage.py", "check", **environment)
    assert process.stdout == "another check\n"
    assert CLASS_AS_A_ROUTE in process.stderr


def test_check_of_an_application_in_front_of_this_one_is_left_as_it_is(python):
    """It does not know that it may import the application."""
    environment = faulty("check_of_another", "channels_fast")
    told = python.run("manage.py", "check", **environment)
    assert told.startswith("another check\nSystem check identified no issues")


@pytest.mark.parametrize(
    "apps",
    [
        ("channels_fast", STATIC),
        (STATIC, "channels_fast"),
        ("daphne", "channels_fast", STATIC),
        ("channels_fast", "daphne", STATIC),
        ("runserver_of_staticfiles", "channels_fast", STATIC),
    ],
)
def test_runserver_checks_the_application_that_it_serves(python, apps):
    runserver = ("manage.py", "runserver", "--noreload", "127.0.0.1:0")
    process = python.start(*runserver, **faulty(*apps))
    assert process.returncode == 1
    assert CLASS_AS_A_ROUTE in process.stderr


def test_runworker_checks_the_application_that_it_serves(python):
    runworker = ("manage.py", "runworker", "jobs")
    process = python.start(*runworker, **faulty("channels_fast"))
    assert process.returncode == 1
    assert CLASS_AS_A_ROUTE in process.stderr


def test_check_tells_of_an_import_that_only_servers_meet_too_early(python):
    environment = project("channels_fast", asgi="asgi_with_channels_first")
    python.fail("import project.asgi_with_channels_first", **environment)
    process = python.start("manage.py", "check", **environment)
    assert process.returncode == 1
    assert "(channels_fast.E011) " in process.stderr
    assert 'asgi_with_channels_first.py, line 2: "channels" is' in process.stderr
