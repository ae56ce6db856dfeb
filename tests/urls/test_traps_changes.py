"""URLconfs that change while they are in use."""

from __future__ import annotations

import functools
from contextlib import suppress

import pytest
from django.urls import clear_url_caches, get_resolver, include, path, re_path
from django.urls.converters import IntConverter, SlugConverter
from django.urls.exceptions import Resolver404

from .observe import answer, djangos_own
from .views import ClassView, first, second, third

PATHS = ["/a/", "/b/", "/i/a/", "/i/b/", "/i/1/", "/i/new/", "/new/", "/c/", "/i/"]
FEW = ["/a/", "/i/new/", "/new/"]


class Conf:
    """A URLconf of two levels, of as many routes as wanted."""

    def __init__(self, urls, size=0):
        self.urls = urls
        fill = [path(f"fill{number}/", first) for number in range(size)]
        self.ask_first = self.ask_few if size else self.ask
        self.inner = [*fill, path("a/", first, name="ia"), path("<int:n>/", second)]
        self.include = path("i/", include(self.inner), {"outer": 1})
        self.routes = [
            *fill,
            path("a/", first, name="a"),
            path("b/", second, {"d": 1}),
            self.include,
            path("c/", third),
        ]
        self.resolver = urls.resolver(self.routes)
        self.ask_first()

    def ask(self):
        """Compare the answers to all paths with Django's; return the first."""
        return self.urls.ask_all(self.resolver, PATHS)[0]

    def ask_few(self):
        """The same for some: to look at all of what a large list tried takes long."""
        self.urls.ask_all(self.resolver, FEW)

    def answers_of_django(self):
        with djangos_own():
            return {
                address: answer(lambda at=address: self.resolver.resolve(at))[1]
                for address in (PATHS if len(self.routes) < 10 else FEW)
            }


NEW = [("new/", third), ("a/", third), ("<slug:s>/", third)]


def new(text, view):
    return path(text, view, name="new")


#: What changes the length of a list.
LENGTH_CHANGES = {
    "append": lambda them, one: them.append(one),
    "insert": lambda them, one: them.insert(0, one),
    "remove the first": lambda them, one: them.pop(0),
    "remove the last": lambda them, one: them.pop(),
    "clear": lambda them, one: them.clear(),
}
#: What does not.
OTHER_CHANGES = {
    "replace the first": lambda them, one: them.__setitem__(0, one),
    "replace the last": lambda them, one: them.__setitem__(-1, one),
    "replace all": lambda them, one: them.__setitem__(slice(None), [one] * len(them)),
    "reverse": lambda them, one: them.reverse(),
    "rotate": lambda them, one: them.append(them.pop(0)),
}
LISTS = pytest.mark.parametrize("where", ["routes", "inner"])


@pytest.mark.parametrize("change", sorted(LENGTH_CHANGES))
@LISTS
def test_a_list_that_gets_longer_or_shorter_is_seen_at_once(urls, change, where):
    for text, view in NEW:
        conf = Conf(urls)
        LENGTH_CHANGES[change](getattr(conf, where), new(text, view))
        conf.ask()
        LENGTH_CHANGES["append"](getattr(conf, where), new("<path:any>", view))
        conf.ask()
    conf = Conf(urls, size=100)
    LENGTH_CHANGES[change](getattr(conf, where), new("new/", third))
    conf.ask_few()


@pytest.mark.parametrize("change", sorted(OTHER_CHANGES))
@pytest.mark.parametrize("size", [0, 100])
@LISTS
def test_a_list_of_the_same_length_is_seen_when_the_caches_are_cleared(
    urls, change, size, where
):
    """Until then an answer is that of before or that of after, and no third one."""
    # To look at all of what a large list has tried takes long.
    for text, view in NEW[:1] if size else NEW:
        conf = Conf(urls, size)
        before = conf.answers_of_django()
        OTHER_CHANGES[change](getattr(conf, where), new(text, view))
        after = conf.answers_of_django()
        for address in before:
            ask = functools.partial(conf.resolver.resolve, address)
            for _ in range(urls.times):
                assert answer(ask)[1] in (before[address], after[address])
        clear_url_caches()
        conf.ask_few()


@LISTS
def test_another_route_in_the_place_of_the_one_that_answers_is_seen_at_once(
    urls, where
):
    for text, view in NEW:
        for number in range(2):
            conf = Conf(urls)
            answers = getattr(conf, where)[number]
            getattr(conf, where)[number] = new(text, view)
            prefix = "/" if where == "routes" else "/i/"
            asked = f"{prefix}{answers.pattern}".replace("<int:n>", "1")
            urls.ask(conf.resolver, asked)


def test_another_list_in_the_place_of_the_first_is_seen(urls):
    """``url_patterns`` is a cached property, and some projects set it."""
    conf = Conf(urls)
    conf.resolver.url_patterns = [path("a/", third)]
    assert conf.ask().func is third
    conf.resolver.url_patterns = tuple(conf.routes)
    assert conf.ask().func is first
    conf.include.url_patterns = [path("a/", second), path("new/", third)]
    conf.ask()
    vars(conf.include).pop("url_patterns")
    conf.ask()
    conf.resolver.url_patterns = iter(conf.routes)
    # Django asks the same iterator again, which is empty then.
    assert conf.resolver.resolve("/a/").func is first


def test_the_answer_of_a_large_list_is_seen_when_it_is_replaced(urls):
    routes = [path(f"r{number}/", first) for number in range(300)]
    resolver = urls.resolver([path("p/", include(routes)), path("<path:p>", second)])
    urls.ask_all(resolver, ["/p/r7/", "/p/new/"])
    routes[7] = path("new/", third)
    assert urls.ask(resolver, "/p/r7/").func is second
    assert urls.ask(resolver, "/p/new/").func is third


def test_a_name_that_changes_after_the_first_match_is_seen(urls):
    inner = [path("a/", first, name="one")]
    middle = path("m/", include((inner, "app"), "space"))
    resolver = urls.resolver([path("o/", include([middle]))])
    assert urls.ask(resolver, "/o/m/a/").view_name == "space:one"
    inner[0].pattern.name = "two"
    assert urls.ask(resolver, "/o/m/a/").view_name == "space:two"
    inner[0].name = "not what a match is named after"
    assert urls.ask(resolver, "/o/m/a/").url_name == "two"
    middle.namespace = "other"
    assert urls.ask(resolver, "/o/m/a/").namespace == "other"
    middle.app_name = "another"
    assert urls.ask(resolver, "/o/m/a/").app_name == "another"
    middle.namespace = middle.app_name = None
    assert urls.ask(resolver, "/o/m/a/").view_name == "two"
    resolver.url_patterns[0].namespace = "outer"
    resolver.namespace = "root"
    resolver.app_name = "root app"
    assert urls.ask(resolver, "/o/m/a/").namespaces == ["root", "outer"]


def test_another_view_is_seen(urls):
    """As decorators over a whole URLconf set them, after the first request."""
    inner = [path("a/", first), path("<int:n>/", first)]
    resolver = urls.resolver([path("o/", include(inner))])
    urls.ask_all(resolver, ["/o/a/", "/o/1/"])
    for view in (second, ClassView.as_view(), third):
        for route in inner:
            route.callback = view
        assert urls.ask(resolver, "/o/a/").func is view
        assert urls.ask(resolver, "/o/1/").func is view


def test_other_defaults_are_seen(urls):
    inner = [path("<int:n>/", first, {"d": 1})]
    middle = path("m/", include(inner), {"m": 1})
    resolver = urls.resolver([middle])
    urls.ask(resolver, "/m/1/")
    inner[0].default_args = {"n": "default"}
    assert urls.ask(resolver, "/m/1/").kwargs == {"m": 1, "n": "default"}
    inner[0].default_args["e"] = 2
    assert urls.ask(resolver, "/m/1/").kwargs == {"m": 1, "n": "default", "e": 2}
    middle.default_kwargs["n"] = 0
    middle.default_kwargs = dict(middle.default_kwargs, x=1)
    resolver.default_kwargs = {"root": 1}
    assert urls.ask(resolver, "/m/1/").kwargs["root"] == 1
    inner[0].default_args = {}
    assert urls.ask(resolver, "/m/1/").kwargs["n"] == 1


def test_another_pattern_of_the_route_that_answers_is_seen(urls):
    """Or of the include on the way. What it leads to from now on is seen with it."""
    inner = [path("a/", first), path("b/", second)]
    middle = path("m/", include(inner))
    resolver = urls.resolver([middle, path("<path:p>", third)])
    urls.ask_all(resolver, ["/m/a/", "/m/b/", "/m/c/", "/n/a/"])
    inner[0].pattern = path("c/", first, name="new").pattern
    assert urls.ask(resolver, "/m/a/").func is third
    assert urls.ask(resolver, "/m/c/").func is first
    middle.pattern = path("n/", include([])).pattern
    assert urls.ask(resolver, "/m/b/").func is third
    assert urls.ask(resolver, "/n/c/").func is first
    resolver.pattern = re_path("^/x/", include([])).pattern
    assert urls.ask(resolver, "/x/n/b/").func is second


def test_a_nested_list_without_the_answer_is_seen_to_change(urls, monkeypatch):
    """With its pattern and converters. Each path is in the list, and had no answer."""
    inner = [path("a/", first)]
    middle = path("<int:n>/", include((inner, "app"), "space"))
    resolver = urls.resolver([middle, path("<path:p>", second)])
    assert urls.ask_all(resolver, ["/1/a/", "/1/b/"])[1].func is second
    inner.append(path("b/", third))
    assert urls.ask(resolver, "/1/b/").func is third
    assert urls.ask(resolver, "/1/c/").func is second
    middle.url_patterns = [path("c/", third)]
    assert urls.ask(resolver, "/1/c/").func is third
    assert urls.ask(resolver, "/1/d/").func is second
    middle.namespace = "other"
    assert urls.ask(resolver, "/1/d/").func is second
    assert urls.ask(resolver, "/1/c/").namespace == "other"

    def refuse(self, value):
        raise TypeError(value)

    monkeypatch.setattr(IntConverter, "to_python", refuse)
    assert type(urls.ask(resolver, "/1/d/")) is TypeError
    monkeypatch.undo()
    assert urls.ask(resolver, "/1/d/").func is second
    middle.pattern.converters = {"n": SlugConverter()}
    assert urls.ask(resolver, "/1/d/").func is second
    middle.pattern = path("m/", include([])).pattern
    assert urls.ask(resolver, "/1/d/").func is second
    assert urls.ask(resolver, "/m/c/").func is third


@pytest.mark.parametrize("change", ["namespace", "view"])
def test_a_change_behind_a_converter_that_refuses_counts_from_the_second_path_on(
    urls, change
):
    inner = [path("<str:x>/", first)]
    middle = path("", include(inner))
    refuses = path("<noting:x>/", second)
    resolver = urls.resolver([refuses, middle, path("<path:p>", third)])
    assert urls.ask(resolver, "/value/").func is first
    if change == "namespace":
        middle.namespace = "space"
    else:
        inner[0].callback = third
    resolver.resolve("/value/")
    match = urls.ask(resolver, "/value/")
    assert (match.namespace == "space") or match.func is third


def test_a_method_of_a_resolver_without_the_answer_counts_from_the_next_table_on(urls):
    """Until then an answer is that of before or that of after."""
    middle = path("m/", include([path("a/", first)]))
    resolver = urls.resolver([middle, path("<path:p>", second)])
    urls.ask_all(resolver, ["/m/a/", "/m/b/"])
    match = resolver.resolve("/m/a/")
    middle.resolve = lambda path: match
    for _ in range(urls.times):
        assert resolver.resolve("/m/b/").func in {first, second}
    clear_url_caches()
    assert urls.ask(resolver, "/m/b/").func is first
    del middle.resolve
    assert urls.ask(resolver, "/m/b/").func is second


def test_a_route_may_be_in_several_lists_and_change_in_all(urls):
    shared = path("a/", first)
    one, two = [shared], [path("x/", second), shared]
    resolvers = [urls.resolver([path("o/", include(them))]) for them in (one, two)]
    for resolver in resolvers:
        urls.ask(resolver, "/o/a/")
    shared.callback = third
    for resolver in resolvers:
        assert urls.ask(resolver, "/o/a/").func is third


def test_caches_that_are_cleared_leave_nothing_old(urls, settings):
    """As a test does that changes ``ROOT_URLCONF``."""
    conf = Conf(urls)
    clear_url_caches()
    conf.ask()
    settings.ROOT_URLCONF = type("conf", (), {"urlpatterns": conf.routes})
    one = get_resolver()
    assert urls.ask(one, "/a/").func is first
    settings.ROOT_URLCONF = type("conf", (), {"urlpatterns": conf.inner})
    two = get_resolver()
    assert one is not two
    assert urls.ask(two, "/1/").func is second
    urls.ask_all(one, PATHS)


def test_the_name_of_a_view_is_that_of_its_first_match_or_djangos(urls):
    """The one thing that is not read again: see ``docs/urls.md``."""

    def view(request):
        raise NotImplementedError

    resolver = urls.resolver([path("a/", view)])
    expected = f"{__name__}.view"
    assert urls.ask(resolver, "/a/").view_name == expected
    view.__name__ = "renamed"
    renamed = f"{__name__}.renamed"
    assert resolver.resolve("/a/").view_name in {expected, renamed}
    clear_url_caches()
    assert urls.ask(resolver, "/a/").view_name == renamed


def test_a_list_that_a_converter_changes_is_like_djangos_in_the_next_search(urls):
    inner = [path("a/", first)]
    routes = [path("<str:changing>/", include(inner)), path("<path:p>", second)]

    class Changing:
        regex = "[a-z]+"

        def to_python(self, value):
            if value == "grow":
                inner.append(path("grown/", third))
            if value == "shrink":
                inner.clear()
            return value

    routes[0].pattern.converters = {"changing": Changing()}
    resolver = urls.resolver(routes)
    for text in ("x/a/", "x/grown/", "x/b/"):
        urls.ask(resolver, f"/{text}")
    resolver.resolve("/grow/a/")
    urls.ask_all(resolver, ["/x/grown/", "/x/a/"])
    resolver.resolve("/shrink/z/")
    urls.ask_all(resolver, ["/x/grown/", "/x/a/"])


def test_a_list_that_grows_behind_a_route_that_refuses_is_seen(urls):
    """Django's own converter refuses what Python takes for too long a number."""
    inner = [path("q/", first)]
    routes = [re_path(r"^a/(?=\d)\d+/zz", second), path("a/<int:x>/", second)]
    resolver = urls.resolver([*routes, path("", include(inner))])
    address = f"/a/{'9' * 5000}/"
    urls.ask_all(resolver, [address, "/q/"])
    inner.append(path("a/<str:x>/", third))
    with suppress(Resolver404):
        resolver.resolve(address)
    urls.ask(resolver, address)
