"""System checks of allowed origins, and of sessions that any page can use."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Optional
from urllib.parse import urlparse

from django.conf import settings
from django.core import checks

from .._routes.router import Router
from ..auth import AuthMiddleware
from ..security.websocket import OriginValidator
from ..sessions import SessionMiddleware

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._routes.walk import Visited

# What a browser sends: the scheme of the page, which may be part of an extension or an
# app, its host, and perhaps a port.
_ORIGIN = re.compile(
    r"(?!wss?:)[a-z][a-z0-9+.-]*://([a-z0-9_-]+(\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\])(:\d+)?"
)
_OF_PAGES = {"ws": "http", "wss": "https"}
_OF_THIS_MACHINE = {"http://localhost", "http://127.0.0.1", "http://[::1]"}


def check_origins(visits: Iterable[Visited]) -> Iterator[checks.CheckMessage]:
    """Find allowed origins that cannot match."""
    for visited in _validators(visits):
        allowed = visited.application.allowed_origins
        for text, hint in _mistakes_in(allowed):
            yield checks.Warning(
                f"{visited.location}: {text}", hint=hint, id="channels_fast.W009"
            )


def _validators(visits: Iterable[Visited]) -> Iterator[Visited]:
    seen: set[int] = set()
    for visited in visits:
        # A subclass may read its origins differently.
        if type(visited.application) is OriginValidator:
            if id(visited.application) not in seen:
                yield visited
            seen.add(id(visited.application))


def _mistakes_in(allowed: Any) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with allowed origins, and what to write."""
    if isinstance(allowed, (str, bytes)) and allowed != "*":
        text = (
            f"the allowed origins are {allowed!r}, of which each letter counts as one."
        )
        yield text, f"Write a list: [{allowed!r}]."
        return
    in_settings = allowed is settings.ALLOWED_HOSTS
    if allowed is None or (isinstance(allowed, Collection) and not allowed):
        if not in_settings:  # Django has a check of an empty setting
            yield (
                f"the allowed origins are {allowed!r}, so every WebSocket is refused.",
                'Write the hosts of your pages, such as ["example.com"], or use '
                "AllowedHostsOriginValidator.",
            )
        return
    if not isinstance(allowed, Collection):
        return  # the project may compute them for each connection
    for pattern in allowed:
        place = "the allowed origins"
        if in_settings or pattern in settings.ALLOWED_HOSTS:
            place = "the setting ALLOWED_HOSTS"
        if not _has_a_chance(pattern, allowed):
            yield f"{pattern!r} in {place} matches no origin.", _cure(pattern)
        elif (
            settings.DEBUG
            and pattern in _OF_THIS_MACHINE
            and not any(_allows(other, f"{pattern}:8000") for other in allowed)
        ):
            yield (
                f"{pattern!r} in {place} allows port 80 only, and not the 8000 of "
                "runserver.",
                f"Write '{pattern}:8000', or {pattern[7:]!r} for all ports.",
            )


def _has_a_chance(pattern: Any, allowed: Collection[Any]) -> bool:
    """Return whether *pattern* may match, or another one does what it is for."""
    if pattern == "*" or _matches(pattern):
        return True
    # Other clients than browsers may send the address of the WebSocket, and need a
    # pattern beside the one for pages.
    if re.match("wss?://", str(pattern)):
        origin = _origin_of(_corrected(pattern) or "")
        return any(other == "*" or _allows(other, origin) for other in allowed)
    return False


def _matches(pattern: Any) -> bool:
    """Return whether there is an origin of a page that *pattern* accepts."""
    if not isinstance(pattern, str):
        return False
    origin = _origin_of(pattern.lower())
    # An IPv6 address may stand there without the brackets that an origin has.
    for one in (origin, re.sub("://(.*)", r"://[\1]", origin)):
        if _ORIGIN.fullmatch(one) and _allows(pattern, one):
            return True
    return False


def _origin_of(pattern: str) -> str:
    """Return the origin that *pattern* seems to be for."""
    scheme, mark, host = pattern.rpartition("://")
    # `.example.com` allows the host without the dot, and a path is ignored.
    host = re.sub("/.*", "", host)[host.startswith(".") :]
    return f"{scheme if mark else 'https'}://{host}"


def _allows(pattern: Any, origin: str) -> bool:
    """Return what the validator says."""
    try:
        validator = OriginValidator(_nothing, [pattern])
        return validator.match_allowed_origin(urlparse(origin), pattern)
    except (ValueError, TypeError, AttributeError):  # it is malformed, or no text
        return False


async def _nothing(*args: Any) -> None:
    """Stand for the application of a validator that is only asked."""


def _cure(pattern: Any) -> str:
    """Return what to do about *pattern*, which matches nothing."""
    if not isinstance(pattern, str):
        return "Write text: a host, or a scheme and a host. It is compared as it is."
    if not pattern.strip():
        return "Remove it. An empty text in a list often comes from split()."
    right = _corrected(pattern)
    if right is None:
        return (
            'Write each host, such as "example.com", ".example.com" for all hosts '
            'below it, or "https://example.com:8443". Other patterns are not known.'
        )
    if right.rpartition("://")[2].startswith("."):
        return f"Write {right!r} for a host and all hosts below it."
    port = re.search(r"^[^/]*:(\d+)$", pattern)
    if port and "://" not in right:
        return (
            f"Write {right!r} for all schemes and ports, or "
            f"'https://{right}:{port.group(1)}' for one of each."
        )
    reason = ""
    if re.match("wss?:", pattern):
        reason = " The origin of a page begins with http:// or https://."
    elif re.search(r"[\\^$]", pattern):
        reason = " It is compared as it is, and not as a regular expression."
    return f"Write {right!r}.{reason}"


def _corrected(pattern: str) -> Optional[str]:
    """Return the origin that *pattern* is meant to be, if that can be told."""
    text = re.sub(r"\\(.)", r"\1", pattern.strip().lower().strip("^$"))
    text = re.sub(r"^(https?|wss?):/*", r"\1://", text)
    scheme, _, rest = text.rpartition("://")
    scheme = _OF_PAGES.get(scheme, scheme)
    if not re.fullmatch("[a-z][a-z0-9+-]*", scheme):
        scheme = ""  # such as `https?`
    host, _, port = re.sub("/.*", "", rest.lstrip("/")).partition(":")
    host = re.sub(r"^\.?\*\.?", ".", host)
    if not host.isascii():
        try:
            host = host.encode("idna").decode()
        except UnicodeError:
            return None
    right = f"{scheme}://{host}" if scheme else host
    found = [f"{right}:{port}"] if scheme and port else []
    return next(filter(_matches, [*found, right]), None)


def check_origin_validators(visits: Iterable[Visited]) -> Iterator[checks.CheckMessage]:
    """Find sessions that pages of other sites can use over a WebSocket."""
    visits = list(visits)
    yield from _open_validators(visits)
    outer = {id(visited.ancestors[-1]) for visited in visits if visited.ancestors}
    reported: set[int] = set()
    for visited in visits:
        kinds = (SessionMiddleware, AuthMiddleware)
        sessions = [layer for layer in visited.ancestors if isinstance(layer, kinds)]
        if (
            not sessions
            or id(sessions[0]) in reported
            or isinstance(visited.application, (Router, OriginValidator))
            or id(visited.application) in outer
            or any(isinstance(layer, OriginValidator) for layer in visited.ancestors)
            or not visited.is_for_websockets
        ):
            continue
        reported.add(id(sessions[0]))
        yield checks.Warning(
            f"{visited.location}: pages of other sites can use the sessions of "
            "visitors.",
            hint="Browsers send cookies with every WebSocket. Put "
            "channels.security.websocket.AllowedHostsOriginValidator around "
            f"{type(sessions[0]).__name__}.",
            id="channels_fast.W008",
        )


def _open_validators(visits: Iterable[Visited]) -> Iterator[checks.CheckMessage]:
    """Find validators that let everybody through."""
    for visited in _validators(visits):
        allowed = visited.application.allowed_origins
        if allowed == "*" or (isinstance(allowed, Collection) and "*" in allowed):
            in_settings = "*" in settings.ALLOWED_HOSTS
            place = "setting ALLOWED_HOSTS" if in_settings else "allowed origins"
            yield checks.Warning(
                f"{visited.location}: '*' in the {place} lets pages of every site "
                "connect.",
                hint="Browsers send cookies with every WebSocket. List the hosts of "
                'your pages, such as ["example.com"].',
                id="channels_fast.W008",
            )
