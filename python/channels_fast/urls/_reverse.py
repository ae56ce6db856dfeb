"""
Names to paths, with regexes that are compiled once.

``reverse()`` compares each candidate with the regex of its route. Django puts the text
of that regex together each time, and Python keeps 512 of those it has compiled. Here a
resolver keeps its own, and the paths of routes that take no argument.
`URLResolver._reverse_with_prefix` is Django's, with this one difference: what reads it,
and what it answers, is as it was.
"""

from __future__ import annotations

import functools
import logging
import re
from typing import Any, Callable
from urllib.parse import quote

import django
from django.urls.resolvers import URLResolver
from django.utils.datastructures import MultiValueDict
from django.utils.http import RFC3986_SUBDELIMS, escape_leading_slashes

from .._routes.djangos_own import is_djangos_own, why_not_own
from . import _languages
from ._compare import comparison, mode

logger = logging.getLogger("channels_fast.urls")

#: Why Django reverses although it was asked not to, or an empty string.
reason = ""

# What stands in the places of Django's functions. Others may have wrapped it.
_placed: dict[str, Any] = {}
_is_on = False

#: The first Django whose own function nobody has compared with the one here.
_UNKNOWN_DJANGO = (6, 2)

#: What Django does not quote.
_SAFE = RFC3986_SUBDELIMS + "/~:@"
# What Django answers as it is: nothing to quote, and not the scheme's two slashes.
_is_plain = re.compile(f"(?!//)[A-Za-z0-9_.{re.escape(_SAFE)}-]*").fullmatch

# Before, the error of a converter is that of `reverse()`.
_VALUE_ERRORS = (ValueError,) if django.VERSION >= (3, 1) else ()
# Before, defaults have to be equal also where the route captures the argument.
_CAPTURED_MAY_DIFFER = django.VERSION >= (4, 1)

#: Under this name a resolver keeps its checks, by the script prefix.
_KEPT = "_channels_fast_checks"
_MOST_PREFIXES = 8


class _Checks(dict[str, Callable[[str], Any]]):
    """
    The checks of candidates behind one script prefix, by the regex of the route.

    And the paths of the routes that take no argument.
    """

    def __init__(self, prefix: str) -> None:
        super().__init__()
        #: The beginning of a candidate, to be formatted.
        self.start = prefix.replace("%", "%%")
        self._before = "^" + re.escape(prefix)
        #: The paths of routes that nothing is written into, by template and regex.
        self.paths: dict[tuple[str, str], str] = {}

    def __missing__(self, regex: str) -> Callable[[str], Any]:
        check = self[regex] = re.compile(self._before + regex).search
        return check

    def path_of(self, template: str, regex: str) -> str | None:
        """Return the path of a route that nothing is written into, if there is one."""
        candidate = (self.start + template) % {}
        if not self[regex](candidate):
            return None
        path = self.paths[template, regex] = _quoted(candidate)
        return path


def _quoted(candidate: str) -> str:
    if _is_plain(candidate):
        return candidate
    return escape_leading_slashes(quote(candidate, safe=_SAFE))


def _reverse_with_prefix(  # noqa: PLR0912 # as Django's own, to be compared with it
    self: Any, lookup_view: Any, _prefix: Any, *args: Any, **kwargs: Any
) -> Any:
    if args and kwargs:
        return _as_django(self, lookup_view, _prefix, *args, **kwargs)
    if not self._populated:
        self._populate()
    table = self.reverse_dict
    if type(table) is MultiValueDict:
        possibilities = dict.get(table, lookup_view, ())  # PERF: `getlist()` copies
    else:
        possibilities = table.getlist(lookup_view)
    try:
        checks = self.__dict__[_KEPT][_prefix]
    except KeyError:
        checks = _checks_of(self, _prefix)
    for possibility, regex, defaults, converters in possibilities:
        for result, params in possibility:
            if args:
                if len(args) != len(params):
                    continue
                values = dict(zip(params, args))
            else:
                if defaults:
                    if not _takes(kwargs, params, defaults):
                        continue
                elif (kwargs or params) and kwargs.keys() ^ params:
                    continue
                values = kwargs
            if not values:
                path = checks.paths.get((result, regex))
                if path is None:
                    path = checks.path_of(result, regex)
                if path is None:
                    continue
                return path
            texts = _texts(values, converters)
            if texts is None:
                continue
            template = checks.start + result
            candidate = template % texts
            if checks[regex](candidate):
                for text in texts.values():
                    if type(text) is not str:
                        # A converter made an object. Django writes it twice.
                        candidate = template % texts
                        break
                return _quoted(candidate)
    # Converters have been asked, and are not asked again for the error.
    tried = _Tried([one[1] for one in possibilities])
    return _as_django(tried, lookup_view, _prefix, *args, **kwargs)


def _takes(kwargs: Any, params: Any, defaults: Any) -> bool:
    """Return whether a route can be meant by *kwargs*."""
    if (kwargs.keys() ^ params).difference(defaults):
        return False
    for name, value in defaults.items():
        if _CAPTURED_MAY_DIFFER and name in params:
            continue
        if kwargs.get(name, value) != value:
            return False
    return True


def _texts(values: Any, converters: Any) -> dict[str, Any] | None:
    """Return the *values* as they stand in a path, or ``None`` if one cannot."""
    texts = {}
    for name, value in values.items():
        if name in converters:
            try:
                texts[name] = converters[name].to_url(value)
            except _VALUE_ERRORS:
                return None
        else:
            texts[name] = str(value)
    return texts


def _checks_of(resolver: Any, prefix: str) -> _Checks:
    by_prefix = vars(resolver).setdefault(_KEPT, {})
    if len(by_prefix) >= _MOST_PREFIXES:
        by_prefix.clear()
    checks = by_prefix[prefix] = _Checks(prefix)
    return checks


class _Tried:
    """In the place of a resolver: regexes without candidates, for Django's error."""

    _populated = True

    def __init__(self, regexes: list[str]) -> None:
        self.reverse_dict = self
        self._regexes = regexes

    def getlist(self, lookup_view: Any) -> list[Any]:
        return [((), regex, {}, {}) for regex in self._regexes]


def _as_django(*args: Any, **kwargs: Any) -> Any:
    return _reverse_with_prefix.__wrapped__(*args, **kwargs)  # type: ignore[attr-defined] # of functools.wraps()


#: What takes which place in ``URLResolver``.
_HOOKS: dict[str, Any] = {
    "_reverse_with_prefix": _reverse_with_prefix,
    "_populate": _languages.populate,
    **_languages.TABLES,
}


def install() -> None:
    """Take the places of Django's own functions, if nobody else is in one of them."""
    global reason, _is_on  # noqa: PLW0603 # there is one process
    if is_installed():
        return
    uninstall()
    reason = _why_not()
    if reason:
        logger.warning("Django reverses its URLs itself: %s.", reason)
        return
    for name, hook in _HOOKS.items():
        _placed[name] = functools.update_wrapper(hook, vars(URLResolver)[name])
    if mode() == "check":
        stock: Any = vars(_reverse_with_prefix)["__wrapped__"]
        both = comparison.of(stock, _reverse_with_prefix, "reverse()")
        _placed["_reverse_with_prefix"] = both
    _is_on = True
    for name, ours in _placed.items():
        setattr(URLResolver, name, ours)


def uninstall() -> None:
    """Put Django's own functions back, unless somebody has wrapped one of these."""
    global reason, _is_on  # noqa: PLW0603 # as above
    reason = ""
    _is_on = False
    for name, ours in _placed.items():
        if vars(URLResolver).get(name) is ours:
            setattr(URLResolver, name, vars(ours)["__wrapped__"])
    _languages.forget_all()


def is_installed() -> bool:
    """Return whether ``reverse()`` comes here."""
    now = vars(URLResolver).get("_reverse_with_prefix")
    return _is_on and not is_djangos_own(now)


def describe() -> str:
    """Say in a sentence who reverses Django's URLs, and why if it is Django."""
    if is_installed() and mode() == "check":
        return "Names are reversed by Django, and compared in the same way."
    if is_installed():
        return "Names are reversed with checks and tables that are kept."
    why = reason or "channels_fast.urls is not installed"
    return f"Django reverses its URLs itself: {why}."


def _why_not() -> str:
    if django.VERSION >= _UNKNOWN_DJANGO:
        return f"Django {django.get_version()} is newer than this package"
    return next(filter(None, (why_not_own(URLResolver, name) for name in _HOOKS)), "")
