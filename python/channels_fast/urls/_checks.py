"""The system check of ``channels_fast.urls``."""

from __future__ import annotations

from typing import Any

from django.core import checks

from . import _hook


def check_hook(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Say why Django resolves its URLs itself, although this is installed."""
    if not _hook.reason:
        return []
    return [
        checks.Warning(
            f"Django resolves its URLs itself: {_hook.reason}.",
            hint="The answers are the same, slower. docs/urls.md says what to do.",
            id="channels_fast.W019",
        )
    ]


def register() -> None:
    """Register the check, of which a second call makes no second one."""
    checks.register(check_hook, checks.Tags.urls)
