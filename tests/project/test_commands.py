"""Commands of a project whose ``asgi.py`` is fit for the server's process only."""

from __future__ import annotations

import re

import django
import pytest
from benches import start_up

COMMANDS = {
    "migrate": ("manage.py", "migrate"),
    "shell": ("manage.py", "shell", "-c", "print('a line')"),
    "test": ("manage.py", "test", "photos.quick_tests"),
    "a cron job": ("manage.py", "nightly"),
    "a Celery worker": ("worker.py",),
}
LOGGING = {
    "version": 1,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
# The alias, the application and its checks have modules; channels 4 has no checks.
MORE_MODULES = 15
if (4, 1) <= django.VERSION < (5, 0):
    # They import each library of template tags, to compare names. Ours has two modules,
    # and those have two names.
    MORE_MODULES += 4


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_prints_what_it_prints_with_channels(gallery, command):
    assert _run(gallery, "channels_fast", command) == _run(gallery, "channels", command)


@pytest.mark.parametrize(
    ("command", "printed", "logged"),
    [
        ("a cron job", "done\n", "the nightly job runs\n"),
        ("a Celery worker", "worked\n", "a task logs\n"),
    ],
)
def test_what_a_command_logs_is_heard(gallery, command, printed, logged):
    assert _run(gallery, "channels_fast", command) == (0, printed, logged)


@pytest.mark.parametrize("command", ["", "migrate --plan", "shell -c pass"])
def test_a_command_loads_hardly_more_than_with_channels(command):
    theirs, ours = (start_up.start(package, command) for package in start_up.PACKAGES)
    assert theirs.modules <= ours.modules <= theirs.modules + MORE_MODULES
    assert not ours.imports_asgi


def _run(gallery, package, command):
    """Return how a command ended and what it printed, without its times."""
    keys = gallery.directory / "keys.of.the.server"
    keys.touch()
    changed = gallery.settings(
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            package,
            "photos",
        ],
        ASGI_APPLICATION="gallery.asgi_of_a_server.application",
        LOGGING=LOGGING,
    )
    program, *arguments = COMMANDS[command]
    done = gallery.manage(*arguments, program=program, **changed)
    assert keys.exists()
    return done.returncode, done.stdout, re.sub(r"[\d.]+s", "", done.stderr)
