"""What the doctor finds out about a project."""

from __future__ import annotations

import sys
import traceback
from collections import Counter
from dataclasses import dataclass, field
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Any, Optional

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.core.checks.registry import registry

from .. import VERSION, urls
from .._alias import ALIAS, OWN, is_in_settings
from .._routes import compile as compiling
from .._routes.describe import RouteDescription, describe
from ..checks.imported import imported_application
from ..checks.loading import not_imported
from ..checks.registered import TAG, importing_application, register
from ..checks.versions import installed
from .compare import Comparison, compare
from .layers import SETTING, LayerReport, look_at_layers

_PACKAGE = Path(__file__).parents[1]


@dataclass
class Message:
    """What a system check has found."""

    id: str
    #: "ERROR", "WARNING" or "INFO".
    level: str
    text: str
    hint: str
    #: Whether it is one of ``check --deploy``.
    deploy: bool


@dataclass
class Report:
    """Everything, for people and for programs."""

    versions: dict[str, str]
    #: The files of the compiled part, whatever interpreters they are for.
    extension: list[str]
    #: The ends of their names that this interpreter takes.
    suffixes: list[str]
    why_not_compiled: str
    #: "INSTALLED_APPS", "install()" or "router".
    switch: str
    layers: list[LayerReport]
    messages: list[Message]
    #: ``settings.DEBUG``, with which some checks for deployment do not look.
    debug: bool
    #: Why there are no routes: ``ASGI_APPLICATION`` cannot be loaded.
    not_loaded: Optional[str] = None
    #: The traceback of that.
    traceback: str = ""
    #: How many routes each engine matches.
    engines: dict[str, int] = field(default_factory=dict)
    #: The routes that Django's own patterns match, with the reason.
    by_django: list[tuple[str, str]] = field(default_factory=list)
    #: ``None`` where nothing can be compared.
    comparison: Optional[Comparison] = None
    #: What ``channels_fast.urls`` says of itself, ``None`` if it is not installed.
    urls: Optional[str] = None

    @property
    def errors(self) -> list[str]:
        """What has to be changed, a line for each."""
        found = [one.text for one in self.messages if one.level == "ERROR"]
        found += [
            f"CHANNEL_LAYERS, {one.alias!r}"
            for one in self.layers
            if one.error and not self.is_in_checks(one, "ERROR")
        ]
        if self.not_loaded:
            found.append(self.not_loaded)
        return found + [one.path for one in self.differences]

    def is_in_checks(self, layer: LayerReport, level: Optional[str] = None) -> bool:
        """Return whether one of the checks names what is wrong with *layer*."""
        named = f"The channel layer {layer.alias!r} in {SETTING} "
        if layer.alias == SETTING:
            named = f"{SETTING} is"
        return any(
            one.text.startswith(named) and level in (None, one.level)
            for one in self.messages
        )

    @property
    def differences(self) -> list[Any]:
        """The paths on which the compiled table and Django do not agree."""
        return self.comparison.differences if self.comparison else []


def examine(connect: Optional[float]) -> Report:
    """
    Return everything that can be found out, whatever of it fails.

    Args:
        connect: The seconds that a message may take through each channel layer;
            ``None`` sends none.
    """
    report = Report(
        {"channels_fast": VERSION, **installed()},
        sorted(file.name for file in _PACKAGE.glob("_rust.*") if file.suffix != ".pyi"),
        EXTENSION_SUFFIXES,
        compiling.WHY_NOT_COMPILED,
        _switch(),
        look_at_layers(connect),
        _messages(),
        settings.DEBUG,
        urls=urls.describe() if apps.is_installed("channels_fast.urls") else None,
    )
    try:
        application = imported_application()
        routes = describe(application)
        if not report.why_not_compiled:
            report.comparison = compare(application)
    # Whatever the project raises, or because it gives up.
    except (Exception, SystemExit) as error:
        report.not_loaded = " ".join(not_imported(error).msg.split())
        # The error at the bottom: that the import failed is said already.
        report.traceback = traceback_of(error.__cause__ or error)
        return report
    _count(routes, report)
    return report


def traceback_of(error: BaseException) -> str:
    """Return the traceback of *error*, as Python prints it."""
    lines = traceback.format_exception(type(error), error, error.__traceback__)
    return "".join(lines)


def _switch() -> str:
    if is_in_settings():
        return "INSTALLED_APPS"
    own = sys.modules[OWN]
    return "install()" if sys.modules.get(ALIAS) is own else "router"


def _messages() -> list[Message]:
    """Run the checks as ``manage.py check --deploy --tag channels`` does."""
    register()  # they are not, if only the router is in use
    found = []
    with importing_application():
        for check in sorted(registry.get_checks(True), key=_name):
            if TAG in check.tags:
                deploy = check in registry.deployment_checks
                found += [_message(one, deploy) for one in _found_by(check)]
    return found


def _name(check: Any) -> str:
    return f"{check.__module__}.{check.__qualname__}"


def _found_by(check: Any) -> list[checks.CheckMessage]:
    try:
        found = check(app_configs=None, databases=None) or ()
    except Exception as error:  # a project may have checks with this tag
        text = f"{_name(check)} failed: {type(error).__name__}: {error}"
        return [checks.Error(text)]
    return [one for one in found if not one.is_silenced()]


def _message(found: checks.CheckMessage, deploy: bool) -> Message:
    level = "WARNING" if found.level >= checks.WARNING else "INFO"
    return Message(
        found.id or "",
        "ERROR" if found.is_serious() else level,
        found.msg if found.obj is None else f"{found.obj}: {found.msg}",
        found.hint or "",
        deploy,
    )


def _count(routes: list[RouteDescription], report: Report) -> None:
    report.engines = dict(Counter(one.engine for one in routes if one.engine))
    report.by_django = [
        (one.pattern or "", one.reason) for one in routes if one.engine == "Django"
    ]
