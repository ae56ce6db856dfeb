"""What the doctor finds out, and how it says it."""

from __future__ import annotations

import io
import sys
import types

import pytest
from django.core import checks
from django.core.checks.registry import registry
from django.core.management import CommandError, call_command
from django.test import modify_settings
from django.urls import path

from channels_fast import urls
from channels_fast.doctor import report as reporting
from channels_fast.doctor.compare import Comparison, Difference
from channels_fast.doctor.report import examine
from channels_fast.doctor.text import report_lines
from channels_fast.management.commands.asgi_doctor import Command
from channels_fast.routing import URLRouter
from tests.support.engines import WHY_NOT_COMPILED, told


async def app(scope, receive, send):
    """An application for a route."""


@pytest.fixture(autouse=True)
def asgi_module(settings, monkeypatch):
    module = types.ModuleType("project_asgi")
    module.application = URLRouter([path("a/", app)])
    monkeypatch.setitem(sys.modules, "project_asgi", module)
    settings.ASGI_APPLICATION = "project_asgi.application"
    # Those that the doctor registers are for its process.
    monkeypatch.setattr(registry, "registered_checks", set(registry.registered_checks))
    monkeypatch.setattr(registry, "deployment_checks", set(registry.deployment_checks))
    return module


def text_of(**changes):
    report = examine(None)
    for name, value in changes.items():
        setattr(report, name, value)
    return "\n".join(report_lines(report)), report


def test_routes_are_counted_by_their_engine():
    report = examine(None)
    assert report.engines == {told("trie")[0]: 1}
    assert report.errors == []


def test_a_file_for_another_interpreter_is_named():
    text, _ = text_of(
        extension=["_rust.cpython-310-x86_64-linux-gnu.so"],
        suffixes=[".cpython-311-x86_64-linux-gnu.so", ".so"],
        why_not_compiled="the extension cannot be imported: no module",
    )
    assert "Not in use: the extension cannot be imported: no module." in text
    assert "There is _rust.cpython-310-x86_64-linux-gnu.so. This interpreter" in text
    assert "takes _rust.cpython-311-x86_64-linux-gnu.so." in " ".join(text.split())


def test_a_difference_is_an_error_with_its_input_and_the_words_to_report_it():
    one = Difference("here", "/a/\n", "route 0 with ()", "no route")
    text, report = text_of(comparison=Comparison(1, 50, [], [one]))
    assert "50 paths to 1 route: 1 difference." in text
    assert r"here, path '/a/\n'" in text
    assert "  compiled  route 0 with ()\n    Django    no route" in text
    assert "This is an error of channels_fast." in text
    assert "set CHANNELS_FAST_DISABLE=1" in text
    assert "Please report these lines and the versions above" in " ".join(text.split())
    assert len(report.errors) == 1


@pytest.mark.skipif(bool(WHY_NOT_COMPILED), reason="nothing is compared then")
@pytest.mark.parametrize("form", ["text", "json"])
def test_the_command_ends_with_an_error_if_there_is_a_difference(monkeypatch, form):
    one = Difference("here", "/a/", "route 0 with ()", "no route")
    found = Comparison(1, 50, [], [one])
    monkeypatch.setattr(reporting, "compare", lambda application: found)
    out = io.StringIO()
    with pytest.raises(CommandError, match=r"^Errors: 1\.$"):
        call_command(Command(), "--format", form, stdout=out)
    assert "route 0 with ()" in out.getvalue()


def test_a_check_that_fails_is_an_error_and_the_others_go_on(settings):
    def broken(app_configs, **kwargs):
        raise LookupError("mine")

    registry.register(broken, "channels")
    settings.ASGI_APPLICATION = "no_such_module.application"
    messages = {one.id: one for one in examine(None).messages}
    assert messages[""].text.endswith("broken failed: LookupError: mine")
    assert messages[""].level == "ERROR"
    assert "channels_fast.E006" in messages


def test_a_check_of_another_tag_is_not_run():
    def other(app_configs, **kwargs):
        return [checks.Error("mine")]

    registry.register(other, "another")
    assert "mine" not in [one.text for one in examine(None).messages]


def test_versions_that_fail_together_are_said_once(monkeypatch):
    monkeypatch.setattr(
        "channels_fast.checks.versions.installed", lambda: {"asgiref": "3.0"}
    )
    text, _ = text_of()
    assert text.count("asgiref 3.0 is older than") == 1
    assert "Nothing is known to fail" not in text


def test_long_lists_of_routes_are_cut():
    text, _ = text_of(
        by_django=[(f"{n}/", "a lookaround") for n in range(50)], why_not_compiled=""
    )
    assert text.count("a lookaround") == 20
    assert "... and 30 more" in text


@pytest.mark.skipif(bool(WHY_NOT_COMPILED), reason="nothing is compared then")
def test_the_routes_are_compared(monkeypatch):
    compared = []
    monkeypatch.setattr(reporting, "compare", compared.append)
    examine(None)
    assert [type(one) for one in compared] == [URLRouter]


def test_no_layer_is_asked_for_anything_without_connect(settings):
    settings.CHANNEL_LAYERS = {"a": {"BACKEND": f"{__name__}.Layer"}}
    report = examine(None)
    assert [(one.alias, one.error) for one in report.layers] == [("a", None)]


class Layer:
    def __getattr__(self, name):
        raise AssertionError(f"{name} was asked for")


def test_a_layer_that_returns_another_message_is_an_error(settings):
    settings.CHANNEL_LAYERS = {"a": {"BACKEND": f"{__name__}.Confused"}}
    report = examine(1)
    assert report.layers[0].error.startswith("ValueError: sent {")
    assert report.errors == ["CHANNEL_LAYERS, 'a'"]


@pytest.mark.parametrize("wrong", [["default"], {"default": "a.Layer"}])
def test_layers_that_are_no_dict_are_an_error_and_the_rest_goes_on(settings, wrong):
    settings.CHANNEL_LAYERS = wrong
    report = examine(None)
    assert [bool(one.error) for one in report.layers] == [True]
    assert report.engines


@pytest.mark.parametrize("entry", ["redis://:secret@a", ["redis://:secret@a"]])
@pytest.mark.parametrize("wrong", [lambda entry: [entry], lambda entry: {"a": entry}])
def test_no_report_has_a_password_of_the_settings_in_it(settings, entry, wrong):
    settings.CHANNEL_LAYERS = wrong(entry)
    report = examine(None)
    assert report.layers[0].error
    assert "secret" not in str(report)


@pytest.mark.parametrize(
    "wrong", [["default"], {"default": {"BACKEND": "nowhere.Layer"}}]
)
def test_a_layer_that_a_check_names_is_one_error(settings, wrong):
    settings.CHANNEL_LAYERS = wrong
    report = examine(None)
    [said] = [one for one in report.messages if one.id == "channels_fast.E008"]
    assert len([one for one in report.errors if "CHANNEL_LAYERS" in one]) == 1
    assert (said.level == "ERROR") == (said.text in report.errors)
    assert "    It cannot be used. The checks below say why." in report_lines(report)


class Confused:
    async def new_channel(self):
        return "a"

    async def send(self, channel, message):
        pass

    async def receive(self, channel):
        return {"type": "other"}


def test_djangos_urls_have_a_paragraph_where_their_application_is_installed():
    text, report = text_of()
    assert report.urls is None
    assert "Django's URLs" not in text
    with modify_settings(INSTALLED_APPS={"append": "channels_fast.urls"}):
        try:
            text, _ = text_of()
        finally:
            urls.uninstall()
    told = WHY_NOT_COMPILED or "Compiled tables answer for Django's URLs."
    title, line = text.partition("Django's URLs")[1:]
    assert title
    assert told[:50] in " ".join(line.split())
