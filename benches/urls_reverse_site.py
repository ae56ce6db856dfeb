"""
The project whose names are reversed: an admin, a REST API, and long lists of routes.

It is an application of Django, whose models are made when it is set up.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from benches.urls_settings import MIDDLEWARE, TEMPLATES

MODELS = 30
USERS = 100
SETTINGS: dict[str, Any] = {
    "SECRET_KEY": "not a secret",
    "DEBUG": False,
    "ALLOWED_HOSTS": ["*"],
    "USE_I18N": True,
    "LANGUAGE_CODE": "en-us",
    "STATIC_URL": "/static/",
    "DEFAULT_AUTO_FIELD": "django.db.models.AutoField",
    "DATABASES": {
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    },
    "SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies",
    "INSTALLED_APPS": [
        *("django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes"),
        *("django.contrib.sessions", "django.contrib.messages"),
        *("django.contrib.staticfiles", "rest_framework", "benches.urls_reverse_site"),
    ],
    "MIDDLEWARE": MIDDLEWARE,
    "TEMPLATES": TEMPLATES,
}


def view(request: Any, *args: Any, **kwargs: Any) -> Any:
    """Stand behind the names; nobody asks for it."""


def set_up() -> tuple[Any, Any]:
    """Make the project with its database, and return its URLconfs, as `urlconfs`."""
    import django
    from django.conf import settings

    settings.configure(**SETTINGS)
    django.setup()
    from django.contrib import admin
    from django.core.management import call_command
    from django.db import connection, models

    call_command("migrate", run_syncdb=True, verbosity=0)
    with connection.schema_editor() as editor:
        for number in range(MODELS):
            members = {
                "__module__": __name__,
                "name": models.CharField(max_length=20),
                "Meta": type("Meta", (), {"app_label": "urls_reverse_site"}),
            }
            model = type(f"Thing{number}", (models.Model,), members)
            editor.create_model(model)
            admin.site.register(model)
    return urlconfs()


def urlconfs() -> tuple[Any, Any]:
    """Return a URLconf for all languages, and one with a prefix of the language."""
    from django.conf.urls.i18n import i18n_patterns
    from django.contrib import admin
    from django.contrib.auth.models import Group, User
    from django.urls import include, path
    from rest_framework import routers, serializers, viewsets

    class GroupSerializer(serializers.HyperlinkedModelSerializer):
        class Meta:
            model = Group
            fields = ["url", "name"]

    class UserSerializer(serializers.HyperlinkedModelSerializer):
        class Meta:
            model = User
            fields = ["url", "username", "email", "groups"]

    class GroupViewSet(viewsets.ModelViewSet):
        queryset = Group.objects.order_by("pk")
        serializer_class = GroupSerializer

    class UserViewSet(viewsets.ModelViewSet):
        queryset = User.objects.order_by("pk").prefetch_related("groups")
        serializer_class = UserSerializer

    router = routers.DefaultRouter()
    router.register("users", UserViewSet)
    router.register("groups", GroupViewSet)
    shop = [path("", view, name="index"), path("<int:pk>/", view, name="detail")]
    plain = [
        path("admin/", admin.site.urls),
        path("api/", include(router.urls)),
        path("about/", view, name="about"),
        path("users/<int:pk>/<slug:slug>/", view, name="user"),
        path("shop/", include((shop, "shop"))),
        *[path(f"p{n}/<int:pk>/", view, name=f"p{n}") for n in range(800)],
    ]
    spoken = i18n_patterns(path("spoken/", include((shop, "spoken"))))
    return module(plain), module([*plain, *spoken])


def module(patterns: list[Any]) -> Any:
    """Return a module with the *patterns*."""
    made: Any = ModuleType("urls")
    made.urlpatterns = patterns
    return made
