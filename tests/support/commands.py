"""What a command of ``manage.py`` prints."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from .engines import WHY_NOT_COMPILED, told


def printed(command, *arguments):
    """Return what the class *command* prints."""
    out = StringIO()
    call_command(command(), *arguments, stdout=out)
    return out.getvalue()


def refused(command, *arguments):
    """Return what is printed, and the error behind it."""
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command(command(), *arguments, stdout=out)
    return out.getvalue(), str(caught.value)


def words(text):
    """Return the lines of a table, without its spaces."""
    return [" ".join(line.split()) for line in text.splitlines()]


def in_a_line(kind, reason=""):
    """Return how an engine is told in a line."""
    name, why = told(kind, reason)
    return name if WHY_NOT_COMPILED or not why else f"{name} ({why})"
