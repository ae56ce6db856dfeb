"""Names in namespaces and in languages, by Django and with ``channels_fast.urls``."""

from __future__ import annotations

import gc
import sys
import threading
import weakref

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.urls import (
    clear_url_caches,
    get_resolver,
    include,
    path,
    re_path,
    reverse,
    set_urlconf,
)
from django.urls.resolvers import RegexPattern, RoutePattern, URLPattern, URLResolver
from django.utils import translation
from django.utils.functional import lazy

from ..support.reversing import LANGUAGES, djangos_own, told, urlconf, using, view
from ..support.reversing import both_reverse as _both_reverse  # noqa: F401 # a fixture

WORDS = {"en-us": "users", "de": "nutzer", "nl": "gebruikers"}


def in_language(words):
    return words.get(translation.get_language(), "nobody")


#: A text as `gettext_lazy` makes one, without a catalog.
lazily = lazy(in_language, str)


def by_language(names, *args, **kwargs):
    """Return what is told in each language, and compare it with a second time."""
    found = {}
    for language in LANGUAGES * 2:
        with using(language):
            answer = names.told(*args, **kwargs)
        assert found.setdefault(language, answer) == answer
    return [found[language] for language in LANGUAGES]


class TestNamespaces:
    INNER = ([path("i/", view, name="i"), path("<int:n>/", view, name="n")], "app")
    URLS = urlconf(
        path("one/", include(INNER, namespace="one")),
        path("two/<int:a>/", include(INNER, namespace="two")),
        re_path(r"^three/(?P<b>\w+)/", include([path("in/", include(INNER))])),
    )

    def test_one_stands_for_its_application(self, names):
        assert names.told("one:i", self.URLS) == "/one/i/"
        assert names.told("two:n", self.URLS, kwargs={"a": 1, "n": 2}) == "/two/1/2/"
        assert names.told("two:n", self.URLS, [1, 2]) == "/two/1/2/"
        assert names.told("app:i", self.URLS, ["x"]) == "/three/x/in/i/"

    def test_the_current_one_is_preferred(self, names):
        for current, args, expected in (
            ("one", (), "/one/i/"),
            ("two", (7,), "/two/7/i/"),
            ("one:more", (), "/one/i/"),
            ("else", ("x",), "/three/x/in/i/"),
        ):
            told = names.told("app:i", self.URLS, args, None, current)
            assert told == expected

    def test_one_behind_prefixes_with_converters(self, names):
        deep = include(([path("<asked:c>/", view, name="x")], "deep"))
        middle = include([path("<int:b>/", deep)])
        urls = urlconf(path("<asked:a>/", middle), path("z/<asked:q>/", middle))
        found = by_language(names, "deep:x", urls, ["p", 1, "r"])
        assert found == ["/p/1/r/"] * 4
        found = by_language(names, "deep:x", urls, kwargs={"a": "p", "b": 1, "c": "r"})
        assert found == ["/p/1/r/"] * 4


class TestLanguages:
    def test_a_prefix_of_the_language(self, names, settings):
        inner = ([path("b/<int:n>/", view, name="b")], "app")
        urls = urlconf(
            path("a/", view, name="a"),
            *i18n_patterns(path("c/", view, name="c"), path("in/", include(inner))),
        )
        assert by_language(names, "a", urls) == ["/a/"] * 4
        expected = [f"/{language or 'en-us'}/c/" for language in LANGUAGES]
        assert by_language(names, "c", urls) == expected
        expected = [f"/{language or 'en-us'}/in/b/1/" for language in LANGUAGES]
        assert by_language(names, "app:b", urls, [1]) == expected

    def test_an_application_behind_a_prefix_of_the_language(self, names):
        inner = [path("b/", view, name="b")]
        urls = urlconf(
            *i18n_patterns(
                path("x/", include([path("one/", include((inner, "app"), "one"))])),
                re_path(lazily(WORDS), include((inner, "app"), "two")),
            )
        )
        prefixes = [f"/{language or 'en-us'}/" for language in LANGUAGES]
        ones = [f"{prefix}x/one/b/" for prefix in prefixes]
        twos = [f"{p}{WORDS.get(c, 'nobody')}b/" for p, c in zip(prefixes, LANGUAGES)]
        assert by_language(names, "app:b", urls) == twos
        assert by_language(names, "app:b", urls, (), None, "one") == ones
        assert by_language(names, "one:b", urls) == ones
        assert ("app_dict" in vars(get_resolver(urls))) is names.is_ours
        assert "namespace_dict" not in vars(get_resolver(urls))

    @pytest.mark.parametrize("namespace", ["one", None])
    def test_an_application_with_a_name_in_the_language(self, names, namespace):
        app_name = lazily({"en-us": "users", "de": "nutzer"})
        inner = ([path("b/", view, name="b")], app_name)
        urls = urlconf(*i18n_patterns(path("in/", include(inner, namespace))))
        english = by_language(names, "users:b", urls)
        german = by_language(names, "nutzer:b", urls)
        assert (english[0], german[1]) == ("/en-us/in/b/", "/de/in/b/")
        missed = [*english[1:], german[0], *german[2:]]
        assert {found[0] for found in missed} == {"NoReverseMatch"}
        assert "app_dict" not in vars(get_resolver(urls))

    def test_a_namespace_with_a_name_in_the_language(self, names):
        inner = ([path("b/", view, name="b")], "app")
        namespace = lazily({"en-us": "users", "de": "nutzer"})
        urls = urlconf(*i18n_patterns(path("in/", include(inner, namespace))))
        assert by_language(names, "users:b", urls)[0] == "/en-us/in/b/"
        assert by_language(names, "nutzer:b", urls)[1] == "/de/in/b/"
        assert "app_dict" not in vars(get_resolver(urls))

    def test_no_prefix_for_the_language_of_the_settings(self, names):
        one = path("in/", include(([path("b/", view, name="b")], "app")))
        urls = urlconf(*i18n_patterns(one, prefix_default_language=False))
        expected = ["/in/b/", "/de/in/b/", "/nl/in/b/", "/in/b/"]
        assert by_language(names, "app:b", urls) == expected

    @pytest.mark.parametrize("make", [path, re_path])
    def test_a_route_in_the_language(self, names, make):
        # The text is made at each use.
        text = lazily(WORDS)
        leaf = urlconf(make(text, view, name="a"), path("b/", view, name="b"))
        below = urlconf(path("in/", include([path("x/", include(leaf.urlpatterns))])))
        space = urlconf(path("in/", include((leaf.urlpatterns, "app"))))
        prefix = urlconf(make(text, include(([path("/b/", view, name="b")], "app"))))
        words = [WORDS.get(language, "nobody") for language in LANGUAGES]
        assert by_language(names, "a", leaf) == [f"/{word}" for word in words]
        assert by_language(names, "a", below) == [f"/in/x/{word}" for word in words]
        assert by_language(names, "app:a", space) == [f"/in/{word}" for word in words]
        assert by_language(names, "app:b", prefix) == [f"/{word}/b/" for word in words]
        assert by_language(names, "b", below) == ["/in/x/b/"] * 4

    def test_patterns_and_lists_of_a_project(self, names):
        class Translated(RoutePattern):
            @property
            def regex(self):
                return RegexPattern(f"^{in_language(WORDS)}/").regex

            @regex.setter
            def regex(self, value):
                """Leave out what Django would keep."""

        class Tree(URLResolver):
            @property
            def url_patterns(self):
                return [path(f"{in_language(WORDS)}/", view, name="tree")]

        class Living(list):
            def __reversed__(self):
                word = in_language(WORDS)
                if word == "users":
                    return super().__reversed__()
                return iter([path(f"{word}/", view, name="list")])

        living = ModuleWith(Living([path("users/", view, name="list")]))
        words = [f"/{WORDS.get(language, 'nobody')}/" for language in LANGUAGES]
        one = urlconf(URLPattern(Translated("x/"), view, None, "one"))
        assert by_language(names, "one", one) == words
        assert by_language(names, "list", living) == words
        tree = urlconf(Tree(RegexPattern(r"^t"), []))
        assert by_language(names, "tree", tree) == [f"/t{word[1:]}" for word in words]

    def test_a_route_of_a_project_that_has_no_hash(self, names):
        class Compared(URLPattern):
            __hash__ = None

            def __eq__(self, other):
                return self is other

        route = Compared(RoutePattern("r/", "r", True), view, None, "r")
        mixed = urlconf(route, path("in/", include(([route], "app"))))
        assert by_language(names, "r", mixed) == ["/r/"] * 4
        assert by_language(names, "app:r", mixed) == ["/in/r/"] * 4

    def test_a_name_in_the_language(self, names):
        # Django looks for the text that it was when the table was made.
        urls = urlconf(path("a/", include([path("b/", view, name=lazily(WORDS))])))
        assert by_language(names, "users", urls)[0] == "/a/b/"
        assert by_language(names, "nutzer", urls)[1] == "/a/b/"

    def test_without_translations(self, names, settings):
        settings.USE_I18N = False
        urls = urlconf(*i18n_patterns(path("c/", view, name="c")))
        assert names.told("c", urls) in ("/en-us/c/", "/c/")

    def test_a_list_in_itself(self, names):
        patterns = [path("a/", view, name="a")]
        patterns.append(path("in/", include((patterns, "app"))))
        urls = urlconf(*patterns)
        assert by_language(names, "a", urls) == ["/a/"] * 4
        assert by_language(names, "app:a", urls) == ["/in/a/"] * 4
        assert by_language(names, "app:app:a", urls) == ["/in/in/a/"] * 4

    def test_a_list_in_itself_that_django_has_made_no_table_of(self, names):
        patterns = [path("a/", view, name="a")]
        patterns.append(path("in/", include((patterns, "app"))))
        assert told(reverse, "app:app:a", urlconf(*patterns)) == "/in/in/a/"


class ModuleWith:
    """A URLconf whose list is not a plain one."""

    def __init__(self, patterns):
        self.urlpatterns = patterns


class TestChanges:
    def test_a_list_counts_after_the_caches_are_cleared(self, names):
        urls = urlconf(path("a/", view, name="a"))
        assert names.told("a", urls) == "/a/"
        urls.urlpatterns.append(path("b/", view, name="b"))
        clear_url_caches()
        assert by_language(names, "b", urls) == ["/b/"] * 4

    def test_a_list_counts_after_tables_are_made_by_hand(self, names):
        """As packages do that wrap the views of a project when it starts."""
        urls = urlconf(path("a/", view, name="a"))
        assert names.told("a", urls) == "/a/"
        urls.urlpatterns.append(path("b/", view, name="b"))
        get_resolver(urls)._populate()
        assert names.told("b", urls) == "/b/"

    def test_a_route_in_a_language_that_is_added_counts_from_then_on(self, names):
        urls = urlconf(path("a/", view, name="a"))
        assert names.told("a", urls) == "/a/"
        urls.urlpatterns.append(re_path(lazily(WORDS), view, name="a"))
        with using("de"):
            get_resolver(urls)._populate()
            assert names.told("a", urls) == "/nutzer"
        with using("nl"):
            assert names.told("a", urls) == "/gebruikers"

    def test_a_urlconf_of_the_thread(self, names):
        one, two = urlconf(path("a/", view, name="a")), urlconf(path("b/", view))
        set_urlconf(one)
        assert names.told("a", None) == "/a/"
        set_urlconf(two)
        names.missed("a", None)

    def test_a_resolver_is_freed_with_its_tables(self, names):
        urls = urlconf(path("a/", include(([path("b/", view, name="b")], "app"))))
        assert names.told("app:b", urls) == "/a/b/"
        gone = [weakref.ref(get_resolver(urls)), weakref.ref(urls.urlpatterns[0])]
        del urls
        clear_url_caches()
        gc.collect()
        assert [one() for one in gone] == [None, None]


def test_a_subclass_of_a_resolver_is_asked_for_what_it_defines(names):
    class Elsewhere(URLResolver):
        def _reverse_with_prefix(self, lookup_view, _prefix, *args, **kwargs):
            own = super()._reverse_with_prefix(lookup_view, _prefix, *args, **kwargs)
            return f"https://example.com{own}"

    class Table(URLResolver):
        @property
        def reverse_dict(self):
            table = super().reverse_dict.copy()
            table.setlist("other", URLResolver.reverse_dict.fget(self).getlist("a"))
            return table

    routes = [path("a/<int:n>/", view, name="a")]
    for resolver, name, expected in (
        (Elsewhere(RegexPattern("^/"), routes), "a", "https://example.com/a/1/"),
        (Table(RegexPattern("^/"), routes), "other", "/a/1/"),
    ):
        with djangos_own():
            assert resolver._reverse_with_prefix(name, "/", 1) == expected
        assert resolver._reverse_with_prefix(name, "/", 1) == expected
        assert resolver._reverse_with_prefix(name, "/", n=1) == expected


def test_tables_that_are_made_in_many_threads(names):
    wrong = []

    def work(number):
        language = ("en-us", "de", "nl")[number % 3]
        with using(language):
            for urls in confs:
                found = [told(reverse, name, urls) for name in ("a", "app:b", "c")]
                if found != ["/a/", "/in/b/", f"/{language}/c/"]:
                    wrong.append(found)
                # As at the first use in a further language.
                get_resolver(urls)._populate()

    inner = include(([path("b/", view, name="b")], "app"))
    routes = [path("a/", view, name="a"), path("in/", inner)]
    spoken = i18n_patterns(path("c/", view, name="c"))
    often = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(3):
            # The included list is the same in all of them.
            confs = [urlconf(*routes, *spoken) for _ in range(20)]
            threads = [threading.Thread(target=work, args=[n]) for n in range(12)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    finally:
        sys.setswitchinterval(often)
    assert wrong == []
