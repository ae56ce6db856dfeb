"""What is logged about consumers that go on after close()."""

from __future__ import annotations

import logging

import pytest

from channels_fast._log import OncePerMinute
from channels_fast.exceptions import DenyConnection, StopConsumer
from channels_fast.generic import _closing

from ..conftest import OURS
from ..support.consumers import CONNECT, DISCONNECT, FailedError, run, text
from ..support.generic_consumers import consumer_kind, make  # noqa: F401 # a fixture

pytestmark = pytest.mark.django_db

HERE = "tests.support.generic_consumers.Consumer"
AFTER = (
    "was called after close(). Some servers raise an error then, others ignore it. "
    "Return after close()."
)


@pytest.fixture(autouse=True)
def _logged(caplog, monkeypatch):
    caplog.set_level(logging.DEBUG, "channels_fast.consumer")
    monkeypatch.setattr(_closing, "_lines", OncePerMinute(_closing.logger))


def said(caplog):
    assert {record.levelname for record in caplog.records} <= {"WARNING"}
    return caplog.messages


@pytest.mark.parametrize(
    ("method", "arguments"), [("accept", []), ("send", ["late"]), ("close", [4000])]
)
async def test_a_call_after_close_is_named_and_sent_all_the_same(
    kind, caplog, method, arguments
):
    def connect(self):
        yield self.close()
        yield getattr(self, method)(*arguments)

    sent = await run(make(OURS, kind, connect=connect)(), CONNECT, DISCONNECT)
    types = [event["type"] for event in sent]
    assert types == ["websocket.close", f"websocket.{method}"]
    assert said(caplog) == [f"{HERE}.{method}() {AFTER}"]


async def test_a_consumer_that_goes_on_has_one_line_a_minute(kind, caplog):
    def connect(self):
        yield self.close()
        for _ in range(5):
            yield self.send("late")

    consumer = make(OURS, kind, connect=connect)
    for _ in range(3):
        await run(consumer(), CONNECT, DISCONNECT)
    assert said(caplog) == [f"{HERE}.send() {AFTER}"]


async def test_json_after_close_is_a_call_of_send(kind, caplog):
    def connect(self):
        yield self.accept()
        yield self.close()
        yield self.send_json({})

    await run(make(OURS, kind, json=True, connect=connect)(), CONNECT, DISCONNECT)
    assert said(caplog) == [f"{HERE}.send() {AFTER}"]


def refuses_by_close(self):
    yield self.close()


def refuses_by_exception(self):
    raise DenyConnection
    yield


def accepts_and_closes(self):
    yield self.accept()
    yield self.close(4401)


@pytest.mark.parametrize(
    "connect", [refuses_by_close, refuses_by_exception, accepts_and_closes]
)
async def test_disconnect_that_fails_after_connect_has_closed_is_named(
    kind, caplog, connect
):
    def disconnect(self, code):
        raise FailedError("no room")

    consumer = make(OURS, kind, connect=connect, disconnect=disconnect)()
    with pytest.raises(FailedError):
        await run(consumer, CONNECT, DISCONNECT)
    hint, end = said(caplog)
    assert hint == (
        f"{HERE}.disconnect() failed after connect() had called close(): FailedError: "
        "no room. It is called then too, and cannot rely on what connect() would have "
        "set later."
    )
    assert end.startswith(f"{HERE}.websocket_disconnect raised FailedError('no room')")


async def test_disconnect_may_end_the_consumer_itself(kind, caplog):
    def disconnect(self, code):
        raise StopConsumer

    consumer = make(OURS, kind, connect=refuses_by_close, disconnect=disconnect)()
    await run(consumer, CONNECT, DISCONNECT)
    assert said(caplog) == []


async def test_disconnect_that_fails_for_another_reason_is_not_explained(kind, caplog):
    def receive(self, text_data):
        yield self.close()

    def disconnect(self, code):
        raise FailedError

    consumer = make(OURS, kind, receive=receive, disconnect=disconnect)()
    with pytest.raises(FailedError):
        await run(consumer, CONNECT, text("a"), DISCONNECT)
    assert "failed after" not in "".join(said(caplog))


@pytest.mark.parametrize("close", [False, 4000])
async def test_nothing_is_said_of_a_consumer_that_closes_last(kind, caplog, close):
    def receive(self, text_data):
        yield self.send(text_data, close=close)

    def disconnect(self, code):
        if not close:
            yield self.close()

    consumer = make(OURS, kind, receive=receive, disconnect=disconnect)()
    await run(consumer, CONNECT, text("a"), DISCONNECT)
    assert said(caplog) == []


async def test_an_open_connection_carries_nothing_for_it(kind):
    consumer = make(OURS, kind)()
    await run(consumer, CONNECT, text("a"), DISCONNECT)
    assert [name for name in vars(consumer) if "close" in name] == []


async def test_nothing_is_said_of_a_consumer_that_notes_its_own_close(kind, caplog):
    def connect(self):
        self._close_sent = self._closed_in_connect = self._accept_sent = True
        yield self.close()

    await run(make(OURS, kind, connect=connect)(), CONNECT, DISCONNECT)
    assert said(caplog) == []


async def test_a_consumer_that_notes_its_own_accept_can_be_denied(kind):
    def connect(self):
        self._accept_sent = True
        yield self.deny(404)

    sent = await run(make(OURS, kind, connect=connect)(), CONNECT, DISCONNECT)
    assert [event["type"] for event in sent] == ["websocket.close"]
