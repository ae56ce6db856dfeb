"""Names of channels and groups, and what else layers inherit from the base class."""

from __future__ import annotations

import re

import pytest

from ..support.layers import make

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
def test_valid_channel_names_are_accepted(channels, name):
    assert check(channels, make(channels), "channel")(name) is True


@pytest.mark.parametrize("name", [*INVALID, "!a", "a!b!c", "a!b c"])
def test_invalid_channel_names_are_refused(channels, name):
    layer = make(channels)
    with pytest.raises(TypeError) as caught:
        check(channels, layer, "channel")(name)
    assert str(caught.value) == invalid(channels, "Channel", name)


@pytest.mark.parametrize("name", VALID)
def test_valid_group_names_are_accepted(channels, name):
    assert check(channels, make(channels), "group")(name) is True


@pytest.mark.parametrize("name", [*INVALID, "a!", "a!b"])
def test_invalid_group_names_are_refused(channels, name):
    layer = make(channels)
    with pytest.raises(TypeError) as caught:
        check(channels, layer, "group")(name)
    assert str(caught.value) == invalid(channels, "Group", name)


def test_the_text_of_the_error_may_be_had_from_the_layer(channels):
    """It is the text of the error that is raised since 4.2.1 only."""
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


def test_each_name_of_a_list_is_checked(channels):
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


# --- The rest of the base class ---------------------------------------------


def test_layers_need_not_call_the_constructor(channels):
    """Several layers on PyPI do not."""

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
