"""
What an application is: of ASGI 3, of ASGI 2, a mistake, or middleware around another.

Nothing is called to find out.
"""

from __future__ import annotations

import contextlib
import inspect
import re
import warnings
from types import FunctionType, MemberDescriptorType
from typing import TYPE_CHECKING, Any

from asgiref.compatibility import double_to_single_callable, is_double_callable

from ..exceptions import NotAnApplicationError
from .names import as_written, name_of, source_of

if TYPE_CHECKING:
    from .._typing import Application, Receive, Scope, Send

#: Where middleware keeps the application that it wraps: `BaseMiddleware` and most
#: others, `OriginValidator`, middleware in the style of Starlette, `functools.wraps`.
_INNER = ("inner", "application", "app", "__wrapped__")
# The last one from annotations, which Python 3.14 evaluates for a signature.
_NO_SIGNATURE = (TypeError, ValueError, NameError)
# A longer chain leads back to itself.
_MOST_LAYERS = 100


def inner_of(application: Any) -> Any:
    """Return what the middleware *application* wraps, or ``None``."""
    # A class is not an instance of middleware, and `as_asgi()` has the consumer as
    # `__wrapped__`.
    if isinstance(application, type):
        return None
    stored = stored_in(application)
    if not stored or "consumer_class" in stored:
        return None
    for name in _INNER:
        if stored.get(name) is not None:
            return stored[name]
    return None


def stored_in(application: Any) -> dict[str, Any]:
    """Return the attributes of *application*, those in slots too."""
    if type(application) is FunctionType:
        return vars(application)  # PERF: nearly all routes lead to one; no slots
    # A property or `__getattr__` could run code of the project.
    stored = dict(getattr(application, "__dict__", ()))
    for cls in type(application).__mro__:
        if "__slots__" in vars(cls):
            for name, member in vars(cls).items():
                if isinstance(member, MemberDescriptorType):
                    with contextlib.suppress(AttributeError):  # it was never set
                        stored[name] = member.__get__(application)
    return stored


def layers_of(application: Any) -> list[Any]:
    """Return *application*, what it wraps, and so on."""
    layers: list[Any] = []
    while application is not None and len(layers) < _MOST_LAYERS:
        layers.append(application)
        application = inner_of(application)
    return layers


def is_url_router(application: Any) -> bool:
    """Return whether *application* is a ``URLRouter``, ours or that of ``channels``."""
    flag = getattr(application, "_path_routing", None)
    return flag is True and hasattr(application, "routes")


def is_around_router(application: Any) -> bool:
    """
    Say whether *application* is a router of paths, or middleware around one.

    The outermost layer that has ``_path_routing`` decides by it, so middleware
    with ``_path_routing = False`` stays an endpoint.
    """
    for layer in layers_of(application):
        flag = getattr(layer, "_path_routing", None)
        if flag is not None:
            return flag is True
    return False


def single_callable(application: Any, place: Any) -> Application:
    """
    Return *application* as one of ASGI 3.

    Args:
        application: What a project has given to a router.
        place: A route, or the name of another place, for errors and warnings.

    A mistake becomes an application that raises `NotAnApplicationError`: a route that
    nobody connects to has never been an error.
    """
    if type(application) is FunctionType:
        # PERF: nearly all are an `async def` with the arguments of ASGI 3.
        code = application.__code__
        if code.co_argcount == 3 and code.co_flags & inspect.CO_COROUTINE:
            return application
    explained = explain(application, place)
    if explained:
        return explained
    if takes_scope_only(application):
        warnings.warn(
            f"{_name_of_place(place)}: {name_of(application)} is an application of "
            "ASGI 2, which is deprecated. Make it a single callable, `async def "
            "__call__(self, scope, receive, send)`, or pass `.as_asgi()` of a "
            "consumer.",
            DeprecationWarning,
            stacklevel=2,
        )
        return double_to_single_callable(application)  # type: ignore[no-untyped-call,no-any-return] # asgiref leaves it untyped
    return application  # type: ignore[no-any-return] # what the project gave


def explain(application: Any, place: Any) -> Application | None:
    """
    Return an application that says what is wrong with *application*, or behind it.

    Middleware of a project may know what to do with a class. So where there is one
    behind middleware, only the error of a wrong call is explained.
    """
    mistake = mistake_in(application)
    behind = [] if mistake else layers_of(application)[1:]
    for layer in behind:
        if is_consumer_class(layer) or is_uncalled(layer):
            return _explained(application, mistake_in(layer), place)
    return _explained(None, mistake, place) if mistake else None


def _explained(application: Any, mistake: Any, place: Any) -> Application:
    text = f"{_name_of_place(place)}: {' '.join(mistake)}"

    async def explained(scope: Scope, receive: Receive, send: Send) -> Any:
        if application is None:
            raise NotAnApplicationError(text)
        try:
            return await application(scope, receive, send)
        except TypeError as error:
            if re.search(_WRONG_CALL, str(error)):
                raise NotAnApplicationError(text) from error
            raise

    return explained


def refuse(application: Any, place: str = "") -> None:
    """
    Say what is wrong with *application* itself, if there is something.

    Raises:
        NotAnApplicationError: It is a class, for example.
    """
    mistake = mistake_in(application)
    if mistake:
        parts = (f"{place}:", *mistake) if place else mistake
        raise NotAnApplicationError(" ".join(parts))


# What Python says when a consumer's class is called, or its object, as ASGI 3 or 2,
# and what a consumer of this package says.
_WRONG_CALL = (
    r"\w\(\) takes no arguments|(__init__|as_asgi)\(\) (takes|missing|got)"
    r"|__call__\(\) missing|can't be used in 'await'|\.as_asgi\(\)\.$"
)


def _name_of_place(place: Any) -> str:
    if type(place) is str:
        return place
    return f"URLRouter, route {as_written(place.pattern)}"


def mistake_in(application: Any) -> tuple[str, str] | None:
    """Return what is wrong with *application* as a route, and what to write."""
    if is_uncalled(application):
        consumer = application.__self__
        consumer = consumer if inspect.isclass(consumer) else type(consumer)
        wrong = f"{source_of(consumer, '.as_asgi')} was not called."
        return wrong, f"Write {consumer.__name__}.as_asgi()."
    if inspect.isclass(application):
        name = application.__name__
        wrong = f"{source_of(application)} is a class and not an application."
        if is_consumer_class(application):
            return wrong, f"Write {name}.as_asgi()."
        if not hasattr(application, "__await__") and (
            inspect.iscoroutinefunction(application.__call__)
            and not _takes(application, 1)
        ):
            return wrong, f"Write {name}()."
    if is_view(application):
        return (
            f"{source_of(application)} is a view of Django and not an application.",
            "Views belong in the URLconf, which get_asgi_application() serves.",
        )
    if takes_scope_only(application):
        innermost = layers_of(application)[-1]
        if not takes_scope_only(innermost):
            return (
                f"{source_of(application)} is middleware of ASGI 2 around "
                f"{name_of(innermost)}, which is an application of ASGI 3.",
                "Give it an `async def __call__(self, scope, receive, send)`.",
            )
    return None


def is_consumer_class(application: Any) -> bool:
    """Return whether *application* is the class of a consumer."""
    return inspect.isclass(application) and hasattr(application, "as_asgi")


def is_uncalled(application: Any) -> bool:
    """Return whether *application* is the method ``as_asgi`` of a consumer."""
    return inspect.ismethod(application) and application.__name__ == "as_asgi"


def is_view(application: Any) -> bool:
    """Return whether *application* is one of Django's views."""
    if inspect.isclass(application):
        return hasattr(application, "as_view")
    if "view_class" in stored_in(application):  # as_view() has been called
        return True
    # PERF: other objects are many, and a signature takes 20 microseconds.
    if not inspect.isroutine(getattr(application, "func", application)):
        return False
    try:
        first = next(iter(inspect.signature(application).parameters), "")
    except _NO_SIGNATURE:
        return False
    return first.strip("_") == "request" and not _takes(application, 3)


def takes_scope_only(application: Any) -> bool:
    """Return whether *application* is one of ASGI 2, as asgiref understands it."""
    # asgiref takes a plain `def` that returns a coroutine for one, too. So the
    # signature has to allow a call with the scope.
    if not is_double_callable(application) or not _takes(application, 1):  # type: ignore[no-untyped-call] # asgiref leaves it untyped
        return False
    if not _takes(application, 3):
        return True
    # It takes any number of arguments.
    if inspect.isclass(application):
        # An instance of a class of ASGI 3 is awaited.
        return not hasattr(application, "__await__")
    # Middleware that passes all of them on is what it wraps.
    innermost = layers_of(application)[-1]
    return innermost is not application and takes_scope_only(innermost)


def _takes(application: Any, count: int) -> bool:
    """Return whether *application* can be called with *count* arguments."""
    try:
        inspect.signature(application).bind(*(None,) * count)
    except _NO_SIGNATURE:
        return False
    return True
