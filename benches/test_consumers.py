"""Messages and connections through consumers: channels, ours and bare ASGI."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from benches import arms, drivers
from benches.arms import BARE, PACKAGES
from benches.drivers import Arm, Measure

ROUNDS = 11
MESSAGES = 400
CONNECTIONS = 200


@pytest.fixture
def compare(benchmark: Any, one_core: None) -> Callable[..., None]:
    """
    Measure the arms in turns: ours by pytest-benchmark, the others around it.

    The figures of one unit are in ``extra_info``, since a round is a block.
    """

    def measure(
        name: str,
        unit: str,
        make: Callable[[str], Measure],
        *,
        rounds: int = ROUNDS,
        warm: bool = True,
        **cell: Any,
    ) -> None:
        packages = {**PACKAGES, "bare": BARE}
        blocks = {arm: Arm(make(package)) for arm, package in packages.items()}
        if warm:
            for block in blocks.values():
                block()
                block.times.clear()
        ours = blocks["ours"]
        others = [block for arm, block in blocks.items() if arm != "ours"]

        def take_turns() -> None:
            for block in others:
                block()

        benchmark.group = name
        benchmark.pedantic(ours, setup=take_turns, rounds=rounds)
        figures = {arm: block.summary() for arm, block in blocks.items()}
        benchmark.extra_info.update(case=name, unit=unit, **cell, **figures)

    return measure


def layers(layer: bool) -> str:
    return "in-memory layer" if layer else "no layer"


@pytest.mark.parametrize("layer", [False, True])
def test_echo_ready(compare: Any, layer: bool) -> None:
    """The next message is there before the consumer asks for it."""

    def make(package: str) -> Measure:
        application = arms.echo(package, layer)
        return lambda: drivers.ready(application, MESSAGES)

    compare(f"echo, message ready, {layers(layer)}", "message", make)


@pytest.mark.parametrize("layer", [False, True])
def test_echo_awaited(compare: Any, layer: bool) -> None:
    """The consumer waits for each message, as it does under a server."""

    def make(package: str) -> Measure:
        application = arms.echo(package, layer)
        return lambda: drivers.awaited(application, MESSAGES)

    compare(f"echo, message awaited, {layers(layer)}", "message", make)


def test_json_echo(compare: Any) -> None:
    """A document of 150 bytes is decoded and encoded."""

    def make(package: str) -> Measure:
        application = arms.json_echo(package)
        return lambda: drivers.ready(application, MESSAGES, drivers.DOCUMENT)

    compare("JSON echo, message ready, no layer", "message", make)


def test_sync_echo(compare: Any) -> None:
    """Handlers are functions, so each message goes to a thread."""

    def make(package: str) -> Measure:
        application = arms.sync_echo(package)
        return lambda: drivers.ready(application, MESSAGES // 4)

    compare("sync consumer echo, no layer", "message", make)


@pytest.mark.parametrize("layer", [False, True])
def test_connections(compare: Any, layer: bool) -> None:
    """A consumer accepts and is left again."""

    def make(package: str) -> Measure:
        application = arms.echo(package, layer)
        return lambda: drivers.connections(application, CONNECTIONS)

    compare(f"connect and disconnect, {layers(layer)}", "connection", make)


@pytest.mark.parametrize(
    "name",
    [
        "ProtocolTypeRouter",
        "ChannelNameRouter",
        "OriginValidator",
        "CookieMiddleware",
        "SessionMiddlewareStack",
        "AuthMiddlewareStack",
    ],
)
def test_part_alone(compare: Any, name: str) -> None:
    """One part, in front of an application that returns at once. No session."""
    origin = (b"origin", b"https://www.example.org")
    scope = arms.make_scope(drivers.STRANGER, origin)
    scope["channel"] = "jobs"

    def make(package: str) -> Measure:
        application = arms.part_alone(package, name)
        return lambda: drivers.calls(application, scope, CONNECTIONS)

    # Short blocks: more of them, so that each arm meets the quick moments.
    compare(f"{name} alone", "call", make, rounds=10 * ROUNDS)


@pytest.mark.parametrize("logged_in", [False, True])
def test_full_stack(compare: Any, session_cookie: bytes, logged_in: bool) -> None:
    """Origin, cookies, session, user and 100 routes, of which the last answers."""
    cookie = (b"cookie", session_cookie) if logged_in else drivers.STRANGER
    count = CONNECTIONS // 4 if logged_in else CONNECTIONS

    def make(package: str) -> Measure:
        application = arms.stack(package, 100)
        return lambda: drivers.connections(application, count, cookie)

    visitor = "logged in (SQLite)" if logged_in else "no session"
    compare(f"full stack, 100 routes, {visitor}", "connection", make)


def test_communicator_messages(compare: Any) -> None:
    """Send and receive, as the tests of a project do."""

    def make(package: str) -> Measure:
        application = arms.echo(package)
        count = MESSAGES // 4
        return lambda: drivers.communicator_messages(package, application, count)

    compare("WebsocketCommunicator round trip", "message", make)


def test_communicator_connections(compare: Any) -> None:
    """Connect and disconnect, as the tests of a project do."""

    def make(package: str) -> Measure:
        application = arms.echo(package)
        count = CONNECTIONS // 4
        return lambda: drivers.communicator_connections(package, application, count)

    compare("WebsocketCommunicator connect", "connection", make)


@pytest.mark.parametrize("members", [100, 1_000, 10_000])
def test_group_send_to_queues(compare: Any, members: int) -> None:
    """Nobody reads: the layer alone."""

    def make(package: str) -> Measure:
        return lambda: drivers.queues(package, members, max(1, 2_000 // members))

    name = f"group_send into {members:,} queues"
    compare(name, "member", make, rounds=5, group="queues", members=members)


@pytest.mark.parametrize("members", [100, 1_000, 10_000])
def test_group_send_to_consumers(compare: Any, members: int) -> None:
    """All members are connected consumers, and all send it on."""
    # Upstream needs twenty seconds for one round of ten thousand.
    large = members > 1_000

    def make(package: str) -> Measure:
        application = arms.member(package)
        rounds = max(1, 300 // members)
        return lambda: drivers.fan_out(package, application, members, rounds)

    compare(
        f"group_send to {members:,} connected consumers",
        "member",
        make,
        rounds=2 if large else 5,
        warm=not large,
        group="consumers",
        members=members,
    )
