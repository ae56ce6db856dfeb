"""
What handlers of sync consumers may rely on: threads, contexts, errors and cancels.

Who runs where is asgiref's rule. Both packages are held to it by the same tests.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import gc
import os
import subprocess
import sys
import threading
import traceback

import asgiref
import pytest
from asgiref.local import Local
from asgiref.sync import SyncToAsync, ThreadSensitiveContext
from asgiref.sync import async_to_sync as to_sync
from asgiref.sync import sync_to_async as to_async

from ..conftest import numbers
from ..support.consumers import run
from ..support.layers import memory_layer

# The reference asks an open connection of the sync thread for its state, which
# pytest-django forbids elsewhere.
pytestmark = pytest.mark.django_db

variable = contextvars.ContextVar("variable", default="unset")
local = Local()
WORK = {"type": "work"}
STOP = {"type": "stop"}

# Before it, asgiref itself has other rules for this, with both packages.
newer_asgiref = pytest.mark.skipif(
    numbers(asgiref.__version__) < (3, 9), reason="asgiref 3.9 and later"
)


@pytest.fixture(autouse=True)
def sync_thread():
    """Start the thread for sync code, as the first call of a process does."""
    return SyncToAsync.single_thread_executor.submit(threading.get_ident).result()


def consumer(channels, work):
    """Return an application whose handler of ``work`` is the function *work*."""

    class Consumer(channels.consumer.SyncConsumer):
        def work(self, message):
            work(self)

        def stop(self, message):
            raise channels.exceptions.StopConsumer

    return Consumer.as_asgi()


async def serve(application, send, *events):
    """Feed *events* to *application* until it ends. It sends with *send*."""
    queue = asyncio.Queue()
    for event in events:
        queue.put_nowait(event)
    await asyncio.wait_for(application({"type": "test"}, queue.get, send), 10)


async def until(event):
    """Wait for an event of threads."""
    for _ in range(1000):
        if event.is_set():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not happen")


# --- Threads and order -----------------------------------------------------


async def test_handlers_run_where_other_sync_code_runs(channels, sync_thread):
    threads = []

    def work(self):
        threads.append(threading.get_ident())
        self.send({})
        threads.append(threading.get_ident())

    await asyncio.gather(
        *[run(consumer(channels, work), WORK, WORK, STOP) for _ in range(3)]
    )
    assert threads == [sync_thread] * 12


async def test_handlers_and_other_sync_code_take_turns(channels):
    order = []
    entered, leave = threading.Event(), threading.Event()

    def first():
        entered.set()
        leave.wait(10)
        order.append("first")

    def work(self):
        order.append("handler")
        self.send({})
        order.append("handler ends")

    async def second():
        await to_async(order.append)("second")

    tasks = [asyncio.ensure_future(to_async(first)())]
    await until(entered)
    tasks.append(asyncio.ensure_future(run(consumer(channels, work), WORK, STOP)))
    await asyncio.sleep(0.02)
    tasks.append(asyncio.ensure_future(second()))
    await asyncio.sleep(0.02)
    leave.set()
    await asyncio.gather(*tasks)
    assert order == ["first", "handler", "handler ends", "second"]


async def test_a_thread_sensitive_context_has_its_own_thread(channels, sync_thread):
    threads = []

    def work(self):
        threads.append(threading.get_ident())
        self.send({})

    async with ThreadSensitiveContext():
        sent = await run(consumer(channels, work), WORK, WORK, STOP)
        own = await to_async(threading.get_ident)()
    assert sent == [{}, {}]
    assert threads == [own, own]
    assert own != sync_thread


@newer_asgiref
def test_under_async_to_sync_handlers_run_in_the_calling_thread(channels):
    threads = []

    def work(self):
        threads.append(threading.get_ident())
        self.send({})

    assert to_sync(run)(consumer(channels, work), WORK, WORK, STOP) == [{}, {}]
    assert threads == [threading.get_ident()] * 2


async def test_a_handler_may_send_from_a_thread_of_its_own(channels):
    loops = []

    def work(self):
        thread = threading.Thread(target=self.send, args=({},))
        thread.start()
        thread.join()

    async def send(event):
        loops.append(asyncio.get_running_loop())

    await serve(consumer(channels, work), send, WORK, STOP)
    assert len(loops) == 1


async def test_sending_in_the_thread_of_the_loop_is_an_error(channels):
    consumers = []
    await run(consumer(channels, consumers.append), WORK, STOP)
    with pytest.raises(RuntimeError, match="You cannot use AsyncToSync in the same"):
        consumers[0].base_send({})


# --- Sending ---------------------------------------------------------------


async def test_send_runs_in_a_task_of_its_own_on_the_same_loop(channels):
    seen = []

    async def send(event):
        seen.append((asyncio.get_running_loop(), asyncio.current_task()))

    await serve(consumer(channels, lambda self: self.send({})), send, WORK, WORK, STOP)
    loops, tasks = zip(*seen)
    assert loops == (asyncio.get_running_loop(),) * 2
    assert tasks[0] is not tasks[1]
    assert asyncio.current_task() not in tasks
    assert None not in tasks


async def test_base_send_takes_arguments_and_returns_a_result(channels):
    results = []

    async def send(event, *, more=1):
        await asyncio.sleep(0)
        return event, more

    def work(self):
        results.append(self.base_send({}))
        results.append(self.base_send({"a": 1}, more=2))

    await serve(consumer(channels, work), send, WORK, STOP)
    assert results == [({}, 1), ({"a": 1}, 2)]


async def test_a_timeout_inside_of_send_ends_only_what_it_is_about(channels):
    seen = []

    async def send(event):
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.sleep(10), 0.01)
        if sys.version_info >= (3, 11):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.01):
                    await asyncio.sleep(10)
        seen.append(event)

    await serve(consumer(channels, lambda self: self.send({})), send, WORK, STOP)
    assert seen == [{}]


async def test_sync_code_inside_of_send_runs_in_the_thread_that_waits(
    channels, sync_thread
):
    seen = []

    def save(number):
        seen.append((number, threading.get_ident()))
        return number

    async def send(event):
        seen.append(await to_async(save)(1))
        seen.append(await channels.db.database_sync_to_async(save)(2))

    await serve(consumer(channels, lambda self: self.send({})), send, WORK, STOP)
    assert seen == [(1, sync_thread), 1, (2, sync_thread), 2]


async def test_bridges_may_be_nested(channels, sync_thread):
    seen = []
    consumers = []

    async def send(event):
        seen.append(event)
        if event > 0:
            await to_async(save)(event - 1)

    def save(event):
        seen.append(threading.get_ident() == sync_thread)
        to_sync(send)(event)
        consumers[0].send(-1)

    def work(self):
        consumers.append(self)
        self.send(2)

    await serve(consumer(channels, work), send, WORK, STOP)
    assert seen == [2, True, 1, True, 0, -1, -1]


@newer_asgiref
async def test_what_a_nested_bridge_leaves_running_finds_the_thread_that_waits(
    channels, sync_thread
):
    threads = []
    tasks = []

    async def later(gate):
        await gate.wait()
        threads.append(await to_async(threading.get_ident)())

    async def begin(gate):
        tasks.append(asyncio.ensure_future(later(gate)))

    async def send(event):
        gate = asyncio.Event()
        await to_async(to_sync(begin))(gate)
        gate.set()
        await tasks[0]

    await serve(consumer(channels, lambda self: self.send({})), send, WORK, STOP)
    assert threads == [sync_thread]


@newer_asgiref
async def test_what_send_leaves_running_has_no_thread(channels):
    """It does not wait for a thread that has gone on."""
    tasks = []
    gate = asyncio.Event()

    async def later():
        await gate.wait()
        await to_async(int)()

    async def send(event):
        tasks.append(asyncio.ensure_future(later()))

    await serve(consumer(channels, lambda self: self.send({})), send, WORK, STOP)
    gate.set()
    with pytest.raises(RuntimeError, match="already quit or is broken"):
        await tasks[0]


async def test_a_handler_may_send_to_a_group(channels, settings):
    settings.CHANNEL_LAYERS = memory_layer(channels)

    class Consumer(channels.consumer.SyncConsumer):
        def work(self, message):
            self.send({"type": "before"})
            layer = self.channel_layer
            to_sync(layer.group_add)("group", self.channel_name)
            to_sync(layer.group_send)("group", {"type": "from.group"})
            self.send({"type": "after"})

        def from_group(self, message):
            self.send(message)
            raise channels.exceptions.StopConsumer

    sent = await run(Consumer.as_asgi(), WORK)
    assert [event["type"] for event in sent] == ["before", "after", "from.group"]


# --- Contexts --------------------------------------------------------------


@newer_asgiref
async def test_values_go_from_the_application_to_handlers_and_back(channels):
    seen = []

    def work(self):
        seen.append((variable.get(), local.value))
        variable.set("handler")
        local.value = "handler"

    variable.set("application")
    local.value = "application"
    queue = asyncio.Queue()
    for event in (WORK, WORK, STOP):
        queue.put_nowait(event)
    await consumer(channels, work)({}, queue.get, None)
    assert seen == [("application",) * 2, ("handler",) * 2]
    assert (variable.get(), local.value) == ("handler", "handler")


async def test_values_go_from_handlers_to_send_and_back(channels):
    seen = []

    async def send(event):
        seen.append((variable.get(), local.value))
        variable.set("send")
        local.value = "send"

    def work(self):
        variable.set("handler")
        local.value = "handler"
        self.send({})
        seen.append((variable.get(), local.value))

    await serve(consumer(channels, work), send, WORK, WORK, STOP)
    assert seen == [("handler",) * 2, ("send",) * 2] * 2


async def test_values_that_an_error_leaves_are_kept(channels):
    seen = []

    async def send(event):
        variable.set("send")
        raise KeyError

    def work(self):
        try:
            self.send({})
        except KeyError:
            seen.append(variable.get())

    await serve(consumer(channels, work), send, WORK, STOP)
    assert seen == ["send"]


# --- Errors ----------------------------------------------------------------


def names_in(error):
    return [frame.name for frame in traceback.extract_tb(error.__traceback__)]


async def test_an_error_of_send_reaches_the_handler(channels):
    error = ValueError("of send")
    seen = []

    async def failing_send(event):
        raise error

    def work(self):
        try:
            self.send({})
        except ValueError as caught:
            seen.append((caught, names_in(caught)))

    await serve(consumer(channels, work), failing_send, WORK, STOP)
    [(caught, names)] = seen
    assert caught is error
    assert names[0] == "work"
    assert names[-1] == "failing_send"


@newer_asgiref
async def test_an_error_of_a_send_that_is_no_coroutine_reaches_the_handler(channels):
    def send(event):
        raise KeyError(threading.get_ident())

    threads = []

    def work(self):
        with pytest.raises(KeyError) as caught:
            self.send({})
        threads.append((caught.value.args, threading.get_ident()))
        # And all is as before.
        assert not getattr(to_sync(run).executors, "current", None)

    with pytest.warns(UserWarning, match="non-async-marked"):
        await serve(consumer(channels, work), send, WORK, STOP)
    [((raised_in,), thread)] = threads
    assert raised_in == thread


class Odd(BaseException):
    """An error that is no ``Exception``."""


@pytest.mark.parametrize(
    "error",
    [
        LookupError("a", 1),
        Odd("b"),
        asyncio.TimeoutError("c"),
        concurrent.futures.TimeoutError("d"),
        asyncio.CancelledError("e"),
        concurrent.futures.CancelledError("f"),
        concurrent.futures.InvalidStateError("g"),
        asyncio.InvalidStateError("h"),
    ],
    ids=repr,
)
async def test_an_error_of_a_handler_reaches_the_server(channels, error):
    def failing(self):
        self.send({})
        raise error

    with pytest.raises(BaseException) as caught:  # noqa: PT011 - compared below
        await run(consumer(channels, failing), WORK)
    kinds = {concurrent.futures.CancelledError: asyncio.CancelledError}
    if sys.version_info < (3, 11):
        kinds[concurrent.futures.TimeoutError] = asyncio.TimeoutError
    kinds[concurrent.futures.InvalidStateError] = asyncio.InvalidStateError
    assert type(caught.value) is kinds.get(type(error), type(error))


async def test_the_traceback_of_a_handler_reaches_the_server(channels):
    def failing(self):
        raise LookupError

    with pytest.raises(LookupError) as caught:
        await run(consumer(channels, failing), WORK)
    names = names_in(caught.value)
    assert "dispatch" in names
    assert names[-1] == "failing"


async def test_the_error_that_is_handled_is_known_on_the_other_side(channels):
    seen = []

    async def send(event):
        seen.append(sys.exc_info()[1])

    def work(self):
        self.send({})
        try:
            raise KeyError("handler")
        except KeyError:
            self.send({})

    error = ValueError("application")
    await serve(consumer(channels, work), send, WORK, STOP)
    queue = asyncio.Queue()
    for event in (WORK, STOP):
        queue.put_nowait(event)
    try:
        raise error
    except ValueError:
        await consumer(channels, lambda self: seen.append(sys.exc_info()[1]))(
            {}, queue.get, send
        )
    assert seen[0] is None
    assert isinstance(seen[1], KeyError)
    assert seen[2] is error


# --- Cancellation ----------------------------------------------------------


class Cancelled:
    """An application that is cancelled while its handler is somewhere."""

    def __init__(self, channels, work, send=None):
        self.done = threading.Event()

        def work_and_tell(consumer):
            try:
                work(consumer)
            finally:
                self.done.set()

        self.queue = asyncio.Queue()
        self.queue.put_nowait(WORK)
        application = consumer(channels, work_and_tell)
        self.task = asyncio.ensure_future(application({}, self.queue.get, send))

    async def cancel(self):
        self.task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(asyncio.shield(self.task), 10)


async def test_a_cancel_does_not_wait_for_a_handler_that_sends_nothing(channels):
    entered, leave = threading.Event(), threading.Event()
    sent = []

    async def send(event):
        sent.append(event)

    def work(self):
        entered.set()
        leave.wait(10)
        self.send({})

    application = Cancelled(channels, work, send)
    await until(entered)
    await application.cancel()
    assert not application.done.is_set()
    leave.set()
    await until(application.done)
    assert sent == [{}]


@newer_asgiref
async def test_a_handler_that_outlives_its_consumer_is_no_error_of_the_loop(channels):
    entered, leave = threading.Event(), threading.Event()
    errors = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: errors.append(context))

    for error in (False, True):
        entered.clear()
        leave.clear()

        def work(self, error=error):
            entered.set()
            leave.wait(10)
            if error:
                raise KeyError

        application = Cancelled(channels, work)
        await until(entered)
        await application.cancel()
        leave.set()
        await to_async(int)()
        await asyncio.sleep(0)
    assert errors == []


@newer_asgiref
async def test_a_cancelled_handler_that_did_not_begin_never_does(channels):
    entered, leave = threading.Event(), threading.Event()

    def other():
        entered.set()
        leave.wait(10)

    busy = asyncio.ensure_future(to_async(other)())
    await until(entered)
    application = Cancelled(channels, lambda self: None)
    await asyncio.sleep(0.02)
    await application.cancel()
    # What asyncio has to say to the thread takes a turn of the loop.
    await asyncio.sleep(0)
    leave.set()
    await busy
    await to_async(int)()
    assert not application.done.is_set()


@newer_asgiref
async def test_a_cancel_while_send_waits_goes_to_send_and_to_the_handler(channels):
    seen = []
    sending = threading.Event()

    async def send(event):
        sending.set()
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            seen.append("send")
            raise

    def work(self):
        try:
            self.send({})
        except asyncio.CancelledError:
            seen.append("handler")
            raise

    application = Cancelled(channels, work, send)
    await until(sending)
    await application.cancel()
    # It waited for the handler.
    assert application.done.is_set()
    assert seen == ["send", "handler"]


@newer_asgiref
@pytest.mark.parametrize("who", ["send", "handler"])
async def test_a_cancel_that_is_swallowed_ends_nothing(channels, who):
    seen = []
    sending = threading.Event()

    async def send(event):
        sending.set()
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            seen.append("send")
            if who == "handler":
                raise

    def work(self):
        try:
            self.send({})
        except asyncio.CancelledError:
            seen.append("handler")
        seen.append("end")

    application = Cancelled(channels, work, send)
    await until(sending)
    application.task.cancel()
    application.queue.put_nowait(STOP)
    await asyncio.wait_for(application.task, 10)
    assert seen == ["send", *(["handler"] if who == "handler" else []), "end"]


@newer_asgiref
async def test_after_a_cancel_handlers_run_as_before(channels):
    sending = threading.Event()

    async def send(event):
        sending.set()
        await asyncio.sleep(10)

    application = Cancelled(channels, lambda self: self.send({}), send)
    await until(sending)
    await application.cancel()
    assert await run(consumer(channels, lambda self: self.send(1)), WORK, STOP) == [1]


@newer_asgiref
async def test_an_error_after_a_cancel_takes_its_place(channels):
    sending = threading.Event()

    async def send(event):
        sending.set()
        await asyncio.sleep(10)

    def work(self):
        try:
            self.send({})
        except asyncio.CancelledError:
            raise LookupError from None

    application = Cancelled(channels, work, send)
    await until(sending)
    application.task.cancel()
    with pytest.raises(LookupError):
        await asyncio.wait_for(application.task, 10)


# --- What is left behind ---------------------------------------------------


@newer_asgiref
async def test_a_thousand_connections_leave_no_thread_and_no_task(channels):
    application = consumer(channels, lambda self: self.send({}))
    await run(application, WORK, STOP)
    threads, tasks = threading.active_count(), len(asyncio.all_tasks())
    for _ in range(10):
        await asyncio.gather(*[run(application, WORK, STOP) for _ in range(100)])
    # The task of the last send may still have its last step to do.
    await asyncio.sleep(0)
    assert threading.active_count() == threads
    assert len(asyncio.all_tasks()) == tasks


async def test_consumers_are_freed_with_their_last_reference(channels):
    class Consumer(channels.consumer.SyncConsumer):
        freed = 0

        def work(self, message):
            self.send({})

        def stop(self, message):
            raise channels.exceptions.StopConsumer

        def __del__(self):
            Consumer.freed += 1

    await run(Consumer.as_asgi(), WORK, WORK, STOP)
    # The thread holds what it did last until it does something else.
    await to_async(int)()
    gc.collect()
    assert Consumer.freed == 1


AT_EXIT = """
import asyncio, threading, time
from django.conf import settings
settings.configure(DATABASES={{}})
import django
django.setup()
from {package}.consumer import SyncConsumer

entered = threading.Event()

class Consumer(SyncConsumer):
    def work(self, message):
        self.send("first")

    def wait(self, message):
        self.send("second")
        entered.set()
        time.sleep(0.3)
        print("handler ends", flush=True)
        self.send("third")

async def send(event):
    print(event, flush=True)

async def main():
    queue = asyncio.Queue()
    for name in ("work", "wait", "work"):
        queue.put_nowait({{"type": name}})
    task = asyncio.ensure_future(Consumer.as_asgi()({{}}, queue.get, send))
    while not entered.is_set():
        await asyncio.sleep(0.01)
    task.cancel()

asyncio.run(main())
print("loop closed", flush=True)
"""


def test_the_interpreter_exits_when_the_running_handler_has_ended(channels):
    ended = subprocess.run(
        [sys.executable, "-c", AT_EXIT.format(package=repr(channels))],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    # There is no loop to send with, and no thread may be started for another.
    assert ended.stdout.split("\n") == [
        "first",
        "second",
        "loop closed",
        "handler ends",
        "",
    ]
    assert "Traceback" not in ended.stderr
