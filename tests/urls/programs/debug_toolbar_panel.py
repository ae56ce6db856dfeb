"""Print what the panel of django-debug-toolbar says of a request, each time anew."""

import html
import re

import django
from django.conf import settings
from django.http import HttpResponse
from django.urls import path


def show_always(request):
    return True


def page(request, n):
    return HttpResponse(f"<html><body>{n}</body></html>")


urlpatterns = [path("page/<int:n>/", page, name="the page")]
settings.configure(
    DEBUG=True,
    SECRET_KEY="not a secret",
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["testserver"],
    INSTALLED_APPS=[
        "django.contrib.staticfiles",
        "debug_toolbar",
        "channels_fast.urls",
    ],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    STATIC_URL="static/",
    TEMPLATES=[
        {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
    ],
    MIDDLEWARE=["debug_toolbar.middleware.DebugToolbarMiddleware"],
    DEBUG_TOOLBAR_PANELS=["debug_toolbar.panels.request.RequestPanel"],
    DEBUG_TOOLBAR_CONFIG={
        "SHOW_TOOLBAR_CALLBACK": f"{__name__}.show_always",
        "RENDER_PANELS": True,
        "IS_RUNNING_TESTS": False,
    },
)
django.setup()

from debug_toolbar.toolbar import debug_toolbar_urls
from django.test import Client

from channels_fast import urls

urlpatterns += debug_toolbar_urls()
print(urls.describe())
for _ in range(4):
    content = Client().get("/page/7/").content.decode()
    [panel] = re.findall(r"<h4>View information</h4>.*?</table>", content, re.DOTALL)
    print(html.unescape(" ".join(re.findall(r"<code>(.*?)</code>", panel))))
