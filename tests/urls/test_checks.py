"""The system checks of HTTP routes: exponential time, and what stays with Python."""

from __future__ import annotations

import re
import sys
import types

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.core import checks as django_checks
from django.core.checks.registry import registry
from django.urls import URLResolver, clear_url_caches, include, path, re_path
from django.urls.converters import StringConverter, get_converters, register_converter

from channels_fast import urls
from channels_fast._routes.backtracking import Program
from channels_fast._routes.patterns import match_by_regex
from channels_fast.urls import _checks, _exposed
from channels_fast.urls._exposed import Examination, Suspects
from tests.property.test_corpora import CORPORA, register_unknown_converters
from tests.support.engines import WHY_NOT_COMPILED

TAGS = r"^tags/(?P<t>(?:[\w-]+,?)+)/$"


def view(request, **kwargs):
    """A view, which nobody calls."""


def exposed(resolver):
    return Examination(resolver).exposed()


class Tags(StringConverter):
    regex = r"(?:[\w-]+,?)+"


@pytest.fixture(autouse=True)
def _converters():
    register_unknown_converters()
    if "check_tags" not in get_converters():
        register_converter(Tags, "check_tags")


@pytest.fixture
def urlconf(settings, monkeypatch):
    module = types.ModuleType("checked_urls")
    module.urlpatterns = []
    monkeypatch.setitem(sys.modules, "checked_urls", module)
    settings.ROOT_URLCONF = "checked_urls"
    clear_url_caches()
    yield module
    clear_url_caches()


@pytest.fixture
def found(urlconf):
    """Return a function that checks routes, as the messages of one check."""

    def found(*routes, check=_checks.check_time):
        clear_url_caches()
        urlconf.urlpatterns = list(routes)
        return check(None)

    return found


@pytest.fixture
def resolver(found):
    """Return a function that makes the resolver of routes."""

    def resolver(*routes):
        found(*routes, check=lambda _: None)
        from django.urls import get_resolver

        return get_resolver()

    return resolver


@pytest.fixture
def installed():
    urls.install()
    yield
    urls.uninstall()


# Exponential time


def test_the_warning_names_the_route_and_a_path_that_shows_it(found):
    (message,) = found(re_path(TAGS, view))
    assert message.id == "channels_fast.W020"
    assert message.level == django_checks.WARNING
    assert message.msg.startswith(
        f"HTTP route '{TAGS}', to tests.urls.test_checks.view: Python's re takes "
        f"exponential time for '/tags/aaaa"
    )
    assert "Each further 'a' takes 2.0 times as long" in message.msg


@pytest.mark.skipif(bool(WHY_NOT_COMPILED), reason="there is no table")
def test_the_hint_says_who_matches_it(found, installed):
    (message,) = found(re_path(TAGS, view))
    assert message.hint.startswith("The compiled table takes linear time for it.")
    (message,) = found(re_path(TAGS.replace("^", "^(?!x)"), view))
    assert "because of a lookaround: it is exposed." in message.hint
    (message,) = found(path("<check_tags:tags>/", view))
    assert message.hint.startswith("The compiled table takes linear time for it.")
    (message,) = found(path("<check_tags:tags>/", include([path("a/", view)])))
    assert "its match runs code of the project: it is exposed." in message.hint


def test_without_the_tables_the_hint_says_why(found):
    (message,) = found(re_path(TAGS, view))
    assert message.hint.startswith("It is exposed. Django resolves its URLs itself: ")


@pytest.mark.parametrize(
    "regex",
    [
        r"^(\w+)+$", r"^(a|a)*/$", r"^(?:\w{2}|\w{3})+/$", r"^(?:[\w-]+/?)*$",
        r"^(?P<p>(?:[^/]+/?)+)$", r"^(?:.*,)*$", r"^(a|b|ab)*c$", r"^(?i:[a-z]+A?)+/$",
        r"^(?!admin)(?:\w+)+/$", r"^(?=x*(?:y+)+z)y", r"^(\d+)*x", r"^(?:\s|.)+!x$",
        r"^(\w+\.?)+@(\w+\.?)+$", r"(?x)^ ( a + ) + /$", r"^p/(?P<a>(?P<b>\w+)-?)+/",
        r"^(?:x*y?)*z", r"^(?:(?:\w+)+/|.*)$", r"^((?:a|b)+c?)+/$",
    ],
)  # fmt: skip
def test_what_can_be_read_in_two_ways_again_and_again_is_found(resolver, regex):
    (one,) = exposed(resolver(re_path(regex, view)))
    assert one.growth.factor > 1.7


@pytest.mark.parametrize(
    "regex",
    [
        r"^(a|b)*/$", r"^(?:\d{4})+/$", r"^(?:[\w-]+/)*$", r"^(?:[^/]+/)+$",
        r"^([a-z]+)*", r"^(?:\w+,)*\w+/$", r"^(?:a(?:b|c)*)*/$", r"^x*y*z*w*/$",
        r"^.*.*.*.*x$", r"^([^/]+/)*([^/]+)$", r"^(?:a+){1,3}/$", r"^(?:.|\n)*$",
        r"^(?:(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+)/$", r"^(?:[\w-]+,?)/$",
        r"^(?:page-(?P<page>\d+)/)?$", r"^[\w,-]+/$", r"^(?:\w+|.*)$",
    ],
)  # fmt: skip
def test_what_can_be_read_in_one_way_is_fine(resolver, regex):
    assert not list(exposed(resolver(re_path(regex, view))))


def test_a_possessive_repeat_is_fine(resolver):
    if sys.version_info >= (3, 11):
        assert not list(exposed(resolver(re_path(r"^(?>\w+,?)+/$", view))))
        assert not list(exposed(resolver(re_path(r"^(?:\w++,)+/$", view))))


def test_the_path_leads_through_what_is_included(resolver):
    inner = [re_path(TAGS, view)]
    routes = [
        path("a/<int:id>/", include(inner)),
        *i18n_patterns(path("b/", include(inner))),
    ]
    one, other = exposed(resolver(*routes))
    assert re.match(r"/a/\d+/tags/aaaa", one.path)
    assert other.path.startswith("/en-us/b/tags/aaaa")


def test_what_an_earlier_route_answers_is_not_exposed(resolver):
    late = re_path(TAGS, view)
    assert not list(exposed(resolver(path("<path:page>", view), late)))
    assert not list(
        exposed(resolver(path("tags/", include([re_path("", view)])), late))
    )
    assert list(exposed(resolver(path("tags/<int:id>/", view), late)))
    assert list(exposed(resolver(path("<check_tags:all>", view), late)))


def test_the_line_of_the_route_is_named(found, tmp_path, monkeypatch, settings):
    file = tmp_path / "written_urls.py"
    file.write_text(
        "from django.urls import re_path\n\n"
        "from tests.urls.test_checks import view\n\n"
        f'urlpatterns = [\n    re_path(r"{TAGS}", view),\n]\n'
    )
    monkeypatch.syspath_prepend(tmp_path)
    settings.ROOT_URLCONF = "written_urls"
    clear_url_caches()
    (message,) = _checks.check_time(None)
    assert f"({file}, line 6): Python's re" in message.msg


def test_many_are_told_by_few_messages(found):
    routes = [re_path(TAGS.replace("tags", f"tags{n}"), view) for n in range(30)]
    assert len(found(*routes)) == 10


def test_a_search_that_is_too_long_for_all_ends_and_says_so(found, monkeypatch):
    """A route in front answers all of them, so that no ten messages end it."""
    steps = []
    search = Program.search

    def counted(self, path, most, **kwargs):
        try:
            return search(self, path, most, **kwargs)
        finally:
            steps.append(most)

    monkeypatch.setattr(Program, "search", counted)
    late = [re_path(TAGS.replace("tags", f"tags{n}"), view) for n in range(100)]
    (message,) = found(re_path("^", view), *late)
    assert message.id == "channels_fast.I004"
    assert message.level == django_checks.INFO
    told = re.match(r"Not examined [\w ]+: the last (\d+) of 100 HTTP", message.msg)
    assert told
    assert 5 < 100 - int(told[1]) < 50
    assert len(steps) < 3_000


def test_a_search_that_asks_too_many_routes_ends(found, monkeypatch):
    asked = []
    ask = match_by_regex

    def counted(pattern, path):
        asked.append(pattern)
        return ask(pattern, path)

    monkeypatch.setattr(_exposed, "match_by_regex", counted)
    early = [path(f"p{n}/<int:id>/", view) for n in range(1_000)]
    for route in early:
        assert route.pattern.regex  # as if Django had been asked already
    late = [re_path(TAGS.replace("tags", f"r{n}"), view) for n in range(60)]
    messages = found(*early, re_path("^r", view), *late)
    assert [message.id for message in messages] == ["channels_fast.I004"]
    assert 5_000 < len(asked) < 50_000


def test_expressions_that_take_nothing_to_examine_are_all_examined(found):
    assert not found(*(re_path(rf"^r{n}/(?:[\w-]+/)*$", view) for n in range(300)))


def test_a_pattern_of_the_project_hides_no_other_route(found):
    class Own:
        """A pattern that has no regular expression."""

        converters = {}

        def match(self, path):
            return None

        def check(self):
            return []

        def __str__(self):
            return "own"

    (message,) = found(URLResolver(Own(), [re_path(TAGS, view)]), re_path(TAGS, view))
    assert message.id == "channels_fast.W020"


@pytest.mark.parametrize("project", sorted(CORPORA))
def test_there_is_no_alarm_about_real_projects(resolver, project):
    routes = []
    for kind, text, is_prefix in CORPORA[project]:
        make = path if kind == "path" else re_path
        to = include([path("", view), path("<int:last>/", view)]) if is_prefix else view
        routes.append(make(text, to))
    assert not list(exposed(resolver(*routes)))


def test_a_project_whose_urls_cannot_be_loaded_is_left_to_django(settings, caplog):
    settings.ROOT_URLCONF = "no_such_urls"
    with caplog.at_level("DEBUG", "channels_fast.urls"):
        assert _checks.check_time(None) == []
    assert "no_such_urls" in caplog.text
    assert _checks.check_engines(None) == []


@pytest.mark.parametrize(
    ("given", "long"),
    [
        ("/tags/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", True),
        ("/tags/a!", False),
        ("/other/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", False),
        ("/tags/" + "a" * 30 + "/", False),
    ],
)
def test_a_path_that_would_take_long_is_known_beforehand(resolver, given, long):
    assert Suspects(resolver(re_path(TAGS, view))).take_long(given) is long


# What stays with Python


@pytest.mark.skipif(bool(WHY_NOT_COMPILED), reason="all of them do")
def test_routes_that_stay_with_python_are_told_by_their_reason(found):
    routes = [re_path(rf"^(?!x)r{number}/$", view) for number in range(8)]
    routes += [path("a/", view), re_path(r"^(a)\1/$", view)]
    first, second = found(*routes, check=_checks.check_engines)
    assert first.id == second.id == "channels_fast.I003"
    assert first.level == django_checks.INFO
    assert first.msg.startswith(
        "Django's own patterns match 8 of 10 HTTP routes in Python, because of a "
        "lookaround: '^(?!x)r0/$', "
    )
    assert first.msg.endswith("and 3 more.")
    assert "match 1 of 10" in second.msg
    assert "a backreference" in second.msg


def test_a_table_that_has_all_routes_says_nothing(found):
    assert found(path("a/", view), check=_checks.check_engines) == []


def test_only_the_warnings_are_told_in_front_of_each_command(monkeypatch):
    for name in ("registered_checks", "deployment_checks"):
        monkeypatch.setattr(registry, name, set())
    _checks.register()
    _checks.register()
    assert registry.registered_checks == {_checks.check_hook, _checks.check_time}
    assert registry.deployment_checks == {_checks.check_engines}
