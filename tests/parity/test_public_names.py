"""Every public name of channels is here, can be called alike, and has a test."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from ..conftest import Package
from .names import Name, introspect, read_list, unused

NAMES = read_list()
INSTALLED = Package("channels").version
OF_INSTALLED = [name for name in NAMES if str(INSTALLED[0]) in name.versions]

#: What is not here.
ABSENT = {
    "channels.testing.application.no_op": (
        "it stands in for close_old_connections while upstream's communicator waits"
    ),
}

#: What is something else here, by the version that it is compared with.
DIFFERENT = {
    "34": {
        "channels.__version__": "see docs/migrating.md",
        "channels.apps.ChannelsConfig.name": "the package has another name",
    },
    "3": {
        "channels.layers.BaseChannelLayer.invalid_name_error": "the text is of 4.2.1",
        "channels.management.commands.runserver.Command.server_cls": (
            "an object that imports Daphne's server when it is called"
        ),
        "channels.routing.DEPRECATION_MSG": "the advice is worded anew",
        "channels.testing.live.ChannelsLiveServerTestCase.static_wrapper": (
            "Django's handler has taken its place, as in 4.0"
        ),
    },
}

#: What cannot be called in every way that the reference can, by that version.
CALLED_DIFFERENTLY = {
    "3": {
        "channels.layers.BaseChannelLayer.valid_channel_name": (
            "the parameter is called channel_name, as in 4.2.2"
        ),
        "channels.layers.BaseChannelLayer.valid_group_name": (
            "the parameter is called group_name, as in 4.2.2"
        ),
        "channels.sessions.InstanceSessionWrapper.save_session": (
            "a coroutine function, as in 4.2"
        ),
        "channels.testing.live.ChannelsLiveServerTestCase.static_wrapper": (
            "Django's handler has taken its place, as in 4.0"
        ),
    },
}

COMPARED = [name for name in OF_INSTALLED if str(name) not in ABSENT]


def expected(name: Name, differences: dict[str, dict[str, str]]) -> bool:
    """Tell if the *name* is to differ from the installed reference."""
    return any(
        str(INSTALLED[0]) in versions and str(name) in reasons
        for versions, reasons in differences.items()
    )


def test_the_list_has_every_public_name_of_the_reference():
    assert introspect("channels") - set(map(str, OF_INSTALLED)) == set()


@pytest.mark.parametrize("name", ABSENT)
def test_what_is_said_to_be_absent_is(name):
    [entry] = [each for each in NAMES if str(each) == name]
    with pytest.raises(AttributeError):
        entry.find("channels_fast")


@pytest.mark.parametrize("name", COMPARED, ids=str)
def test_a_name_means_what_it_means_in_the_reference(name):
    theirs, ours = name.find("channels"), name.find("channels_fast")
    assert (difference(theirs, ours) is not None) is expected(name, DIFFERENT)


@pytest.mark.parametrize("name", COMPARED, ids=str)
def test_a_name_can_be_called_as_in_the_reference(name):
    theirs, ours = called(name, "channels"), called(name, "channels_fast")
    wrong = None if theirs is None else problem(theirs, ours)
    assert (wrong is not None) is expected(name, CALLED_DIFFERENTLY), wrong


@pytest.mark.parametrize(
    "name",
    [name for name in NAMES if name not in OF_INSTALLED and str(name) not in ABSENT],
    ids=str,
)
def test_a_name_of_another_version_is_here_too(name):
    assert name.find("channels_fast") is not None


def difference(theirs: Any, ours: Any) -> str | None:
    """Say how *ours* is another kind of thing than *theirs*."""
    if inspect.isclass(theirs):
        if not inspect.isclass(ours):
            return "it is no class"
        bases = {base.__name__ for base in theirs.__mro__}
        missing = bases - {base.__name__ for base in ours.__mro__}
        return f"it has no base {missing}" if missing else None
    if inspect.isdatadescriptor(theirs) != inspect.isdatadescriptor(ours):
        return "one of them is a property"
    if callable(theirs) != callable(ours) or inspect.isclass(ours):
        return "one of them is a function"
    plain = isinstance(theirs, (str, int, bool, list, type(None)))
    return f"{ours!r} for {theirs!r}" if plain and theirs != ours else None


def called(name: Name, package: str) -> Any:
    """Return what can be called by this *name*: a class method without its class."""
    value = getattr(*name.owner(package)) if name.name else None
    return value if callable(value) else None


def problem(theirs: Any, ours: Any) -> str | None:
    """Say why a call that *theirs* accepts would fail with *ours*."""
    if inspect.iscoroutinefunction(theirs) != inspect.iscoroutinefunction(ours):
        return "one of them is a coroutine function"
    if inspect.isclass(theirs) and issubclass(theirs, Exception):
        # They have neither a signature nor a constructor of their own.
        same = theirs.__init__ is ours.__init__ and theirs.__new__ is ours.__new__
        return None if same else "it has a constructor"
    order = list(inspect.signature(ours).parameters)
    mine = dict(inspect.signature(ours).parameters)
    for position, parameter in enumerate(inspect.signature(theirs).parameters.values()):
        own = mine.pop(parameter.name, None)
        if own is None:
            return f"there is no {parameter.name}"
        if own.kind is not parameter.kind or own.default != parameter.default:
            return f"{own} for {parameter}"
        by_position = parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        if by_position and order[position] != own.name:
            return f"{own.name} is at another place"
    for own in mine.values():
        if own.default is own.empty and own.kind not in (
            own.VAR_POSITIONAL,
            own.VAR_KEYWORD,
        ):
            return f"{own.name} has to be given"
    return None


def test_every_name_of_the_list_is_used_by_a_test_of_parity():
    names = [name for name in NAMES if str(name) not in ABSENT]
    assert unused(names, "channels_fast") == []
