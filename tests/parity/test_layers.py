"""Channel layers: the registry, names, capacities, and the in-memory layer."""

from __future__ import annotations

import asyncio
import re
import time
from unittest import mock

import pytest

from .consumer_helpers import memory_layer


def make(channels, **config):
    return channels.layers.InMemoryChannelLayer(**config)


# --- The registry -----------------------------------------------------------


def test_an_alias_without_a_layer_gives_none(channels, settings):
    settings.CHANNEL_LAYERS = {}
    assert channels.layers.get_channel_layer() is None
    assert channels.layers.get_channel_layer("other") is None


def test_missing_setting_means_no_layers(channels, settings):
    del settings.CHANNEL_LAYERS
    assert channels.layers.channel_layers.configs == {}
    assert channels.layers.get_channel_layer() is None


def test_a_layer_is_made_once(channels, settings):
    settings.CHANNEL_LAYERS = memory_layer(channels, capacity=7)
    layer = channels.layers.get_channel_layer()
    assert layer is channels.layers.get_channel_layer("default")
    assert layer is channels.layers.get_channel_layer(channels().DEFAULT_CHANNEL_LAYER)
    assert layer.capacity == 7


def test_layers_are_forgotten_when_the_setting_changes(channels, settings):
    settings.CHANNEL_LAYERS = memory_layer(channels)
    first = channels.layers.get_channel_layer()
    settings.CHANNEL_LAYERS = memory_layer(channels)
    assert channels.layers.channel_layers.backends == {}
    assert channels.layers.get_channel_layer() is not first


def test_other_settings_do_not_matter(channels, settings):
    settings.CHANNEL_LAYERS = memory_layer(channels)
    first = channels.layers.get_channel_layer()
    settings.USE_TZ = False
    assert channels.layers.get_channel_layer() is first
    manager = channels.layers.channel_layers
    manager._reset_backends(setting="USE_TZ")
    assert manager.backends == {"default": first}
    manager._reset_backends(setting="CHANNEL_LAYERS")
    assert manager.backends == {}


def test_contains_asks_the_setting(channels, settings):
    settings.CHANNEL_LAYERS = memory_layer(channels)
    assert "default" in channels.layers.channel_layers
    assert "other" not in channels.layers.channel_layers


def test_set_returns_what_was_there(channels, settings):
    settings.CHANNEL_LAYERS = {}
    manager = channels.layers.ChannelLayerManager()
    assert manager.set("a", "first") is None
    assert manager.set("a", "second") == "first"
    assert manager["a"] == "second"


@pytest.mark.parametrize(
    ("entry", "error"),
    [
        ({}, "No BACKEND specified for default"),
        (
            {"BACKEND": "no.such.Layer"},
            "Cannot import BACKEND 'no.such.Layer' specified for default",
        ),
        (
            {"BACKEND": "x", "ROUTING": "y"},
            "ROUTING key found for default - this is no longer needed in Channels 2.",
        ),
    ],
)
def test_bad_entries_are_explained(channels, settings, entry, error):
    settings.CHANNEL_LAYERS = {"default": entry}
    with pytest.raises(channels.exceptions.InvalidChannelLayerError) as caught:
        channels.layers.get_channel_layer()
    assert str(caught.value) == error


def test_test_backends_need_a_test_config(channels, settings):
    settings.CHANNEL_LAYERS = memory_layer(channels)
    manager = channels.layers.channel_layers
    with pytest.raises(channels.exceptions.InvalidChannelLayerError) as caught:
        manager.make_test_backend("default")
    assert str(caught.value) == "No TEST_CONFIG specified for default"


def test_test_backends_use_their_test_config(channels, settings):
    setting = memory_layer(channels, expiry=1)
    setting["default"]["TEST_CONFIG"] = {"expiry": 100500}
    settings.CHANNEL_LAYERS = setting
    assert channels.layers.channel_layers.make_test_backend("default").expiry == 100500


class Failing:
    def __init__(self):
        raise KeyError("mine")


def test_a_key_error_of_a_backend_looks_like_no_layer(channels, settings):
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": f"{__name__}.Failing"}}
    assert channels.layers.get_channel_layer() is None
    with pytest.raises(KeyError, match="mine"):
        channels.layers.channel_layers.make_backend("default")


# --- Names ------------------------------------------------------------------

VALID = ["a", "a-b_c.d", "A9", "a" * 99, "a\u0663", "abc\n"]
INVALID = ["", "a b", "a/b", "é", "a" * 100, None, 7, b"a"]


def check(channels, layer, kind):
    """Return the method of *layer* that checks names; it has a new name since 4.2.1."""
    new = channels.version >= (4, 2, 1)
    if kind == "channel":
        return layer.require_valid_channel_name if new else layer.valid_channel_name
    return layer.require_valid_group_name if new else layer.valid_group_name


def invalid(channels, kind, name):
    """Return what the error says about *name*."""
    if channels.version >= (4, 2, 1):
        return (
            f"{kind} name must be a valid unicode string with length < 100 containing "
            "only ASCII alphanumerics, hyphens, underscores, or periods."
        )
    shown = f", not '{name}'" if kind == "Channel" else ""
    return (
        f"{kind} name must be a valid unicode string containing "
        f"only ASCII alphanumerics, hyphens, or periods{shown}."
    )


@pytest.mark.parametrize("name", [*VALID, "a!", "a!b", "a!é", "specific..inmemory!abc"])
def test_valid_channel_names(channels, name):
    assert check(channels, make(channels), "channel")(name) is True


@pytest.mark.parametrize("name", [*INVALID, "!a", "a!b!c", "a!b c"])
def test_invalid_channel_names(channels, name):
    layer = make(channels)
    with pytest.raises(TypeError) as caught:
        check(channels, layer, "channel")(name)
    assert str(caught.value) == invalid(channels, "Channel", name)


@pytest.mark.parametrize("name", VALID)
def test_valid_group_names(channels, name):
    assert check(channels, make(channels), "group")(name) is True


@pytest.mark.parametrize("name", [*INVALID, "a!", "a!b"])
def test_invalid_group_names(channels, name):
    layer = make(channels)
    with pytest.raises(TypeError) as caught:
        check(channels, layer, "group")(name)
    assert str(caught.value) == invalid(channels, "Group", name)


def test_the_text_of_the_error_may_be_had_from_the_layer(channels):
    """Only since 4.2.1 it is the text that is raised."""
    text = channels.layers.BaseChannelLayer.invalid_name_error.format("Group")
    if channels.version >= (4, 2, 1):
        assert text == invalid(channels, "Group", "x")
    else:
        assert text == (
            "Group name must be a valid unicode string containing only ASCII "
            "alphanumerics, hyphens, underscores, or periods."
        )


def test_specific_names_cannot_be_received(channels):
    layer = make(channels)
    require = check(channels, layer, "channel")
    assert require("a!", receive=True) is True
    with pytest.raises(TypeError) as caught:
        require("a!b", receive=True)
    assert str(caught.value) == (
        "Specific channel names in receive() must end at the !"
    )


def test_lists_of_names(channels):
    layer = make(channels)
    assert layer.valid_channel_names(["a", "b!"], receive=True) is True
    for names in ([], None, ("a",)):
        with pytest.raises(AssertionError, match="names must be a non-empty list"):
            layer.valid_channel_names(names)
    with pytest.raises(TypeError):
        layer.valid_channel_names(["a", "b c"])


@pytest.mark.parametrize("kind", ["channel", "group"])
@pytest.mark.since("4.2.2", "the old names are deprecated")
def test_old_names_of_the_checks_are_deprecated(channels, kind):
    check = getattr(make(channels), f"valid_{kind}_name")
    text = f"^valid_{kind}_name is deprecated, use require_valid_{kind}_name instead.$"
    with pytest.warns(DeprecationWarning, match=text) as warned:
        assert check("a") is True
    assert warned[0].filename == __file__


@pytest.mark.parametrize(
    ("name", "head"), [("a", "a"), ("a!", "a!"), ("a!b", "a!"), ("a!b!c", "a!")]
)
def test_non_local_name_ends_at_the_mark(channels, name, head):
    assert make(channels).non_local_name(name) == head


@pytest.mark.since("4.2.1", "MAX_NAME_LENGTH is new")
def test_limit_of_names_may_be_raised(channels):
    class Layer(channels.layers.BaseChannelLayer):
        MAX_NAME_LENGTH = 300

    assert Layer().require_valid_group_name("a" * 299) is True


class ShortNames:
    """Stands before a layer class, and allows names of two letters."""

    channel_name_regex = group_name_regex = re.compile("^..$")

    def match_type_and_length(self, name):
        return name != "no"


@pytest.mark.parametrize("kind", ["channel", "group"])
def test_a_subclass_decides_which_names_are_valid(channels, kind):
    layer = type("Layer", (ShortNames, channels.layers.InMemoryChannelLayer), {})()
    assert check(channels, layer, kind)("é ") is True
    for name in ("abc", "no"):
        with pytest.raises(TypeError):
            check(channels, layer, kind)(name)
    assert not channels.layers.BaseChannelLayer.channel_name_regex.match("é ")
    assert not channels.layers.BaseChannelLayer.group_name_regex.match("a!")


def test_names_have_a_type_and_a_length(channels):
    match = make(channels).match_type_and_length
    assert match("a" * 99)
    assert not match("a" * 100)
    assert not match(7)


# --- The base class ---------------------------------------------------------


def test_layers_need_not_call_the_constructor(channels):
    """Several published layers do not."""

    class Layer(channels.layers.BaseChannelLayer):
        def __init__(self):
            self.capacity = 5
            self.channel_capacity = self.compile_capacities({"a*": 1})

    layer = Layer()
    assert (layer.get_capacity("abc"), layer.get_capacity("b")) == (1, 5)
    assert check(channels, layer, "channel")("a") is True
    assert layer.non_local_name("a!b") == "a!"


def test_capacities_are_globs_or_regexes_and_the_first_wins(channels):
    layer = make(channels, capacity=9)
    regex = re.compile("ws[0-9]$")
    compiled = layer.compile_capacities({"http.*": 1, "http.response!*": 2, regex: 3})
    assert compiled[2][0] is regex
    layer.channel_capacity = compiled
    assert layer.get_capacity("http.response!a") == 1
    assert layer.get_capacity("ws7") == 3
    assert layer.get_capacity("ws77") == 9


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("send", ("a", {}), "send() should be implemented in a channel layer"),
        ("receive", ("a",), "receive() should be implemented in a channel layer"),
        ("new_channel", (), "new_channel() should be implemented in a channel layer"),
        ("flush", (), "flush() not implemented (flush extension)"),
        ("group_add", ("g", "a"), "group_add() not implemented (groups extension)"),
        (
            "group_discard",
            ("g", "a"),
            "group_discard() not implemented (groups extension)",
        ),
        ("group_send", ("g", {}), "group_send() not implemented (groups extension)"),
    ],
)
@pytest.mark.since("4.2", "the methods stand on the base class")
async def test_base_methods_have_to_be_written(channels, method, arguments, error):
    with pytest.raises(NotImplementedError) as caught:
        await getattr(channels.layers.BaseChannelLayer(), method)(*arguments)
    assert str(caught.value) == error


def test_defaults(channels):
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
        assert check(channels, layer, "channel")(name)
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


async def test_flush_and_close(channels):
    layer = make(channels)
    await layer.send("a", {"type": "x"})
    await layer.group_add("g", "a")
    await layer.flush()
    assert (layer.channels, layer.groups) == ({}, {})
    await layer.close()


# --- Expiry -----------------------------------------------------------------


@pytest.fixture
def clock(channels):
    """A clock of the layer's module that the test moves."""
    with mock.patch(f"{channels!r}.layers.time.time") as patched:
        patched.return_value = 1_000_000.0
        yield patched


def forward(clock, seconds):
    clock.return_value += seconds


async def pending(layer, channel):
    """Tell if a receiver would have to wait."""
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(layer.receive(channel), 0.01)
    return True


async def test_messages_expire(channels, clock):
    layer = make(channels, expiry=10)
    await layer.send("a", {"type": "x"})
    forward(clock, 10)
    await layer.send("b", {"type": "y"})
    assert list(layer.channels) == ["a", "b"]
    forward(clock, 0.5)
    assert await pending(layer, "a")
    assert list(layer.channels) == ["b"]


async def test_messages_live_until_their_time(channels, clock):
    layer = make(channels, expiry=10)
    await layer.send("a", {"type": "x"})
    forward(clock, 10)
    assert await layer.receive("a") == {"type": "x"}


async def test_messages_expire_one_by_one(channels, clock):
    layer = make(channels, expiry=10)
    for number in range(3):
        await layer.send("a", {"type": str(number)})
        forward(clock, 4)
    assert await layer.receive("a") == {"type": "1"}
    forward(clock, 7)
    assert await pending(layer, "a")


async def test_reading_one_channel_cleans_all(channels, clock):
    layer = make(channels, expiry=10)
    await layer.send("old", {"type": "x"})
    forward(clock, 11)
    await layer.send("new", {"type": "x"})
    await layer.receive("new")
    assert layer.channels == {}


async def test_a_channel_that_is_used_again_expires_again(channels, clock):
    layer = make(channels, expiry=10)
    for _ in range(3):
        await layer.send("a", {"type": "x"})
        await layer.receive("a")
        forward(clock, 3)
    await layer.send("a", {"type": "late"})
    forward(clock, 9)
    layer._clean_expired()
    assert list(layer.channels) == ["a"]
    forward(clock, 2)
    layer._clean_expired()
    assert layer.channels == {}


async def test_a_shorter_expiry_counts_from_the_next_message_on(channels, clock):
    layer = make(channels, expiry=100)
    await layer.send("a", {"type": "x"})
    await layer.receive("a")
    layer.expiry = 1
    await layer.send("a", {"type": "y"})
    forward(clock, 2)
    layer._clean_expired()
    assert layer.channels == {}


async def test_a_channel_with_an_expired_message_leaves_all_groups(channels, clock):
    layer = make(channels, expiry=10)
    for group in ("g", "h"):
        await layer.group_add(group, "slow")
        await layer.group_add(group, "fast")
    await layer.group_send("g", {"type": "x"})
    await layer.receive("fast")
    forward(clock, 11)
    await layer.group_send("g", {"type": "y"})
    assert {g: list(m) for g, m in layer.groups.items()} == {
        "g": ["fast"],
        "h": ["fast"],
    }
    assert list(layer.channels) == ["fast"]


async def test_full_channels_stay_full_until_somebody_cleans(channels, clock):
    layer = make(channels, capacity=1, expiry=10)
    await layer.send("a", {"type": "x"})
    forward(clock, 11)
    with pytest.raises(channels.exceptions.ChannelFull):
        await layer.send("a", {"type": "x"})
    layer._clean_expired()
    await layer.send("a", {"type": "x"})


async def test_memberships_expire(channels, clock):
    layer = make(channels, group_expiry=100)
    await layer.group_add("g", "first")
    forward(clock, 50)
    await layer.group_add("g", "second")
    forward(clock, 50)
    layer._clean_expired()
    assert list(layer.groups["g"]) == ["first", "second"]
    forward(clock, 1)
    layer._clean_expired()
    assert list(layer.groups["g"]) == ["second"]
    await layer.group_send("g", {"type": "x"})
    assert list(layer.channels) == ["second"]


async def test_memberships_may_be_renewed(channels, clock):
    layer = make(channels, group_expiry=100)
    await layer.group_add("g", "a")
    await layer.group_add("g", "b")
    forward(clock, 50)
    await layer.group_add("g", "a")
    forward(clock, 60)
    layer._clean_expired()
    assert list(layer.groups["g"]) == ["a"]


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


async def test_sending_to_nobody_is_no_error(channels):
    layer = make(channels)
    await layer.group_send("nobody", {"type": "x"})
    await layer.group_discard("nobody", "a")
    assert (layer.channels, layer.groups) == ({}, {})


async def test_groups_hold_the_time_of_joining(channels, clock):
    layer = make(channels)
    await layer.group_add("g", "a")
    assert layer.groups == {"g": {"a": 1_000_000.0}}


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


async def test_a_subclass_sees_every_send(channels):
    sent = []

    class Layer(channels.layers.InMemoryChannelLayer):
        async def send(self, channel, message):
            sent.append(channel)
            if channel == "full":
                raise channels.exceptions.ChannelFull(channel)

    layer = Layer()
    for name in ("a", "full", "b"):
        await layer.group_add("g", name)
    await layer.group_send("g", {"type": "x"})
    assert sent == ["a", "full", "b"]


async def test_a_patched_send_is_used(channels):
    layer = make(channels)
    await layer.group_add("g", "a")
    with mock.patch.object(
        channels.layers.InMemoryChannelLayer, "send", mock.AsyncMock()
    ) as send:
        await layer.group_send("g", {"type": "x"})
    send.assert_awaited_once_with("a", {"type": "x"})


@pytest.mark.since("4.2", "members are sent to by tasks")
async def test_group_send_lets_others_run(channels):
    """A sender in a loop must not fill the channels before anybody reads."""
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
