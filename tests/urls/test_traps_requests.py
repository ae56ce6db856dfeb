"""Whole requests, from the handler to the page of an error."""

from __future__ import annotations

import django
import pytest
from django.conf.urls.i18n import i18n_patterns
from django.http import HttpResponse
from django.shortcuts import redirect
from django.test import RequestFactory
from django.urls import (
    NoReverseMatch,
    get_urlconf,
    include,
    is_valid_path,
    path,
    re_path,
    resolve,
    reverse,
    set_urlconf,
)
from django.urls.exceptions import Resolver404
from django.utils import translation

from .observe import answer, djangos_own
from .views import ClassView, first, second, third


class Conf:
    """A URLconf as an object, which Django takes in the place of a module's name."""

    def __init__(self, urlpatterns, **handlers):
        self.urlpatterns = urlpatterns
        vars(self).update(handlers)


def api(number=0):
    """Return routes as of an API, with a view that shows its own match."""

    def show(request, **kwargs):
        match = request.resolver_match
        return HttpResponse(f"{number} {match.view_name} {match.route} {match.kwargs}")

    inner = [
        path("", show, name="list"),
        path("<int:pk>/", show, {"extra": 1}, name="detail"),
        re_path(r"^(?P<slug>[a-z]+)$", show, name="slug"),
    ]
    return [
        path("things/", include((inner, "things"))),
        path("class/", ClassView.as_view(), name="class"),
        path("home/", lambda request: redirect("things:detail", pk=7)),
        path("", first),
        *[path(f"r{number}/", second) for number in range(10)],
    ]


PATHS = [
    *("/", "/things/", "/things/7/", "/things/abc", "/class/", "/home/", "/r7/"),
    *("/things", "/things/7", "/class", "/things/none/", "/none", "/none/", "//"),
    *("/things/%C3%A9/", "/%00/", "/things/abc/?next=/x", "/r7?a=1", "/%2F/"),
]
DEFAULT = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
LOCALE = "django.middleware.locale.LocaleMiddleware"


@pytest.fixture(autouse=True)
def _templates(settings):
    settings.TEMPLATES = [
        {"BACKEND": "django.template.backends.django.DjangoTemplates"},
    ]


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("append", [False, True])
def test_requests_get_the_same_response(urls, client, settings, debug, append):
    """The page of DEBUG lists what was tried; APPEND_SLASH resolves twice more."""
    settings.MIDDLEWARE = DEFAULT
    settings.ROOT_URLCONF = Conf(api())
    settings.DEBUG, settings.APPEND_SLASH = debug, append
    for address in PATHS:
        response = urls.fetch(client, address)
    assert response.status_code == 404
    assert urls.fetch(client, "/things/7/").content.startswith(b"0 things:detail ")
    missing = urls.fetch(client, "/things")
    assert missing.status_code == (301 if append else 404)
    page = urls.fetch(client, "/none/").content.decode()
    assert ("Using the URLconf" in page) is debug
    assert page.count("r7/") == debug


def test_the_page_of_an_empty_urlconf_is_the_welcome_of_django(urls, client, settings):
    """It looks whether what was tried is one route of the admin."""
    settings.DEBUG = True
    settings.ROOT_URLCONF = Conf([])
    assert urls.fetch(client, "/").status_code == 200
    settings.ROOT_URLCONF = Conf([path("admin/", include(([], "admin")))])
    urls.fetch(client, "/")
    urls.fetch(client, "/admin/")
    urls.fetch(client, "/x/")


@pytest.mark.parametrize("with_default", [True, False])
def test_redirects_to_a_language_are_the_same(urls, client, settings, with_default):
    settings.MIDDLEWARE = [*DEFAULT[:2], LOCALE, *DEFAULT[2:]]
    settings.USE_I18N = True
    settings.LANGUAGE_CODE = "en"
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    prefixed = i18n_patterns(*api(), prefix_default_language=with_default)
    settings.ROOT_URLCONF = Conf([*prefixed, path("plain/", third)])
    for prefix in ("", "/de", "/en", "/nl"):
        for language in ("de", "en", "nl"):
            for address in ("/", "/things/", "/things", "/plain/", "/none/"):
                options = {"HTTP_ACCEPT_LANGUAGE": language}
                urls.fetch(client, prefix + address, **options)
    response = urls.fetch(client, "/things/", HTTP_ACCEPT_LANGUAGE="de")
    moved = (302, "/de/things/")
    answered = (response.status_code, response.get("Location"))
    assert answered == (moved if with_default else (200, None))
    translation.deactivate()


def test_the_handler_of_404_sees_the_exception(urls, client, settings):
    seen = []

    def handler404(request, exception):
        seen.append(exception)
        tried = exception.args[0].get("tried")
        name = type(exception).__name__
        return HttpResponse(f"{name} {len(tried)} {exception.args[0]['path']}")

    settings.ROOT_URLCONF = Conf(api(), handler404=handler404)
    settings.MIDDLEWARE = DEFAULT
    response = urls.fetch(client, "/none/")
    assert response.content == b"Resolver404 14 none/"
    assert type(seen[-1]) is Resolver404
    assert urls.fetch(client, "/none/").wsgi_request.resolver_match is None


def test_the_default_page_of_404_names_the_exception(urls, client, settings):
    """With a template it is passed on as text, or the name of its class."""
    loaders = [
        ("django.template.loaders.locmem.Loader", {"404.html": "{{ exception }}"})
    ]
    settings.TEMPLATES[0]["OPTIONS"] = {"loaders": loaders}
    settings.ROOT_URLCONF = Conf(api())
    assert urls.fetch(client, "/none/").content == b"Resolver404"


def test_a_urlconf_of_the_request_is_taken(urls, client, settings):
    """As django-hosts and others do in a middleware."""
    confs = {"a.test": Conf(api(1)), "b.test": Conf(api(2)), "c.test": None}
    settings.ALLOWED_HOSTS = ["*"]
    settings.ROOT_URLCONF = Conf(api())
    settings.MIDDLEWARE = [f"{__name__}.choose", *DEFAULT]
    choose.confs = confs
    for _ in range(3):
        for host, number in (("a.test", 1), ("b.test", 2), ("c.test", 0), ("x", 0)):
            response = urls.fetch(client, "/things/7/", HTTP_HOST=host)
            assert response.content.startswith(f"{number} things:detail".encode())
            urls.fetch(client, "/none/", HTTP_HOST=host)


def choose(get_response):
    """Middleware that chooses a URLconf by the host."""

    def middleware(request):
        host = request.get_host()
        if host in choose.confs:
            request.urlconf = choose.confs[host]
        return get_response(request)

    return middleware


def test_functions_of_django_urls_answer_alike(urls, settings):
    settings.ROOT_URLCONF = Conf(api())
    other = Conf([path("only/", third, name="only"), path("things/", third)])
    for _ in range(urls.times):
        for address in ("/things/7/", "/none/", "things/", "/only/"):
            for conf in (None, other, settings.ROOT_URLCONF):
                with djangos_own():
                    expected = answer(lambda at=address, to=conf: resolve(at, to))[1]
                    valid = is_valid_path(address, conf)
                found = answer(lambda at=address, to=conf: resolve(at, to))[1]
                assert found == expected
                assert bool(is_valid_path(address, conf)) == bool(valid)
    assert reverse("things:detail", kwargs={"pk": 7}) == "/things/7/"
    assert resolve(reverse("only", other), other).func is third
    with pytest.raises(NoReverseMatch):
        reverse("only")


def test_a_urlconf_that_is_set_counts_for_functions_only(urls, client, settings):
    """The handler sets it anew for each request, and asks no other."""
    settings.ROOT_URLCONF = Conf(api())
    other = Conf([path("only/", third)])
    set_urlconf(other)
    try:
        for _ in range(urls.times):
            assert resolve("/only/").func is third
            with pytest.raises(Resolver404):
                resolve("/things/")
        assert urls.fetch(client, "/things/").status_code == 200
        assert get_urlconf() in (None, settings.ROOT_URLCONF, other)
    finally:
        set_urlconf(None)


def test_a_view_may_replace_the_function_of_the_match(urls, settings):
    """New Relic and wagtail assign it; the next request has the view again."""
    settings.ROOT_URLCONF = Conf(api())
    request = RequestFactory().get("/things/7/")
    for _ in range(urls.times):
        request.resolver_match = resolve(request.path_info)
        assert request.resolver_match.func is not second
        request.resolver_match.func = second
        assert request.resolver_match[0] is second
        assert next(iter(request.resolver_match)) is second


@pytest.mark.skipif(django.VERSION < (3, 1), reason="it has no asynchronous handler")
async def test_asynchronous_requests_get_the_same_response(urls, settings):
    settings.MIDDLEWARE = DEFAULT
    settings.ROOT_URLCONF = Conf(api())

    from django.test import AsyncClient

    async def ask(address):
        response = await AsyncClient().get(address)
        return response.status_code, response.content, sorted(response.items())

    with djangos_own():
        expected = [await ask(address) for address in PATHS]
    for _ in range(urls.times):
        assert [await ask(address) for address in PATHS] == expected
