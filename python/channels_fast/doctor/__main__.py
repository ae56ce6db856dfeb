"""The command line for projects that do not list "channels_fast" in their settings."""

from __future__ import annotations

import argparse
import sys
from typing import Optional

import django
from django.conf import ENVIRONMENT_VARIABLE

from .command import HELP, add_arguments, run
from .explain import explain
from .report import traceback_of
from .text import explanation_lines


def main(arguments: Optional[list[str]] = None) -> int:
    """Do what *arguments* say and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m channels_fast.doctor",
        description=f"{HELP} {ENVIRONMENT_VARIABLE} names the settings.",
    )
    add_arguments(parser)
    options = vars(parser.parse_args(arguments))
    if options["explain"] is None:
        try:
            django.setup()
        # Whatever the project raises: to say why is what this is for.
        except Exception as error:
            found = explain(traceback_of(error))
            print("\n".join(explanation_lines(found)))
            print(f"Django does not start: {type(error).__name__}: {error}")
            return 1
    wrong = run(options, print)
    if wrong:
        print(wrong, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
