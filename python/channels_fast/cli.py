"""The command ``channels-fast``, and ``python -m channels_fast``."""

from __future__ import annotations

import sys
from typing import Optional

COMMANDS = {
    "upgrade": "rewrite a project of Channels 2, 3 or 4 for this package",
    "routes": "list the routes of ASGI_APPLICATION (manage.py asgi_routes)",
    "doctor": "report on a project or an error (python -m channels_fast.doctor)",
    "bench": "measure the routes of a project (python -m channels_fast.bench)",
}


def main(arguments: Optional[list[str]] = None) -> int:
    """Start the command that the first of *arguments* names; return its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    command, rest = (given[0], given[1:]) if given else ("", [])
    if command in ("-h", "--help"):
        print(usage())
        return 0
    if command not in COMMANDS:
        wrong = f"there is no command {command!r}" if command else "which command?"
        print(f"channels-fast: {wrong}\n\n{usage()}", file=sys.stderr)
        return 2
    # A command is imported when it is asked for: one may lack what another needs.
    if command == "upgrade":
        from .upgrade.command import main as start
    else:
        # As `python -m` does: the project's modules are in the working directory.
        sys.path.insert(0, "")
        if command == "routes":
            return _routes(rest)
        if command == "doctor":
            from .doctor.__main__ import main as start
        else:
            from .bench.__main__ import main as start
    return start(rest)


def usage() -> str:
    """Return what ``--help`` prints."""
    lines = [f"  {name:<9}{text}" for name, text in COMMANDS.items()]
    return "\n".join(
        [
            "usage: channels-fast COMMAND ...",
            "",
            *lines,
            "",
            "channels-fast COMMAND --help says more.",
        ]
    )


def _routes(rest: list[str]) -> int:
    import django
    from django.core.exceptions import ImproperlyConfigured

    from .management.commands.asgi_routes import Command

    # The command itself, and not by its name: the settings of a project that uses the
    # router only do not have this application.
    if not {"-h", "--help"} & set(rest):
        try:
            django.setup()
        except (ImproperlyConfigured, ImportError) as error:
            print(f"channels-fast: Django does not start: {error}", file=sys.stderr)
            return 1
    Command().run_from_argv(["channels-fast", "routes", *rest])
    return 0
