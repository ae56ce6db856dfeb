"""The in-memory layer: channels, groups, and what a project puts in their place."""

from __future__ import annotations

import asyncio
import re
import time

import pytest

from ..support.layers import make, pending


def test_a_new_layer_is_empty_and_has_the_documented_limits(channels):
    layer = make(channels)
    assert (layer.expiry, layer.group_expiry, layer.capacity) == (60, 86400, 100)
    assert (layer.channels, layer.groups) == ({}, {})
    assert layer.extensions == ["groups", "flush"]


# --- Channels ---------------------------------------------------------------


async def test_new_channel_names_are_valid_and_differ(channels):
    layer = make(channels)
    names = {await layer.new_channel() for _ in range(100)}
    assert len(names) == 100
    for name in names:
        assert re.fullmatch(r"specific\.\.inmemory![a-zA-Z]{12}", name)
    assert (await layer.new_channel("mine")).startswith("mine.inmemory!")


async def test_messages_come_in_order(channels):
    layer = make(channels)
    for number in range(3):
        await layer.send("a", {"type": "n", "number": number})
    numbers = [(await layer.receive("a"))["number"] for _ in range(3)]
    assert numbers == [0, 1, 2]


async def test_a_waiting_receiver_gets_the_message(channels):
    layer = make(channels)
    waiting = asyncio.ensure_future(layer.receive("a"))
    await asyncio.sleep(0)
    assert list(layer.channels) == ["a"]
    await layer.send("a", {"type": "hello"})
    assert await waiting == {"type": "hello"}
    assert layer.channels == {}


@pytest.mark.parametrize("content", ["flat", {"deep": [1, {"er": (2, [3])}]}])
async def test_receivers_get_copies(channels, content):
    layer = make(channels)
    message = {"type": "a", "content": content}
    await layer.send("a", message)
    message["type"] = "changed"
    received = await layer.receive("a")
    assert received == {"type": "a", "content": content}
    if isinstance(content, dict):
        assert received["content"]["deep"][1] is not content["deep"][1]
        assert (
            received["content"]["deep"][1]["er"][1] is not content["deep"][1]["er"][1]
        )


async def test_a_full_channel_refuses(channels):
    layer = make(channels, capacity=2)
    await layer.send("a", {"type": "x"})
    await layer.send("a", {"type": "x"})
    with pytest.raises(channels.exceptions.ChannelFull) as caught:
        await layer.send("a", {"type": "x"})
    assert caught.value.args == ("a",)
    await layer.send("b", {"type": "x"})
    await layer.receive("a")
    await layer.send("a", {"type": "x"})


async def test_messages_are_checked(channels):
    layer = make(channels)
    with pytest.raises(AssertionError, match="message is not a dict"):
        await layer.send("a", "text")
    with pytest.raises(AssertionError, match="Message is not a dict"):
        await layer.group_send("a", "text")
    await layer.group_add("g", "a")
    reserved = {"type": "x", "__asgi_channel__": "a"}
    with pytest.raises(AssertionError):
        await layer.send("a", reserved)
    with pytest.raises(AssertionError):
        await layer.group_send("g", reserved)
    await layer.group_send("nobody", reserved)


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("send", ("a b", {})),
        ("receive", ("a b",)),
        ("group_add", ("a b", "a")),
        ("group_add", ("a", "a b")),
        ("group_discard", ("a b", "a")),
        ("group_discard", ("a", "a b")),
        ("group_send", ("a b", {})),
    ],
)
async def test_names_are_checked(channels, method, arguments):
    with pytest.raises(TypeError):
        await getattr(make(channels), method)(*arguments)


async def test_a_channel_stays_while_it_has_messages(channels):
    layer = make(channels)
    await layer.send("a", {"type": "1"})
    await layer.send("a", {"type": "2"})
    await layer.receive("a")
    assert list(layer.channels) == ["a"]
    await layer.receive("a")
    assert layer.channels == {}


@pytest.mark.since("4.2", "a channel that is gone may be received from")
async def test_a_receiver_survives_the_loss_of_its_channel(channels):
    layer = make(channels)
    waiting = asyncio.ensure_future(layer.receive("a"))
    await asyncio.sleep(0)
    queue = layer.channels.pop("a")
    queue.put_nowait((time.time() + 1, {"type": "hello"}))
    assert await waiting == {"type": "hello"}


async def test_a_cancelled_receiver_loses_no_message(channels):
    layer = make(channels)
    waiting = asyncio.ensure_future(layer.receive("a"))
    await asyncio.sleep(0)
    await layer.send("a", {"type": "hello"})
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await layer.receive("a") == {"type": "hello"}


async def test_a_cancelled_receiver_leaves_nothing_behind(channels):
    layer = make(channels)
    waiting = asyncio.ensure_future(layer.receive("a"))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert layer.channels == {}


async def test_flush_empties_a_layer_and_close_may_follow(channels):
    layer = make(channels)
    await layer.send("a", {"type": "x"})
    await layer.group_add("g", "a")
    await layer.flush()
    assert (layer.channels, layer.groups) == ({}, {})
    await layer.close()


# --- Groups -----------------------------------------------------------------


async def test_a_group_reaches_its_members(channels):
    layer = make(channels)
    for name in ("a", "b", "c"):
        await layer.group_add("g", name)
    await layer.group_discard("g", "b")
    await layer.group_send("g", {"type": "x"})
    assert await layer.receive("a") == {"type": "x"}
    assert await layer.receive("c") == {"type": "x"}
    assert await pending(layer, "b")


@pytest.mark.parametrize("content", ["flat", ["deep", {"er": [1]}], ({1}, ["odd"])])
async def test_members_get_copies_of_their_own(channels, content):
    layer = make(channels)
    message = {"type": "x", "content": content}
    for name in ("a", "b"):
        await layer.group_add("g", name)
    await layer.group_send("g", message)
    first, second = await layer.receive("a"), await layer.receive("b")
    assert first == second == message
    assert len({id(first), id(second), id(message)}) == 3
    if content != "flat":
        inner = [each["content"][1] for each in (first, second, message)]
        assert len(set(map(id, inner))) == 3


async def test_copies_keep_what_is_shared_inside(channels):
    layer = make(channels)
    shared = []
    await layer.group_add("g", "a")
    await layer.group_send("g", {"type": "x", "one": shared, "two": [shared]})
    received = await layer.receive("a")
    assert received["one"] is received["two"][0]


async def test_loops_in_messages_are_copied(channels):
    layer = make(channels)
    loop = []
    loop.append(loop)
    await layer.group_add("g", "a")
    await layer.group_send("g", {"type": "x", "loop": loop})
    received = (await layer.receive("a"))["loop"]
    assert received[0] is received
    assert received is not loop


async def test_objects_decide_how_they_are_copied(channels):
    class Thing:
        def __deepcopy__(self, memo):
            return "copied"

    layer = make(channels)
    await layer.group_add("g", "a")
    await layer.group_send("g", {"type": "x", "thing": Thing()})
    assert (await layer.receive("a"))["thing"] == "copied"


async def test_full_members_miss_the_message(channels):
    layer = make(channels, capacity=1)
    await layer.group_add("g", "full")
    await layer.group_add("g", "free")
    await layer.send("full", {"type": "before"})
    await layer.group_send("g", {"type": "x"})
    assert await layer.receive("full") == {"type": "before"}
    assert await layer.receive("free") == {"type": "x"}


async def test_sending_to_an_empty_group_is_not_an_error(channels):
    layer = make(channels)
    await layer.group_send("nobody", {"type": "x"})
    await layer.group_discard("nobody", "a")
    assert (layer.channels, layer.groups) == ({}, {})


async def test_a_channel_leaves_all_groups_at_once(channels):
    layer = make(channels)
    for group in ("g", "h"):
        await layer.group_add(group, "a")
        await layer.group_add(group, "b")
    layer._remove_from_groups("a")
    assert {group: list(members) for group, members in layer.groups.items()} == {
        "g": ["b"],
        "h": ["b"],
    }


async def test_an_empty_group_is_removed(channels):
    layer = make(channels)
    await layer.group_add("g", "a")
    await layer.group_add("g", "b")
    await layer.group_discard("g", "a")
    assert list(layer.groups["g"]) == ["b"]
    await layer.group_discard("g", "b")
    await layer.group_discard("g", "b")
    assert layer.groups == {}


@pytest.mark.since("4.2", "members are sent to by tasks")
async def test_group_send_lets_others_run(channels):
    """A sender in a loop must not fill the channels before they are read."""
    layer = make(channels, capacity=1)
    await layer.group_add("g", "a")
    turns = []

    async def other():
        while True:
            turns.append(True)
            await asyncio.sleep(0)

    task = asyncio.ensure_future(other())
    for _ in range(5):
        await layer.group_send("g", {"type": "x"})
    task.cancel()
    assert len(turns) >= 5
