"""Commands of a project whose ``asgi.py`` is fit for the server's process only."""

from __future__ import annotations

import re

import pytest

COMMANDS = {
    "migrate": ("manage.py", "migrate"),
    "shell": ("manage.py", "shell", "-c", "print('a line')"),
    "test": ("manage.py", "test", "photos.quick_tests"),
    "a cron job": ("manage.py", "nightly"),
    "a Celery worker": ("worker.py",),
}
LAST = {"a cron job": "done\n", "a Celery worker": "worked\n"}
EFFECTS = ["logs", "deletes", "starts a thread", "raises"]
LOGGING = {
    "version": 1,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}


@pytest.mark.parametrize(
    ("command", "effect"),
    [(name, "exits") for name in COMMANDS] + [("migrate", name) for name in EFFECTS],
)
def test_a_command_does_what_it_does_with_channels(gallery, command, effect):
    assert _run(gallery, "channels_fast", command, effect) == _run(
        gallery, "channels", command, effect
    )


@pytest.mark.parametrize(
    ("command", "line"),
    [("a cron job", "the nightly job runs\n"), ("a Celery worker", "a task logs\n")],
)
def test_what_a_command_logs_is_heard(gallery, command, line):
    assert _run(gallery, "channels_fast", command, "logs") == (0, LAST[command], line)


def _run(gallery, package, command, effect):
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
    done = gallery.manage(*arguments, program=program, AT_IMPORT=effect, **changed)
    assert keys.exists()
    return done.returncode, done.stdout, re.sub(r"[\d.]+s", "", done.stderr)
