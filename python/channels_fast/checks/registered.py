"""
The checks that Django knows of, and when they may import the project.

Django runs them in front of nearly every command, and Celery in every worker. What a
project does when its server starts must not happen there. So ``asgi.py`` is imported
within `importing_application()` only, and everything that needs it is loaded then.
"""

from __future__ import annotations

import contextlib
import sys
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core import checks, mail

if TYPE_CHECKING:
    from collections.abc import Iterator

#: For ``manage.py check --tag channels``.
TAG = "channels"

_importing: ContextVar[bool] = ContextVar("importing", default=False)


@contextlib.contextmanager
def importing_application() -> Iterator[None]:
    """
    Let the checks that run inside import ``ASGI_APPLICATION``.

    For commands that serve it or report on it, such as ``check`` and ``runserver``.
    """
    token = _importing.set(True)
    try:
        yield
    finally:
        _importing.reset(token)


def check_router(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Say why routes are not compiled in this process."""
    if not _importing.get() or _in_tests():
        return []  # the process may never load the compiled part
    from .._routes import compile as compiling

    if not compiling.WHY_NOT_COMPILED:
        return []
    return [
        checks.Info(
            f"Routes are matched by Python: {compiling.WHY_NOT_COMPILED}.",
            hint="They give the same answers, slower. The packages for CPython have "
            "the compiled part: pip install --force-reinstall channels_fast",
            id="channels_fast.I002",
        )
    ]


def check_layers(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Find layers in the memory of one process, which production rarely has."""
    from .layers import check_layers_for_deployment

    return list(check_layers_for_deployment())


def check_application(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Check everything behind ``ASGI_APPLICATION``, or what its source tells."""
    from .unimported import check_order, check_setting

    name = getattr(settings, "ASGI_APPLICATION", None)
    level = checks.ERROR if _importing.get() else checks.WARNING
    found = list(check_order(name, level))
    if _may_import(name):
        from .imported import check_imported

        found += check_imported()
    elif name:
        found += check_setting(name)
    return found


def check_application_for_deployment(
    app_configs: Any, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Find WebSockets that pages of other sites can open in a visitor's name."""
    name = getattr(settings, "ASGI_APPLICATION", None)
    if not _may_import(name):
        return []
    from .imported import check_imported_for_deployment

    return list(check_imported_for_deployment())


def check_urls(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Find consumers and routers in ``ROOT_URLCONF``."""
    if not _importing.get():
        return []
    from .urlconf import check_urlconf

    return list(check_urlconf())


def check_versions(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Find versions of installed packages that fail, alone or together."""
    if not _importing.get():
        return []
    from .versions import check_versions

    return list(check_versions())


def check_databases(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Find databases whose connections are kept, which does not go with ASGI."""
    if not _importing.get():
        return []
    from .databases import check_databases

    return list(check_databases())


def _may_import(name: Any) -> bool:
    """
    Return whether this is a command that imports the application.

    A live test adds its host to ``ALLOWED_HOSTS``, and validators of the origin
    keep what they find there when ``asgi.py`` is imported. So the checks of
    ``manage.py test`` must not be the first to import it.
    """
    if not name or not _importing.get():
        return False
    return not _in_tests() or str(name).rpartition(".")[0] in sys.modules


def _in_tests() -> bool:
    # `setup_test_environment()` of Django makes it.
    return hasattr(mail, "outbox")


def register() -> None:
    """Register the checks, some of them for ``check --deploy`` only."""
    checks.register(check_router, TAG)
    checks.register(check_application, TAG)
    checks.register(check_urls, TAG)
    checks.register(check_versions, TAG)
    checks.register(check_databases, TAG)
    checks.register(check_layers, TAG, deploy=True)
    checks.register(check_application_for_deployment, TAG, deploy=True)
