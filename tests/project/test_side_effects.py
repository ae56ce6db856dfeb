"""What ``asgi.py`` does at its import happens in the commands that need it only."""

from __future__ import annotations

import pytest

# It counts how often it is imported, and is nothing for a process that serves nobody.
DOES_THINGS = """
import sys
from pathlib import Path

with Path("imported").open("a") as file:
    file.write("once\\n")
"""
GIVES_UP = "sys.exit('there is no server here')\n"

LIKE_CELERY = """
import django
django.setup()
from django.core.checks import run_checks
assert run_checks() == [], run_checks()
"""


@pytest.fixture
def imports(gallery):
    """Return a function that counts the imports of ``asgi.py``."""
    file = gallery.directory / "gallery" / "asgi.py"
    file.write_text(DOES_THINGS + GIVES_UP + file.read_text())
    marks = gallery.directory / "imported"
    return lambda: len(marks.read_text().splitlines()) if marks.exists() else 0


@pytest.mark.parametrize(
    "command",
    [
        ("manage.py", "migrate"),
        ("manage.py", "makemigrations", "--check", "--dry-run"),
        ("manage.py", "shell", "-c", "pass"),
        ("manage.py", "test", "gallery"),
        ("manage.py", "send", "thumbnails", "a.jpg"),
        ("-c", LIKE_CELERY),
    ],
)
def test_a_command_that_serves_nobody_does_not_import_the_application(
    gallery, imports, command
):
    program, *arguments = command
    environment = {"DJANGO_SETTINGS_MODULE": "gallery.settings"}
    done = gallery.manage(*arguments, program=program, **environment)
    assert done.returncode == 0, done.stderr
    assert "there is no server here" not in done.stdout + done.stderr
    assert imports() == 0


def test_check_says_why_the_application_gives_up(gallery, imports):
    done = gallery.manage("check")
    assert done.returncode == 0, done.stderr
    assert "SystemExit: there is no server here (" in done.stderr
    assert imports() == 1


def test_an_order_of_imports_that_stops_servers_does_not_stop_migrations(gallery):
    file = gallery.directory / "gallery" / "asgi.py"
    file.write_text(f"import channels.auth\n{file.read_text()}")
    for command, code in (("migrate", 0), ("check", 1)):
        done = gallery.manage(command)
        assert done.returncode == code, done.stderr
        assert f'(channels_fast.E011) {file}, line 1: "channels"' in done.stderr


def test_loggers_work_as_before_when_check_has_imported_the_application(gallery):
    """Django's setup in asgi.py would switch them off."""
    logging = {"version": 1, "loggers": {"django": {"level": "ERROR"}}}
    program = (
        "import logging, sys; from django.core.management import call_command\n"
        "logger = logging.getLogger('photos'); call_command('check')\n"
        "assert 'gallery.asgi' in sys.modules and not logger.disabled"
    )
    changed = gallery.settings(LOGGING=logging)
    done = gallery.manage("shell", "-c", program, **changed)
    assert done.returncode == 0, done.stderr
