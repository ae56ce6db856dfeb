"""
Projects that others have written, set up as far as their URLs can be read.

Each has its applications and URLs as its own documentation says. No database is made.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Callable, NamedTuple

from benches.urls_settings import TEMPLATES

AUTH = [
    *("django.contrib.auth", "django.contrib.contenttypes"),
    *("django.contrib.sessions", "django.contrib.messages"),
    "django.contrib.staticfiles",
]
SETTINGS: dict[str, Any] = {
    "SECRET_KEY": "not a secret",
    "USE_I18N": True,
    "USE_TZ": True,
    "STATIC_URL": "/static/",
    "MEDIA_URL": "/media/",
    "ROOT_URLCONF": "project_urls",
    "DEFAULT_AUTO_FIELD": "django.db.models.AutoField",
    "DATABASES": {
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    },
    "TEMPLATES": TEMPLATES,
}


class Project(NamedTuple):
    """What pip installs, and what makes the URLconf in a directory of its own."""

    requirement: str
    set_up: Callable[[Path], None]


def set_up(urls: Callable[[], list[Any]], **settings: Any) -> None:
    """Set Django up with *settings*, and *urls* as its URLconf."""
    import django
    from django.conf import settings as configured

    configured.configure(**{**SETTINGS, **settings})
    django.setup()
    module: Any = ModuleType("project_urls")
    module.urlpatterns = urls()
    sys.modules["project_urls"] = module


def wagtail(directory: Path) -> None:
    """Do what `wagtail start` does, without the example pages."""

    def urls() -> list[Any]:
        from django.contrib import admin
        from django.urls import include, path

        return [
            path("django-admin/", admin.site.urls),
            path("admin/", include("wagtail.admin.urls")),
            path("documents/", include("wagtail.documents.urls")),
            path("", include("wagtail.urls")),
        ]

    names = ["contrib.forms", "contrib.redirects", "embeds", "sites", "users"]
    names += ["snippets", "documents", "images", "search", "admin"]
    own = [*(f"wagtail.{name}" for name in names), "wagtail"]
    others = ["modelcluster", "taggit", "django_filters", "django.contrib.admin"]
    set_up(
        urls,
        INSTALLED_APPS=[*own, *others, *AUTH],
        WAGTAIL_SITE_NAME="x",
        WAGTAILADMIN_BASE_URL="http://example.org",
    )


def oscar(directory: Path) -> None:
    """Do what the sandbox of django-oscar does."""
    from oscar import defaults

    def urls() -> list[Any]:
        from django.apps import apps
        from django.conf.urls.i18n import i18n_patterns
        from django.contrib import admin
        from django.urls import include, path

        return [
            path("i18n/", include("django.conf.urls.i18n")),
            path("admin/", admin.site.urls),
            *i18n_patterns(path("", include(apps.get_app_config("oscar").urls[0]))),
        ]

    names = ["analytics", "checkout", "address", "shipping", "catalogue", "partner"]
    names += ["communication", "basket", "payment", "offer", "order", "customer"]
    names += ["search", "voucher", "wishlists", "dashboard"]
    below = ["reports", "users", "orders", "catalogue", "offers", "partners", "pages"]
    below += ["ranges", "reviews", "vouchers", "communications", "shipping"]
    apps = [
        *(f"oscar.apps.{name}.apps.{name.title()}Config" for name in names),
        *(f"oscar.apps.dashboard.{b}.apps.{b.title()}DashboardConfig" for b in below),
        "oscar.apps.catalogue.reviews.apps.CatalogueReviewsConfig",
    ]
    others = ["widget_tweaks", "haystack", "treebeard", "sorl.thumbnail"]
    set_up(
        urls,
        **{name: value for name, value in vars(defaults).items() if name.isupper()},
        INSTALLED_APPS=[
            *("django.contrib.admin", *AUTH, "django.contrib.sites"),
            *("django.contrib.flatpages", "oscar.config.Shop", *apps, *others),
            "django_tables2",
        ],
        SITE_ID=1,
        HAYSTACK_CONNECTIONS={
            "default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}
        },
    )


def nautobot(directory: Path) -> None:
    """Read the settings that nautobot has for a server without any of its own."""
    os.environ.setdefault("NAUTOBOT_ROOT", str(directory))
    os.environ["NAUTOBOT_DB_ENGINE"] = "django.db.backends.sqlite3"
    from nautobot import setup

    config = directory / "nautobot_config.py"
    config.write_text(
        "from nautobot.core.settings import *\nSECRET_KEY = 'x' * 50\n"
        "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3',"
        " 'NAME': ':memory:'}}\n"
        "CACHES = {'default': {'BACKEND':"
        " 'django.core.cache.backends.locmem.LocMemCache'}}\n",
        encoding="utf-8",
    )
    setup(str(config))


def pretix(directory: Path) -> None:
    """Read the settings that pretix has without a file of them."""
    import django

    os.environ["DATA_DIR"] = str(directory)
    os.environ["DJANGO_SETTINGS_MODULE"] = "pretix.settings"
    django.setup()


PROJECTS = {
    "wagtail": Project("wagtail==8.0.1", wagtail),
    "oscar": Project("django-oscar[sorl-thumbnail]==4.2.1", oscar),
    "nautobot": Project("nautobot==3.2.7", nautobot),
    "pretix": Project("pretix==2026.8.0", pretix),
}
