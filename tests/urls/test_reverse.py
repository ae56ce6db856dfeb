"""From a name to a path, by Django and with ``channels_fast.urls``."""

from __future__ import annotations

import functools

import django
import pytest
from django.http import QueryDict
from django.template import Context, Engine
from django.urls import (
    clear_script_prefix,
    include,
    path,
    re_path,
    reverse,
    reverse_lazy,
    set_script_prefix,
    set_urlconf,
)
from django.utils.safestring import SafeString

from ..support.reversing import (
    ASKED,
    djangos_own,
    other_view,
    told,
    urlconf,
    view,
)
from ..support.reversing import both_reverse as _both_reverse  # noqa: F401 # a fixture


def test_a_name_and_arguments_make_a_path(names):
    urls = urlconf(
        path("", view, name="home"),
        path("a/<int:n>/<slug:s>/", view, name="two"),
        re_path(r"^r/(\d+)/(\w+)/$", view, name="groups"),
        re_path(r"^o/(?:(?P<n>\d+)/)?$", view, name="optional"),
    )
    assert names.told("home", urls) == "/"
    assert names.told("two", urls, [1, "x"]) == "/a/1/x/"
    assert names.told("two", urls, (1, "x")) == "/a/1/x/"
    assert names.told("two", urls, kwargs={"s": "x", "n": 1}) == "/a/1/x/"
    assert names.told("groups", urls, [1, "x"]) == "/r/1/x/"
    assert names.told("optional", urls) == "/o/"
    assert names.told("optional", urls, [7]) == "/o/7/"


def test_routes_that_are_written_alike_have_each_its_own_check(names):
    urls = urlconf(
        path("a/", view, name="plain"),
        re_path(r"^(?=b)a/$", view, name="never"),
        path("in/", include([re_path(r"^(?!a)a/$", view, name="never")])),
    )
    for _ in range(2):
        assert names.told("plain", urls) == "/a/"
        assert "2 pattern(s) tried" in names.missed("never", urls)


def test_what_a_route_captures_is_not_taken_from_its_defaults(names):
    urls = urlconf(path("a/<int:n>/", view, {"n": 1}, name="x"))
    assert names.told("x", urls) == ("KeyError", "'n'")


def test_a_view_is_a_name(names):
    urls = urlconf(path("a/", view), path("b/<int:n>/", other_view))
    assert names.told(view, urls) == "/a/"
    assert names.told(other_view, urls, [1]) == "/b/1/"
    names.missed(functools.partial(view), urls)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("plain-._~:@!$&'()*+,;=", "/plain-._~:@!$&'()*+,;=/"),
        ("ä b", "/%C3%A4%20b/"),
        ("100%", "/100%25/"),
        ("%41%(s)s", "/%2541%25(s)s/"),
        ('"<>\\^`{|}[]#?', "/%22%3C%3E%5C%5E%60%7B%7C%7D%5B%5D%23%3F/"),
        ("a\nb", "/a%0Ab/"),
        (SafeString("é"), "/%C3%A9/"),
        (1.5, "/1.5/"),
        (None, "/None/"),
        (b"x", "/b'x'/"),
    ],
)
def test_values_are_quoted_as_in_an_address(names, value, expected):
    urls = urlconf(path("<str:s>/", view, name="a"))
    assert names.told("a", urls, [value]) == expected


def test_a_surrogate_cannot_be_quoted(names):
    urls = urlconf(path("<str:s>/", view, name="a"))
    assert names.told("a", urls, ["\ud800"])[0] == "UnicodeEncodeError"


def test_percent_signs_of_a_route_are_no_text(names):
    urls = urlconf(
        path("%%/<str:s>/", view, name="a"),
        path("100%/", view, name="b"),
        path("%(s)s/<str:s>/", view, name="c"),
    )
    # As Django has it: the regex has two, and what is made of the route has one.
    assert "1 pattern(s) tried" in names.missed("a", urls, ["x"])
    assert names.told("b", urls)[0] in ("TypeError", "ValueError")
    assert names.told("c", urls, ["x"])


def test_no_path_begins_with_two_slashes(names):
    urls = urlconf(
        re_path(r"^(?P<rest>.*)$", view, name="a"), path("/x/", view, name="b")
    )
    assert names.told("a", urls, ["/example.com"]) == "/%2Fexample.com"
    assert names.told("a", urls, ["//example.com"]) == "/%2F/example.com"
    assert names.told("b", urls) == "/%2Fx/"


@pytest.mark.parametrize(
    ("name", "value"), [("a", "x"), ("a", -1), ("b", "A"), ("b", ""), ("c", "a/b")]
)
def test_an_argument_that_the_route_does_not_take(names, name, value):
    urls = urlconf(
        path("a/<int:n>/", view, name="a"),
        re_path(r"^b/(?P<s>[a-z]+)/$", view, name="b"),
        path("c/<str:s>/", view, name="c"),
    )
    assert "1 pattern(s) tried" in names.missed(name, urls, [value])


def test_of_routes_with_one_name_the_last_that_takes_the_arguments_is_meant(names):
    urls = urlconf(
        path("a/<int:n>/", view, name="x"),
        path("b/<str:n>/", view, name="x"),
        path("c/<int:n>/", view, name="x"),
        path("d/<int:m>/", view, name="x"),
        path("e/<int:n>/<int:m>/", view, name="x"),
    )
    assert names.told("x", urls, [1]) == "/d/1/"
    assert names.told("x", urls, kwargs={"n": 1}) == "/c/1/"
    assert names.told("x", urls, kwargs={"n": "y"}) == "/b/y/"
    assert names.told("x", urls, [1, 2]) == "/e/1/2/"
    assert "5 pattern(s) tried: ['e" in names.missed("x", urls, [1, 2, 3])


def test_defaults_have_to_be_equal(names):
    defaults = {"kind": "a", "more": [1]}
    urls = urlconf(
        path("a/<int:n>/", view, defaults, name="x"),
        path("b/", view, {"kind": "b"}, name="y"),
        path("in/", include([path("c/", view, {"a": 1}, name="z")]), {"a": 2, "b": 3}),
    )
    assert names.told("x", urls, [1]) == "/a/1/"
    assert names.told("x", urls, kwargs={"n": 1}) == "/a/1/"
    assert names.told("x", urls, kwargs={"n": 1, "kind": "a"}) == "/a/1/"
    assert names.told("x", urls, kwargs={"n": 1, "more": [1]}) == "/a/1/"
    names.missed("x", urls, kwargs={"n": 1, "kind": "b"})
    names.missed("x", urls, kwargs={"n": 1, "other": "b"})
    assert names.told("y", urls) == "/b/"
    assert names.told("y", urls, kwargs={"kind": "b"}) == "/b/"
    assert names.told("z", urls, kwargs={"a": 2, "b": 3}) == "/in/c/"
    names.missed("z", urls, kwargs={"a": 1})
    defaults["kind"] = "c"
    assert names.told("x", urls, kwargs={"n": 1, "kind": "c"}) == "/a/1/"


def test_a_default_of_what_the_route_captures(names):
    urls = urlconf(path("a/<int:n>/", view, {"n": 3}, name="x"))
    assert names.told("x", urls, kwargs={"n": 3}) == "/a/3/"
    if django.VERSION >= (4, 1):
        assert names.told("x", urls, kwargs={"n": 4}) == "/a/4/"
    else:
        names.missed("x", urls, kwargs={"n": 4})


class TestConverters:
    def test_they_are_asked_once_in_the_order_of_the_arguments(self, names):
        urls = urlconf(
            path("<asked:a>/<asked:b>/<asked:c>/", view, name="x"),
            path("<asked:c>/<asked:d>/", view, name="x"),
        )
        ask(names, "x", urls, kwargs={"b": "1", "c": "2", "a": "3"})
        assert ASKED == ["1", "2", "3"]
        ask(names, "x", urls, args=["1", "2"])
        assert ASKED == ["1", "2"]

    def test_they_are_asked_once_where_there_is_no_path(self, names):
        urls = urlconf(
            path("a/<asked:a>/", view, name="x"), path("b/<asked:a>/", view, name="x")
        )
        assert ask(names, "x", urls, args=["?"])[0] == "NoReverseMatch"
        assert ASKED == ["?", "?"]

    def test_what_one_cannot_write_leads_to_the_next_route(self, names):
        urls = urlconf(
            path("<str:a>/", view, name="x"), path("b/<asked:a>/", view, name="x")
        )
        found = names.told("x", urls, [ValueError("no")])
        old = django.VERSION < (3, 1)
        assert found == (("ValueError", "no") if old else "/no/")

    def test_other_errors_are_raised(self, names):
        urls = urlconf(path("<asked:a>/", view, name="x"))
        for error in (KeyError("no"), TypeError("no"), ArithmeticError("no")):
            found = names.told("x", urls, [error])
            assert found == (type(error).__name__, str(error))

    def test_an_error_of_a_value_that_has_no_converter_is_raised(self, names):
        class Value:
            def __str__(self):
                raise ValueError("no text")

        urls = urlconf(re_path("(.*)/$", view, name="x"), path("", view, name="x"))
        assert names.told("x", urls, [Value()]) == ("ValueError", "no text")

    def test_an_object_that_is_another_text_each_time(self, names):
        class Counting:
            times = 0

            def __str__(self):
                self.times += 1
                return f"{self.times}"

        urls = urlconf(
            path("<asked:a>/", view, name="x"), re_path("^([13])/$", view, name="y")
        )
        assert ask(names, "x", urls, args=[Counting()]) == "/2/"
        # Without a converter it is made a text first.
        assert ask(names, "y", urls, args=[Counting()]) == "/1/"


def ask(names, *args, **kwargs):
    """Ask once only: `names.told` would do so several times."""
    ASKED.clear()
    return told(reverse, *args, **kwargs)


class TestScriptPrefix:
    URLS = urlconf(path("a/<str:s>/", view, name="a"))

    @pytest.mark.parametrize(
        ("prefix", "expected"),
        [
            ("/", "/a/x/"),
            ("/app", "/app/a/x/"),
            ("/100%/%s/%(s)s", "/100%25/%25s/%25(s)s/a/x/"),
            ("/a.b+(c)[d]", "/a.b+(c)%5Bd%5D/a/x/"),
            ("//two", "/%2Ftwo/a/x/"),
            ("ohne", "ohne/a/x/"),
            ("/ä", "/%C3%A4/a/x/"),
            ("", "/a/x/"),
        ],
    )
    def test_it_stands_in_front(self, names, prefix, expected):
        set_script_prefix(prefix)
        assert names.told("a", self.URLS, ["x"]) == expected

    def test_many_in_turn(self, names):
        for number in [*range(30), *range(30)]:
            set_script_prefix(f"/{number}/")
            assert names.told("a", self.URLS, ["x"]) == f"/{number}/a/x/"
        clear_script_prefix()
        assert names.told("a", self.URLS, ["x"]) == "/a/x/"


class TestErrors:
    URLS = urlconf(
        path("a/<int:n>/", view, name="a"),
        path("in/", include(([path("b/", view, name="b")], "app"))),
    )

    @pytest.mark.parametrize(
        ("name", "args", "kwargs", "text"),
        [
            ("c", None, None, "Reverse for 'c' not found. 'c' is not a valid view f"),
            ("", None, None, "Reverse for '' not found"),
            (None, None, None, "Reverse for 'None' not found"),
            (other_view, None, None, f"Reverse for '{__package__[:5]}.support.revers"),
            ("a", None, None, "Reverse for 'a' with no arguments not found. 1 patt"),
            ("a", ["x"], None, "Reverse for 'a' with arguments '('x',)' not found"),
            ("a", None, {"n": "x"}, "Reverse for 'a' with keyword arguments '{'n': "),
            ("no:b", None, None, "'no' is not a registered namespace"),
            ("app:c", None, None, "Reverse for 'c' not found."),
            ("app:no:b", None, None, "'no' is not a registered namespace inside 'app'"),
        ],
    )
    def test_no_path(self, names, name, args, kwargs, text):
        assert names.missed(name, self.URLS, args, kwargs).startswith(text)

    def test_arguments_of_both_kinds(self, names):
        found = names.told("a", self.URLS, [1], {"n": 1})
        assert found[0] == "ValueError"

    @pytest.mark.parametrize("name", ["self", "lookup_view", "_prefix"])
    def test_an_argument_with_a_name_of_the_method(self, names, name):
        found = names.told("a", self.URLS, kwargs={name: 1})
        assert found[0] == "TypeError"
        assert (
            f"_reverse_with_prefix() got multiple values for argument '{name}'"
            in (found[1])
        )

    def test_a_name_that_cannot_be_looked_for(self, names):
        assert names.told([], self.URLS)[0] == "TypeError"

    def test_two_routes_on_one_way_that_capture_the_same(self, names):
        inner = include([path("<int:n>/", view, name="x")])
        urls = urlconf(path("<int:n>/", inner))
        assert names.told("x", urls, kwargs={"n": 1})[0] in ("error", "PatternError")


def test_a_query_and_a_fragment(names):
    urls = urlconf(path("a/", view, name="a"))
    if django.VERSION >= (5, 2):
        rest = {"query": QueryDict("b=1&b=2"), "fragment": "end"}
        assert names.told("a", urls, **rest) == "/a/?b=1&b=2#end"
        assert names.told("a", urls, query={"é": "?"}) == "/a/?%C3%A9=%3F"
    else:
        assert names.told("a", urls, query={})[0] == "TypeError"


def test_a_template_and_a_lazy_address(names):
    set_urlconf(urlconf(path("a/<slug:s>/", view, name="a")))
    template = Engine().from_string(
        "{% url 'a' s=s %} {% url 'b' as b %}{{ b }}{% url 'a' 1 as a %}{{ a }}"
    )
    written = template.render(Context({"s": "x"}))
    with djangos_own():
        assert template.render(Context({"s": "x"})) == written == "/a/x/ /a/1/"
    assert str(reverse_lazy("a", args=["x"])) == "/a/x/"


def test_more_names_than_python_keeps_regexes(names):
    many = [path(f"p{n}/<int:a>/", view, name=f"p{n}") for n in range(700)]
    urls = urlconf(*many)
    for number in range(700):
        assert reverse(f"p{number}", urls, [number]) == f"/p{number}/{number}/"
    assert names.told("p0", urls, [1]) == "/p0/1/"
