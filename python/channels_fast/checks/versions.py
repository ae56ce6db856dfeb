"""
What is known of versions that fail, or fail together.

A row says which versions, why, and what to do. None of these packages is imported.
"""

from __future__ import annotations

import contextlib
import platform
import re
from importlib import metadata
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Callable, NamedTuple, Optional
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core import checks

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The oldest versions that this package is tested with.
MINIMUMS = {
    "Django": "2.2",
    "asgiref": "3.3.4",
    "channels_redis": "3.4.1",
    "daphne": "3.0.2",
}
#: Others that matter for a project with channels, as the package index spells them.
_OTHERS = (
    *("channels", "redis", "aioredis", "channels_valkey", "valkey"),
    *("Twisted", "uvicorn", "websockets", "wsproto", "hypercorn", "granian"),
)
#: RedisChannelLayer lets the server wait so long for a message, in seconds.
_WAIT_FOR_MESSAGE = 5


class Problem(NamedTuple):
    """Something that fails with what is installed."""

    cause: str
    #: What to do, as a sentence.
    cure: str


class Row(NamedTuple):
    """Versions that fail together."""

    #: For each package, the first version of a range and the first one after it. An
    #: empty text leaves that end open.
    versions: dict[str, tuple[str, str]]
    problem: Problem
    #: Whether the settings lead to the problem; ``None`` for all settings.
    concerns: Optional[Callable[[Any], bool]] = None
    #: With any of these there is no problem.
    unless: tuple[str, ...] = ()


def _hosts(project: Any) -> Iterator[Any]:
    """Yield the hosts of each layer that is a RedisChannelLayer of channels_redis."""
    layers = getattr(project, "CHANNEL_LAYERS", None)
    for entry in layers.values() if isinstance(layers, dict) else ():
        backend = entry.get("BACKEND") if isinstance(entry, dict) else None
        if backend == "channels_redis.core.RedisChannelLayer":
            config = entry.get("CONFIG") or {}
            hosts = config.get("hosts") if isinstance(config, dict) else None
            if not hosts:
                yield {}  # the layer takes this machine
            elif isinstance(hosts, (list, tuple)):
                yield from hosts


def _option(host: Any, name: str) -> Any:
    """Return the option *name* of *host*, which may be "default"."""
    options = host if isinstance(host, dict) else {}
    # redis-py lets what stands in the URL replace the rest.
    address = options.get("address") if options else host
    if isinstance(address, str):
        with contextlib.suppress(ValueError):  # no URL at all
            in_url = parse_qs(urlsplit(address).query).get(name)
            if in_url:
                return in_url[0]
    return options.get(name, "default")


def _leave_out(name: str) -> Callable[[Any], bool]:
    def leaves_out(project: Any) -> bool:
        return any(_option(host, name) == "default" for host in _hosts(project))

    return leaves_out


def _has_short_timeout(project: Any) -> bool:
    for host in _hosts(project):
        try:
            if 0 < float(_option(host, "socket_timeout")) <= _WAIT_FOR_MESSAGE:
                return True
        except (TypeError, ValueError):  # None, or "default"
            continue
    return False


def _has_shards(project: Any) -> bool:
    layers = getattr(project, "CHANNEL_LAYERS", None)
    names = layers if isinstance(layers, dict) else {}
    return any(
        len(list(_hosts(SimpleNamespace(CHANNEL_LAYERS={name: names[name]})))) > 1
        for name in names
    )


_LONGER = (
    'Give each host in CHANNEL_LAYERS a longer time: "hosts": [{"host": "localhost", '
    '"port": 6379, "socket_timeout": 30}], or "redis://localhost:6379?'
    'socket_timeout=30".'
)
_LEAK = Problem(
    "a command that is cancelled leaves its answer to the next one, which may belong "
    "to another visitor (CVE-2023-28858, CVE-2023-28859).",
    'Install a newer one: pip install "redis>=4.6".',
)

ROWS = (
    Row(
        {"channels_redis": ("4", "4.4"), "redis": ("8", "")},
        Problem(
            "a consumer and a worker end with a TimeoutError after five idle seconds: "
            "redis-py 8 waits five seconds for an answer, and RedisChannelLayer lets "
            "Redis wait as long for a message.",
            _LONGER,
        ),
        _leave_out("socket_timeout"),
    ),
    Row(
        {"channels_redis": ("4", "4.4"), "redis": ("8", "")},
        Problem(
            "of more than 100 consumers that join a group in the same moment, as after "
            "a restart, the others fail with MaxConnectionsError: redis-py 8 opens 100 "
            "connections at most.",
            'Give each host in CHANNEL_LAYERS more: "hosts": [{"host": "localhost", '
            '"port": 6379, "max_connections": 10_000}], or "redis://localhost:6379?'
            'max_connections=10000".',
        ),
        _leave_out("max_connections"),
    ),
    Row(
        {"channels_redis": ("4", "4.4")},
        Problem(
            "a consumer and a worker end with a TimeoutError when they are idle: "
            "RedisChannelLayer lets Redis wait five seconds for a message, and a "
            '"socket_timeout" in CHANNEL_LAYERS is not longer.',
            _LONGER,
        ),
        _has_short_timeout,
    ),
    Row(
        {"channels_redis": ("", "4.4")},
        Problem(
            "with several hosts, a message to the channel_name of one consumer often "
            "does not reach it, and one to a named channel waits: RedisChannelLayer "
            "writes them to other hosts than it reads.",
            "Give each layer one host, send to groups only, or use "
            "channels_redis.pubsub.RedisPubSubChannelLayer.",
        ),
        _has_shards,
    ),
    Row({"channels_redis": ("4", ""), "redis": ("4.2", "4.4.4")}, _LEAK),
    Row({"channels_redis": ("4", ""), "redis": ("4.5", "4.5.4")}, _LEAK),
    Row(
        {"channels_redis": ("", "4"), "aioredis": ("2", "")},
        Problem(
            "channels_redis 3 calls functions that aioredis 2 does not have.",
            'Install the one that replaces both: pip install "channels_redis>=4.1".',
        ),
    ),
    Row(
        {"uvicorn": ("", "")},
        Problem(
            "it takes each WebSocket for an HTTP request, since neither websockets "
            "nor wsproto is installed.",
            'Install one of them: pip install "uvicorn[standard]".',
        ),
        unless=("websockets", "wsproto", "daphne", "hypercorn", "granian"),
    ),
    Row(
        {"granian": ("", "2.8.9")},
        Problem(
            "close() of a consumer that has a channel layer does not reach the client.",
            'Install a newer one: pip install "granian>=2.8.9". There is none for '
            "Python 3.9: take another server there, such as uvicorn.",
        ),
    ),
    Row(
        {"Python": ("3.10", ""), "hypercorn": ("", "0.12")},
        Problem(
            "it does not start: it passes asyncio an argument that Python 3.10 "
            "removed.",
            "Install a newer one: pip install --upgrade hypercorn.",
        ),
    ),
    Row(
        {"uvicorn": ("", "0.14"), "websockets": ("17", "")},
        Problem(
            "every WebSocket is answered with status 500: this uvicorn uses a module "
            "that websockets does not have any more.",
            "Install a newer one: pip install --upgrade uvicorn.",
        ),
    ),
    Row(
        {"Python": ("3.10", ""), "uvicorn": ("", ""), "websockets": ("", "10")},
        Problem(
            "no WebSocket can be opened under uvicorn: this version of websockets "
            "passes asyncio an argument that Python 3.10 removed.",
            "Install newer ones: pip install --upgrade uvicorn websockets.",
        ),
    ),
)


def installed() -> dict[str, str]:
    """Return the versions of Python and of the packages that matter for channels."""
    found = {"Python": platform.python_version()}
    for name in (*MINIMUMS, *_OTHERS):
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
        if version:  # broken metadata have none
            found[name] = version
    return found


def known_problems(installed: dict[str, str], settings: Any) -> Iterator[Problem]:
    """
    Yield what fails with the versions in *installed*, as `installed()` returns them.

    Args:
        installed: Versions by the names of packages.
        settings: Those of the project, in which some combinations matter only.
    """
    for name, minimum in MINIMUMS.items():
        if name in installed and _release(installed[name]) < _release(minimum):
            yield Problem(
                f"{name} {installed[name]} is older than {minimum}, the oldest version "
                "that channels_fast is tested with.",
                f'Install a newer one: pip install "{name}>={minimum}".',
            )
    for row in ROWS:
        fits = all(
            name in installed and _is_between(installed[name], *ends)
            for name, ends in row.versions.items()
        )
        if (
            fits
            and installed.keys().isdisjoint(row.unless)
            and (row.concerns is None or row.concerns(settings))
        ):
            names = " with ".join(f"{name} {installed[name]}" for name in row.versions)
            yield row.problem._replace(cause=f"{names}: {row.problem.cause}")


def check_versions() -> Iterator[checks.CheckMessage]:
    """Find versions that fail, alone or together."""
    for problem in known_problems(installed(), settings):
        yield checks.Warning(problem.cause, hint=problem.cure, id="channels_fast.W012")


def _is_between(version: str, first: str, after: str) -> bool:
    release = _release(version)
    return _release(first) <= release and (not after or release < _release(after))


def _release(version: str) -> tuple[int, ...]:
    """Return the numbers that *version* begins with, without zeros at the end."""
    numbers = re.match(r"[\d.]*", version)
    parts = (
        [int(part) for part in numbers.group().split(".") if part] if numbers else []
    )
    while parts and not parts[-1]:
        parts.pop()
    return tuple(parts)
