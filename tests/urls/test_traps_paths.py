"""Paths that nobody expects."""

from __future__ import annotations

from itertools import product

import pytest
from django.urls import include, path, re_path

from .views import first, second, third

SURROGATE = "\ud800"
ODD = [
    *("\n", "a\n", "a/\n", "\na", "\r", "\0", "a\0b", "\x1c", "\x85", "\u2028"),
    *(
        SURROGATE,
        f"a{SURROGATE}",
        f"{SURROGATE}/",
        "\udcff",
        "\U0010ffff",
        "\U0001f600",
    ),
    *("é", "e\u0301", "İ", "ı", "ſ", "K", "ß", "ẞ", "Σ", "ς", "中文", "\u00b2"),
    *("%2F", "a%00", "?a", "#", "a;b", "\\", "a\\b", ".", "..", "a/../b", " ", "a b"),
    *("+", "<a>", "<int:a>", "^a$", "(a)", "[a]", "a|b", "$", "*", "{1}", "a" * 3000),
]


def test_odd_text_finds_what_django_finds(urls):
    routes = [
        path("s/<str:a>/", first),
        path("g/<slug:a>/", first),
        path("p/<path:a>/", first),
        re_path(r"^w/(\w+)/$", first),
        re_path(r"^d/(.+)/$", second),
        re_path(r"^e/([^/]+)$", second),
        re_path(r"^i/(?i:(k|s|ß|i|é))/", second),
        re_path(r"^v/(\d+|\s+)/?$", third),
        re_path(r"^x/(?s:(.*))$", third),
        path("lit/\n/", third),
        path("é/", third),
        path("", first),
    ]
    plain = urls.resolver(routes)
    nested = urls.resolver([path("n/", include(routes))])
    for kind, text in product("sgpwdeivx", ODD):
        urls.ask(plain, f"/{kind}/{text}/")
        urls.ask(nested, f"/n/{kind}/{text}")
    urls.ask_all(plain, [f"/{text}" for text in ODD] + ["/lit/\n/", "/é/", "/é"])


def test_a_long_path_in_front_of_an_include_ends_where_django_ends_it(urls):
    inner = include([path("x/", first), path("<path:rest>/z/", second)])
    routes = [
        path("<path:page>/e/", inner),
        path("<path:page>/f/<path:more>/g/", inner),
        re_path(r"^(?P<page>.+?)/h/", inner),
        re_path(r"^(?:.*/)?i/", inner),
        re_path(r"^([\w/]{3,})/(\d+)/", inner),
        re_path(r"^(.{2,500})j/", inner),
        re_path(r"^(.+)(k|/l/)(.+)/m/", inner),
        re_path(r"^(\w+?)(/n|/o/)+/", inner),
        re_path(r"^(a*?)(b*)(?:é|/)p/", inner),
    ]
    resolver = urls.resolver(routes)
    fillers = ["", "a", "é", "/", "abcdefg/", "e/", "/e", "/f/é/", "ab/42/", "a\n"]
    ends = ["e", "f/b/g", "h", "i", "42", "aj", "k/l/m", "l/c/m", "n/n", "o//n", "p"]
    for filler, end, tail in product(fillers, ends, ["x/", "z/", "c/z/", "c/"]):
        some, many = filler * 3, filler * 300
        urls.ask(resolver, f"/{many}/{end}/{tail}")
        urls.ask(resolver, f"/a/{end}/{many}/{tail}")
        urls.ask(resolver, f"/{some}/{end}/{some}/{end}/{tail}")


def test_an_end_is_where_this_django_has_it(urls):
    """Django began to use full matches in patch releases."""
    routes = [
        path("a/", first),
        path("b", first),
        re_path(r"^c/$", second),
        re_path(r"^d", second),
        re_path(r"^e\Z", second),
        re_path(r"^f$|g", third),
        re_path(r"^h/\$", third),
        re_path("i/j/$", third),
        re_path(r"^(?P<k>k*)$", third),
        path("l/", include([re_path("^$", first), re_path("m$", first)])),
    ]
    resolver = urls.resolver(routes)
    for text in ["a/", "b", "c/", "d", "e", "f", "g", "h/$", "i/j/", "k", "l/", "l/m"]:
        for end in ("", "\n", "\n\n", "x", "/", "\r\n", "\nx"):
            urls.ask(resolver, f"/{text}{end}")
            urls.ask(resolver, f"/x{text}{end}")


def test_slashes_are_kept_behind_an_include_without_one(urls):
    """Django takes no slash away, whatever stands before it."""
    inner = [
        path("", first),
        path("/", second),
        path("a/", first, name="a"),
        path("/a/", second),
        path("//a/", third),
        path("<path:p>", third),
        re_path(r"^/+(\w)$", first),
    ]
    routes = [path(text, include(inner)) for text in ("x", "y/", "z//", "")]
    resolver = urls.resolver(routes)
    for prefix, rest in product(["x", "y", "z", "", "y/"], ["", "a/", "a", "b"]):
        for slashes in ("", "/", "//", "///"):
            urls.ask(resolver, f"/{prefix}{slashes}{rest}")
            urls.ask(resolver, f"{slashes}{prefix}{slashes}{rest}")
    assert urls.ask(resolver, "/x/a/").func is second
    assert urls.ask(resolver, "/y/a/").func is first
    assert urls.ask(resolver, "/y//a/").func is second


@pytest.mark.parametrize(
    "root", ["^/", "/", "", "^", "^/?", r"^/(?P<r>x)?", "x$", "(/)"]
)
def test_any_pattern_may_be_at_the_root(urls, root):
    """`resolve` of a nested resolver, and of those that projects make."""
    routes = [path("a/", first), re_path("^(b)/$", second), path("", third)]
    resolver = urls.resolver(routes, root)
    for text in [
        "",
        "/",
        "a/",
        "/a/",
        "//a/",
        "/xa/",
        "x",
        "b/",
        "/b/",
        "/xb/",
        "z/a/",
    ]:
        urls.ask(resolver, text)


def test_a_nested_resolver_may_be_asked_alone(urls):
    inner = [path("a/", first), path("<int:n>/", second)]
    nested = path("<slug:s>/", include((inner, "app")), {"d": 1})
    resolver = urls.resolver([nested])
    for text in ("x/a/", "x/1/", "/x/a/", "x/", "", "x/b/"):
        urls.ask(nested, text)
        urls.ask(resolver, f"/{text}")
    assert urls.ask(nested, "x/1/").kwargs == {"s": "x", "d": 1, "n": 1}
    assert urls.ask(nested, "x/1/").app_names == ["app"]


def test_the_first_declared_route_wins(urls):
    texts = [
        "a/",
        "<str:s>/",
        "<slug:g>/",
        "<int:i>/",
        "<path:p>",
        "a/b/",
        "<str:s>/b/",
    ]
    paths = ["/a/", "/1/", "/é/", "/a/b/", "/1/b/", "/a", "/a/b/c"]
    for number in range(len(texts)):
        turned = texts[number:] + texts[:number]
        routes = [path(text, first, name=text) for text in turned]
        resolver = urls.resolver(routes)
        urls.ask_all(resolver, paths)
        assert urls.ask(resolver, "/a/b/c").url_name == "<path:p>"


def test_hostile_paths_find_what_django_finds(urls):
    """Patterns of exponential time, with paths that Django still manages."""
    routes = [
        re_path(r"^tags/(?P<t>(?:[\w-]+,?)+)/$", first),
        re_path(r"^(a+)+$", second),
        re_path(r"^(?:a|ab|b)*c$", third),
        re_path(r"^((x*)*y)?/z$", third),
    ]
    resolver = urls.resolver(routes)
    for count in (0, 1, 5, 11):
        for text in ("tags/{}/", "tags/{}!", "{}", "{}!", "{}c", "{}d"):
            urls.ask(resolver, "/" + text.format("a" * count))
            urls.ask(resolver, "/" + text.format("ab," * (count // 3)))
        urls.ask(resolver, f"/{'x' * count}y/z")
