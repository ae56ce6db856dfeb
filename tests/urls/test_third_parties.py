"""Packages of others that look at Django's URLs, unmodified."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest
from django.urls import include, path

from ..support.engines import WHY_NOT_COMPILED
from ..support.programs import run_program
from .observe import djangos_own
from .views import second

PROGRAMS = Path(__file__).parent / "programs"


def test_new_relic_keeps_its_traces():
    """It wraps the resolver before Django is set up, and so we stay away."""
    pytest.importorskip("newrelic")
    done = run_program(PROGRAMS / "new_relic.py")
    assert done.returncode == 0, done.stderr
    described, is_checked, answers = done.stdout.splitlines()
    assert described.startswith("Django resolves its URLs itself: ")
    if not WHY_NOT_COMPILED:
        assert "newrelic" in described
    assert is_checked == "True"
    assert answers == "b'7' b'7' b'7' b'7'"


def test_sentry_names_the_transaction_of_a_request(urls, client, settings):
    """It looks for the route in the living lists, with a resolver of its own."""
    sentry_sdk = pytest.importorskip("sentry_sdk")
    from sentry_sdk.integrations.django import DjangoIntegration
    from sentry_sdk.transport import Transport

    sent = []

    class Collecting(Transport):
        def capture_envelope(self, envelope):
            sent.extend(item.payload.json for item in envelope.items)

    def failing(request, **kwargs):
        raise ValueError("for Sentry")

    inner = [path("fails/<int:n>/", failing, name="fails"), path("", second)]
    settings.ROOT_URLCONF = type("conf", (), {"urlpatterns": [
        path("things/<slug:s>/", include((inner, "things"))),
    ]})  # fmt: skip
    settings.MIDDLEWARE = []
    with sentry_sdk.new_scope():
        sentry_sdk.init(
            dsn="http://public@localhost/1",
            transport=Collecting,
            traces_sample_rate=1.0,
            default_integrations=False,
            integrations=[DjangoIntegration()],
        )
        try:
            names = []
            for manager in (djangos_own, *[nullcontext] * urls.times):
                with manager(), pytest.raises(ValueError, match="for Sentry"):
                    client.get("/things/a/fails/7/")
                sentry_sdk.flush()
                names.append([event.get("transaction") for event in sent])
                sent.clear()
        finally:
            sentry_sdk.get_client().close()
            sentry_sdk.get_global_scope().set_client(None)
    assert names[0]
    assert set(names[0]) == {"/things/{s}/fails/{n}/"}
    assert names == [names[0]] * len(names)


def test_routers_of_rest_framework_are_compiled_as_they_are(urls, client, settings):
    pytest.importorskip("rest_framework")
    from rest_framework import viewsets
    from rest_framework.response import Response
    from rest_framework.routers import DefaultRouter, SimpleRouter
    from rest_framework.utils.breadcrumbs import get_breadcrumbs

    class Things(viewsets.ViewSet):
        authentication_classes = permission_classes = ()

        def list(self, request, **kwargs):
            return Response([kwargs, request.resolver_match.view_name])

        retrieve = update = list

    routers = [DefaultRouter(), SimpleRouter(trailing_slash=False)]
    for router in routers:
        for name in ("things", "users", "groups"):
            router.register(name, Things, basename=name)
    settings.ROOT_URLCONF = type("conf", (), {"urlpatterns": [
        path("api/", include(routers[0].urls)),
        path("v<int:version>/", include((routers[1].urls, "versioned"))),
    ]})  # fmt: skip
    for address in [
        *("/api/", "/api/things/", "/api/things/7/", "/api/things.json"),
        *("/api/things/7.json", "/api/.json", "/v1/things", "/v1/things/7"),
        *("/v1/things/", "/api/none/", "/api/things/7", "/v1/things/a.b"),
    ]:
        response = urls.fetch(client, address, HTTP_ACCEPT="application/json")
        with djangos_own():
            expected = get_breadcrumbs(address)
        assert [get_breadcrumbs(address) for _ in range(2)] == [expected] * 2
    assert response.status_code == 404
    seven = urls.fetch(client, "/v1/things/7", HTTP_ACCEPT="application/json")
    assert seven.json() == [{"version": 1, "pk": "7"}, "versioned:things-detail"]


def test_the_debug_toolbar_shows_the_view_of_the_request():
    """It resolves twice more for each request."""
    pytest.importorskip("debug_toolbar")
    done = run_program(PROGRAMS / "debug_toolbar_panel.py")
    assert done.returncode == 0, done.stderr
    described, *panels = done.stdout.splitlines()
    if not WHY_NOT_COMPILED:
        assert described.startswith("Compiled tables answer for Django's URLs.")
    assert panels == ["__main__.page () {'n': 7} the page"] * 4
