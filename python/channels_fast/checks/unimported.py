"""
What can be known of ``ASGI_APPLICATION`` without an import, so for any command.

With ``"channels_fast"`` in ``INSTALLED_APPS``, ``import channels`` works as soon as
Django has read the settings. Commands do that before they import ``asgi.py``, and
servers in it. So an import that stands too early fails under a server only.
"""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any, Optional

from django.conf import settings
from django.core import checks

from .._alias import is_in_settings
from .source import NOT_READABLE, Reading, parsed, source_of, spec_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .source import Step


def check_setting(name: Any) -> Iterator[checks.CheckMessage]:
    """Find a value of ``ASGI_APPLICATION`` that names no module with source."""
    module, _, attribute = str(name).rpartition(".")
    reason = ""
    if not module or not attribute:
        reason = "there is no dot between a module and a name in it"
    elif module not in sys.modules:
        try:
            spec = spec_of(module)
            if spec is None:
                reason = f"there is no module {module!r}"
            else:
                parsed(spec, source_of(spec))
        except NOT_READABLE as error:
            reason = f"{type(error).__name__}: {error}"
    if reason:
        yield not_loaded(checks.WARNING, reason, hint_for_setting())


def not_loaded(
    level: int,
    reason: str,
    hint: str,
    *,
    where: str = "",
    number: str = "E006",
) -> checks.CheckMessage:
    """Return the message that the application cannot be loaded."""
    name = getattr(settings, "ASGI_APPLICATION", None)
    return checks.CheckMessage(
        level,
        f"ASGI_APPLICATION {name!r} cannot be loaded: {reason}{where}",
        hint=hint,
        id=f"channels_fast.{number}",
    )


def hint_for_setting() -> str:
    """Return what to write in place of a setting that names nothing."""
    name = getattr(settings, "ASGI_APPLICATION", None)
    if name and ":" in str(name):
        return f"Write ASGI_APPLICATION = {str(name).replace(':', '.')!r}."
    package = str(getattr(settings, "ROOT_URLCONF", "")).rpartition(".")[0]
    example = f"{package or 'mysite'}.asgi.application"
    if name == example:
        return f"Write the module {package}.asgi, with the name 'application' in it."
    return (
        "Write the module, a dot and the name of the application in it, such as "
        f"ASGI_APPLICATION = {example!r}."
    )


def check_order(name: Any, level: int) -> Iterator[checks.CheckMessage]:
    """Find an import of ``channels`` that a server meets before the settings."""
    if not is_in_settings():
        return  # `install()` is called somewhere
    # A server may be given another module than the one in the settings: as a rule the
    # one that `startproject` makes.
    module = str(name or "").rpartition(".")[0]
    urls = str(getattr(settings, "ROOT_URLCONF", ""))
    beside = [f"{one.rpartition('.')[0]}.asgi" for one in (module, urls) if one]
    reported = set()
    for served in dict.fromkeys(filter(None, [module, *beside])):
        found = _too_early(served.lstrip("."))
        if found is None or found in reported:
            continue
        reported.add(found)
        through = "" if found.place == found.inner_place else f" by {found.inner_place}"
        if found.does == "import":
            yield checks.CheckMessage(
                level,
                f'{found.place}: "channels" is imported{through} before Django has '
                "read INSTALLED_APPS, so no server can start.",
                hint="Move the imports of channels below get_asgi_application() or "
                'django.setup(), or write above them: "import channels_fast" and '
                '"channels_fast.install()".',
                id="channels_fast.E011",
            )
        else:
            yield checks.Warning(
                f"{found.place}: a model is loaded{through} before Django has loaded "
                "the applications, so no server can start.",
                hint="Servers end with AppRegistryNotReady. Move the import below "
                "get_asgi_application() or django.setup().",
                id="channels_fast.W011",
            )


def _too_early(module: str) -> Optional[Step]:
    """Return what a server that imports *module* meets too early, if anything."""
    found: Optional[Step] = None
    is_installed = False
    # What cannot be read is no mistake of this kind.
    with contextlib.suppress(*NOT_READABLE):
        for step in Reading().steps(module):
            if step.does == "switch":
                return found
            if step.does == "install":
                is_installed = True
            elif step.does == "unknown":
                if found is None:
                    return None
            elif found is None and not (step.does == "import" and is_installed):
                found = step
    # A module of routes is imported by another one, which sets up Django before. One
    # of this name is not.
    return found if module.rpartition(".")[2] == "asgi" else None
