"""The system checks of ``channels_fast.urls``."""

from __future__ import annotations

from typing import Any

from django.core import checks

from ..checks import TAG
from . import _hook, _reverse


def check_hook(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Say why Django resolves or reverses itself, although this is installed."""
    found = {"resolves": _hook.why_django(), "reverses": _reverse.reason}
    return [
        checks.Warning(
            f"Django {does} its URLs itself: {why}.",
            hint="The answers are the same, slower. docs/urls.md says what to do.",
            id="channels_fast.W019",
        )
        for does, why in found.items()
        if why
    ]


def check_time(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Find routes that take Python exponential time."""
    # Of all processes that have this, few run checks.
    from ._route_checks import exponential_routes  # noqa: PLC0415 # when it runs

    return exponential_routes()


def check_engines(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Say which routes stay with Python, and why."""
    from ._route_checks import routes_in_python  # noqa: PLC0415 # as above

    return routes_in_python()


def register() -> None:
    """Register the checks, of which a second call makes no second ones."""
    for check in (check_hook, check_time):
        checks.register(check, TAG, checks.Tags.urls)
    # What it says is printed in front of each command.
    checks.register(check_engines, TAG, checks.Tags.urls, deploy=True)
