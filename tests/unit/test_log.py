"""The lines that clients cause: few, short, and on one line each."""

from __future__ import annotations

import logging
import threading
import types

import pytest

from channels_fast import _log

LOGGER = logging.getLogger("channels_fast.test")


def warn(lines, kind, text, *arguments):
    write = lines.turn_of(kind)
    if write:
        write(text, *arguments)


@pytest.fixture
def clock(monkeypatch):
    """Stand for the clock of the module: `now` is set by the test."""
    clock = types.SimpleNamespace(now=1000.0)
    clock.monotonic = lambda: clock.now
    monkeypatch.setattr(_log, "time", clock)
    return clock


def test_a_kind_has_one_line_a_minute_which_counts_those_left_out(clock, caplog):
    lines = _log.OncePerMinute(LOGGER)
    for number in range(5):
        warn(lines, "a", "no %s", number)
    warn(lines, "b", "another")
    assert caplog.messages == ["no 0", "another"]
    clock.now += 60
    warn(lines, "b", "another")
    warn(lines, "a", "no %s", 5)
    assert caplog.messages[2:] == [
        "another",
        "no 5 (4 more like this were left out before.)",
    ]
    clock.now += 60
    warn(lines, "a", "no %s", 6)
    assert caplog.messages[4:] == ["no 6"]


def test_what_was_left_out_is_told_however_long_it_is_quiet(clock, caplog):
    lines = _log.OncePerMinute(LOGGER)
    for _ in range(3):
        warn(lines, "a", "no")
    clock.now += 100_000
    warn(lines, "a", "no")
    assert caplog.messages == ["no", "no (2 more like this were left out before.)"]


def test_a_flood_of_kinds_takes_bounded_lines_and_memory(clock, caplog):
    lines = _log.OncePerMinute(LOGGER)
    for minute in range(3):
        for number in range(1000):
            warn(lines, f"kind {minute} {number}", "of a flood")
        # The last one stands for all others.
        assert len(caplog.messages) == (minute + 1) * 101
        assert len(lines._counts) + len(lines._before) <= 2 * 101
        clock.now += 60
    assert caplog.messages[-1] == (
        "of a flood (899 more like this were left out before.)"
    )


def test_threads_count_together(clock, caplog):
    lines = _log.OncePerMinute(LOGGER)
    count = range(500)

    def flood():
        for _ in count:
            warn(lines, "a", "no")

    threads = [threading.Thread(target=flood) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    clock.now += 60
    warn(lines, "a", "no")
    assert caplog.messages == ["no", "no (3999 more like this were left out before.)"]


@pytest.mark.parametrize(
    "value",
    ["a\r\nb", "\x1b[31m", "\u2028", "é" * 1000, "\0" * 70_000, b"\n", None],
)
def test_what_a_client_sends_stays_on_one_short_line(value):
    text = _log.brief(value)
    assert len(text) <= 210
    assert text.isprintable()


def test_a_short_text_is_whole():
    assert _log.brief("/ws/tea/") == "'/ws/tea/'"
    assert _log.brief("x" * 300) == "'" + "x" * 199 + "..."
