"""The table in README.md, and what each of its cells rests on."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple, Union

from tests.packaging import statements_of_channels as channels
from tests.packaging import statements_of_others as others
from tests.packaging.proofs import Figure, Program, Test, Value

Proof = Union[Figure, Program, Test, Value]
#: As they are compared. requirements/dev.txt installs these.
VERSIONS = {"channels": "4.3.2", "starlette": "1.10.0", "litestar": "2.25.0"}
COLUMNS = ["channels_fast", "channels 4.3.2", "Starlette 1.10.0", "Litestar 2.25.0"]


class Row(NamedTuple):
    """What is compared, and for each package the words and their proof."""

    what: str
    cells: list[tuple[str, Proof]]


def both(*ids: str) -> Test:
    """Return tests that run with ``channels`` and with this package."""
    return Test(ids, on_channels=True)


def ours(*ids: str) -> Test:
    return Test(ids)


def figure(row: str, column: str) -> tuple[str, Proof]:
    found = Figure(row, column)
    return (found.read(), found)


def status(name: str) -> tuple[str, Proof]:
    says = partial(channels.status, name)
    return (says(), Value(says))


def no(function) -> tuple[str, Proof]:
    return ("no", Program(function))


def yes(function) -> tuple[str, Proof]:
    return ("yes", Program(function))


NOT_NEEDED = ("not needed", Program(others.their_applications_take_each_protocol))
NO_DJANGO = no(others.they_know_no_django)
CONVERTERS = both("parity/test_routing_converters.py::test_a_converter_gives_the_value")
USERS = both("parity/test_auth.py::test_user_who_logged_in_is_found_again")
ORIGINS = both(
    "parity/test_origin_patterns.py::test_origin_is_compared_with_the_pattern"
)
GROUPS = both(
    "servers/test_faults_redis.py"
    "::test_a_killed_server_disturbs_nobody_who_is_left_in_its_group"
)

ROWS = [
    Row(
        "A path among 1,000 routes, with its arguments",
        [
            figure("channels_fast 0.1.0", "1,000"),
            figure("channels 4.3.2", "1,000"),
            figure("starlette 1.10.0", "1,000"),
            ("its router is private", Program(others.litestar_hides_its_router)),
        ],
    ),
    Row(
        "Messages a second, uvicorn, one core, 100 routes",
        [
            figure("channels_fast", "messages/s"),
            figure("channels", "messages/s"),
            figure("Starlette 1.10.0", "messages/s"),
            figure("Litestar 2.25.0", "messages/s"),
        ],
    ),
    Row(
        "Memory of an idle connection, without a layer",
        [
            figure("no layer", "channels_fast"),
            figure("no layer", "channels"),
            figure("no layer", "Starlette 1.10.0"),
            figure("no layer", "Litestar 2.25.0"),
        ],
    ),
    Row(
        "Choosing by protocol (`ProtocolTypeRouter`), a call",
        [
            figure("ProtocolTypeRouter alone, a call", "channels_fast"),
            figure("ProtocolTypeRouter alone, a call", "channels"),
            NOT_NEEDED,
            NOT_NEEDED,
        ],
    ),
    Row(
        "Routes of WebSockets",
        [
            ("Django's", CONVERTERS),
            ("Django's", CONVERTERS),
            ("its own", Program(others.starlette_has_routes_of_its_own)),
            ("its own", Program(others.litestar_has_routes_of_its_own)),
        ],
    ),
    Row(
        "Included lists of routes, and addresses by name",
        [
            (
                "yes",
                ours(
                    "unit/test_include.py::test_a_list_is_reached_behind_its_prefix",
                    "unit/test_reverse.py::test_a_name_and_arguments_make_a_path",
                ),
            ),
            no(channels.channels_has_no_include),
            yes(others.starlette_includes_and_reverses),
            yes(others.litestar_includes_and_reverses),
        ],
    ),
    Row(
        "Regular expressions in routes",
        [
            (
                "yes, compiled ones in linear time",
                ours(
                    "unit/test_routing_safety.py"
                    "::test_a_compiled_pattern_that_python_cannot_finish_is_answered"
                ),
            ),
            ("yes, Python's", Program(channels.channels_asks_the_regexes_of_python)),
            no(others.starlette_takes_paths_for_text),
            no(others.litestar_takes_paths_for_text),
        ],
    ),
    Row(
        "Sessions and users of Django in sockets",
        [("yes", USERS), ("yes", USERS), NO_DJANGO, NO_DJANGO],
    ),
    Row(
        "Groups that reach every process",
        [
            ("yes", GROUPS),
            ("yes", GROUPS),
            no(others.starlette_has_no_groups),
            yes(others.litestar_has_groups),
        ],
    ),
    Row(
        "Check of the origin of a WebSocket",
        [
            ("yes", ORIGINS),
            ("yes", ORIGINS),
            no(others.starlette_lets_a_stranger_in),
            no(others.litestar_lets_a_stranger_in),
        ],
    ),
    Row(
        "Limits of what a client sends",
        [
            (
                "yes",
                ours(
                    "unit/test_message_limits.py"
                    "::test_a_frame_that_is_too_large_closes_the_connection",
                    "unit/test_message_limits.py::test_a_flood_closes_the_connection",
                ),
            ),
            no(channels.channels_has_no_limits),
            no(others.starlette_takes_what_a_client_sends),
            no(others.litestar_limits_no_socket),
        ],
    ),
    Row(
        "Refusing a WebSocket with a response",
        [
            (
                "yes",
                ours(
                    "unit/test_deny.py"
                    "::test_a_server_with_denial_responses_sends_the_response"
                ),
            ),
            no(channels.channels_has_no_denial_response),
            yes(others.starlette_refuses_with_a_response),
            no(others.litestar_refuses_with_a_close),
        ],
    ),
    Row(
        "Closing sockets one by one when a process ends",
        [
            (
                "yes",
                ours(
                    "servers/test_draining.py"
                    "::test_all_sockets_are_closed_and_all_consumers_clean_up"
                ),
            ),
            no(channels.channels_does_not_drain),
            no(others.they_do_not_drain),
            no(others.they_do_not_drain),
        ],
    ),
    Row(
        "Validates what a socket gets, by its types",
        [
            no(channels.both_pass_on_what_comes),
            no(channels.both_pass_on_what_comes),
            no(others.starlette_passes_on_what_comes),
            yes(others.litestar_validates),
        ],
    ),
    Row(
        "Works without Django",
        [
            no(channels.both_need_django),
            no(channels.both_need_django),
            yes(others.they_know_no_django),
            yes(others.they_know_no_django),
        ],
    ),
    Row(
        "Runs on trio too",
        [
            no(channels.both_are_asyncio),
            no(channels.both_are_asyncio),
            yes(others.starlette_runs_on_trio),
            yes(others.litestar_runs_on_trio),
        ],
    ),
    Row(
        "Works without compiled code",
        [
            (
                "yes, slower",
                ours(
                    "unit/test_routing_safety.py"
                    "::test_a_router_without_the_extension_says_why_and_works"
                ),
            ),
            yes(channels.channels_and_what_it_needs_is_python),
            yes(others.starlette_and_what_it_needs_is_python),
            no(others.litestar_needs_compiled_code),
        ],
    ),
    Row(
        "What it says of its own state",
        [status(name) for name in ("channels_fast", *VERSIONS)],
    ),
]
