"""
What an application is: of ASGI 3, of ASGI 2, a mistake, or one around another.

An application is looked at when a router meets it for the first time. Nothing is
called to see what happens.
"""

from __future__ import annotations

import contextlib
import inspect
import warnings
import weakref
from types import FunctionType
from typing import TYPE_CHECKING, Any

from asgiref.compatibility import double_to_single_callable, is_double_callable
from django.core.exceptions import ImproperlyConfigured

from .describe import name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._typing import Application, Receive, Scope, Send

#: Where middleware keeps what it wraps: `BaseMiddleware` and most others,
#: `OriginValidator`, middleware of Starlette's kind, and `functools.wraps`.
_INNER = ("inner", "application", "app", "__wrapped__")
# A chain that goes on for longer leads back to itself.
_MOST_LAYERS = 100


class NotAnApplicationError(ImproperlyConfigured, TypeError):
    """A route leads to something that is nearly an application."""


def inner_of(application: Any) -> Any:
    """Return what the middleware *application* wraps, or ``None``."""
    # Only what is stored: a property or `__getattr__` of others may do anything.
    attributes = getattr(application, "__dict__", None)
    # A class is no middleware yet, and `as_asgi()` has the consumer as `__wrapped__`.
    if (
        not attributes
        or "consumer_class" in attributes
        or isinstance(application, type)
    ):
        return None
    for name in _INNER:
        if attributes.get(name) is not None:
            return attributes[name]
    return None


def layers_of(application: Any) -> Iterator[Any]:
    """Yield *application*, what it wraps, and so on."""
    for _ in range(_MOST_LAYERS):
        if application is None:
            return
        yield application
        application = inner_of(application)


def is_around_router(application: Any) -> bool:
    """
    Say whether *application* is middleware around a router of paths.

    The outermost layer that has ``_path_routing`` decides by it, so middleware
    with ``_path_routing = False`` stays an endpoint.
    """
    for _ in range(_MOST_LAYERS):
        flag = getattr(application, "_path_routing", None)
        if flag is not None:
            return flag is True
        application = inner_of(application)
        if application is None:
            break
    return False


def is_coroutine_function(application: Any) -> bool:
    """Say whether *application* is an ``async def`` with the arguments of ASGI 3."""
    # PERF: nearly all are, `as_asgi()` of a consumer among them.
    if type(application) is not FunctionType:
        return False
    code = application.__code__
    return code.co_argcount == 3 and bool(code.co_flags & inspect.CO_COROUTINE)


def single_callable(application: Any, place: str) -> Application:
    """
    Return *application* as one of ASGI 3.

    Args:
        application: What a project has given to a router.
        place: The router and the route, for the texts of errors and warnings.

    What cannot be an application becomes one that raises `NotAnApplicationError`
    when it is called: a route that nobody connects to has never been an error.
    """
    if is_coroutine_function(application):
        return application  # type: ignore[no-any-return] # what the project gave
    mistake = mistake_in(application)
    if mistake:
        return _mistaken(f"{place}: {' '.join(mistake)}")
    if takes_scope_only(application):
        _warn_once(application, place)
        return double_to_single_callable(application)  # type: ignore[no-untyped-call,no-any-return] # asgiref leaves it untyped
    return application  # type: ignore[no-any-return] # what the project gave


def _mistaken(text: str) -> Application:
    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        raise NotAnApplicationError(text)

    return application


def mistake_in(application: Any) -> tuple[str, str] | None:
    """Return what is wrong with *application* as a route, and what to write."""
    if inspect.ismethod(application) and application.__name__ == "as_asgi":
        consumer = application.__self__
        name = getattr(consumer, "__name__", type(consumer).__name__)
        return f"{name}.as_asgi was not called.", f"Write {name}.as_asgi()."
    if inspect.isclass(application) and not hasattr(application, "__await__"):
        name = application.__name__
        if hasattr(application, "as_asgi"):
            return f"{name} is a class and no application.", f"Write {name}.as_asgi()."
        if inspect.iscoroutinefunction(application.__call__) and not _takes(
            application, 1
        ):
            return f"{name} is a class and no application.", f"Write {name}()."
    if _is_view(application):
        return (
            f"{name_of(application)} is a view of Django and no application.",
            "Views belong into the URLconf; get_asgi_application() serves it.",
        )
    if takes_scope_only(application):
        for layer in layers_of(inner_of(application)):
            if inner_of(layer) is None and not takes_scope_only(layer):
                return (
                    f"{name_of(application)} is middleware of ASGI 2 around "
                    f"{name_of(layer)}, which is an application of ASGI 3.",
                    "Give it an `async def __call__(self, scope, receive, send)`.",
                )
    return None


def _is_view(application: Any) -> bool:
    """Say whether *application* is one of Django's views."""
    if hasattr(application, "view_class") or (
        inspect.isclass(application) and hasattr(application, "as_view")
    ):
        return True
    function = getattr(application, "func", application)  # of a partial
    if not inspect.isroutine(function) or _takes(application, 3):
        return False
    first = next(iter(_parameters(application)), "").strip("_")
    # What takes the scope alone is an application of ASGI 2.
    return first == "request" or (first != "scope" and _takes(application, 1))


def takes_scope_only(application: Any) -> bool:
    """Say whether *application* is one of ASGI 2, as asgiref understands it."""
    # Also what returns a coroutine without being an `async def` is double callable to
    # asgiref. So its signature has to say that it is called with the scope.
    if not is_double_callable(application):  # type: ignore[no-untyped-call] # asgiref leaves it untyped
        return False
    if not _takes(application, 1):
        return False
    if not _takes(application, 3):
        return True
    # It takes everything.
    if inspect.isclass(application):
        # The instances of ASGI 3's classes are awaited.
        return not hasattr(application, "__await__")
    # Middleware that passes on whatever it gets is what it wraps.
    *_, innermost = layers_of(application)
    return innermost is not application and takes_scope_only(innermost)


def _takes(application: Any, count: int) -> bool:
    """Say whether *application* can be called with *count* arguments."""
    try:
        inspect.signature(application).bind(*(None,) * count)
    except (TypeError, ValueError):
        return False
    return True


def _parameters(application: Any) -> Iterable[str]:
    try:
        return inspect.signature(application).parameters
    except (TypeError, ValueError):
        return ()


_warned: weakref.WeakSet[Any] = weakref.WeakSet()


def _warn_once(application: Any, place: str) -> None:
    # What has no hash, or no place for a weak reference, is not remembered.
    # Python's own filter keeps the warning from being shown twice.
    with contextlib.suppress(TypeError):
        if application in _warned:
            return
    text = (
        f"{place}: {name_of(application)} is an application of ASGI 2, which is "
        "deprecated. Make it a single callable, `async def __call__(self, scope, "
        "receive, send)`, or pass `.as_asgi()` of a consumer."
    )
    # A stack level would point at the event loop. What has to be changed is the
    # application, so the warning points there.
    code = inspect.unwrap(application)
    if not inspect.isroutine(code) and not inspect.isclass(code):
        code = type(code)
    try:
        file = inspect.getsourcefile(code) or "<unknown>"
        line = inspect.getsourcelines(code)[1]
    except (OSError, TypeError):
        file, line = "<unknown>", 1
    warnings.warn_explicit(
        text,
        DeprecationWarning,
        file,
        line,
        module=getattr(code, "__module__", None),
        registry=_registry,
    )
    with contextlib.suppress(TypeError):
        _warned.add(application)


# For the filter "default", which shows a text once for each line.
_registry: dict[Any, Any] = {}
