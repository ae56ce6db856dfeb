"""Measure ``URLResolver.resolve`` of a URLconf, Django's own way and ours."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import Resolver404, get_resolver
from django.urls.resolvers import LocalePrefixPattern, URLResolver

from .._routes.samples import samples
from ..urls._exposed import Suspects
from ..urls._hook import STOCK, resolve
from ..urls._listing import ends, list_routes
from ..urls._matches import install_tried
from .find import TargetError
from .measure import MISS, Table, spread
from .turns import in_turns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..urls._listing import Place
    from .turns import Block, Times

_WRONG_END = "~wrong"


def load_urlconf(name: str) -> Any:
    """
    Return the resolver of the URLconf *name*, or of ``ROOT_URLCONF``.

    Raises:
        TargetError: There is none; the text says what to write.
    """
    try:
        django.setup()
        resolver = get_resolver(name or settings.ROOT_URLCONF)
        _ = resolver.url_patterns
    except (ImproperlyConfigured, AttributeError, ModuleNotFoundError) as error:
        raise TargetError(
            f"The URLconf cannot be loaded: {type(error).__name__}: {error}. Set "
            "DJANGO_SETTINGS_MODULE=myproject.settings, in the directory of manage.py."
        ) from error
    return resolver


def measure_urls(resolver: Any, *, seconds: float, most: int) -> Table:
    """Measure *resolver*, that of a URLconf, by at most *most* of its routes."""
    places = ends(resolver)
    suspects = Suspects(resolver)
    found = [
        (place, _path_to(resolver, place, suspects)) for place in spread(places, most)
    ]
    table = Table(
        f"URLconf {getattr(resolver.urlconf_name, '__name__', resolver.urlconf_name)}",
        f"Django {django.get_version()}",
        list_routes(resolver),
        len(places),
        [path for _, path in found if path],
        [place.route for place, path in found if not path],
        what="resolve()",
    )
    near = [path + _WRONG_END for path in table.paths]
    # Django would not come to an end.
    near = [path for path in near if not suspects.take_long(path)]
    near = [path for path in near if _is_miss(resolver, path)]
    part = seconds / 3
    if table.paths:
        table.mean = _measured(resolver, table.paths, part)
    if _is_miss(resolver, MISS):
        table.miss = _measured(resolver, [MISS], part)
    if near:
        table.near_miss = _measured(resolver, near, part)
    return table


@contextlib.contextmanager
def resolving_by(function: Any) -> Iterator[None]:
    """Put *function* in the place of ``URLResolver.resolve``, whatever is there."""
    before = URLResolver.resolve
    URLResolver.resolve = function  # type: ignore[method-assign] # that is the point
    try:
        yield
    finally:
        URLResolver.resolve = before  # type: ignore[method-assign] # as above


def _path_to(resolver: Any, place: Place, suspects: Suspects) -> str:
    """Return a path that leads to *place* by both ways, an empty text if none does."""
    patterns = [entry.pattern for entry in place.chain if hasattr(entry, "pattern")]
    fixed = [
        one.language_prefix if type(one) is LocalePrefixPattern else None
        for one in patterns
    ]
    try:
        regexes = [one.regex.pattern for one in patterns]
        for texts in samples(regexes):
            pieces = (given or text for given, text in zip(fixed, texts))
            path = "/" + "".join(pieces)
            if not suspects.take_long(path) and _leads_to(resolver, path, place):
                return path
    except Exception:  # whatever a pattern of the project raises
        return ""
    return ""


def _leads_to(resolver: Any, path: str, place: Place) -> bool:
    # The table is made when the list is used for the second time.
    for function in (STOCK, resolve, resolve):
        with resolving_by(function):
            try:
                match = resolver.resolve(path)
            except Resolver404:
                return False
            callback = getattr(place.entry, "callback", None)
            if match.func is not callback or match.route != place.route:
                return False
    return True


def _is_miss(resolver: Any, path: str) -> bool:
    with resolving_by(STOCK):
        try:
            resolver.resolve(path)
        except Resolver404:
            return True
        except Exception:  # of the project
            return False
    return False


def _measured(resolver: Any, paths: list[str], seconds: float) -> Times:
    install_tried()
    ours = _block_of(resolve, resolver, paths)
    return in_turns(ours, _block_of(STOCK, resolver, paths), len(paths), seconds)


def _block_of(
    function: Callable[[Any, str], Any], resolver: Any, paths: list[str]
) -> Block:
    def block(count: int) -> float:
        some = paths * count
        with resolving_by(function):
            started = time.perf_counter()
            for path in some:
                try:  # noqa: SIM105 # suppress() would be timed, too
                    resolver.resolve(path)
                except Resolver404:
                    pass
            return time.perf_counter() - started

    return block
