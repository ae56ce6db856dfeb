from django.conf import urls
from django.urls import re_path, path

# TODO(channels-fast): url() is gone since Django 4, write re_path(). See docs/troubleshooting.md#a-module-that-channels-4-took-away
urlpatterns = [
    path("", re_path),
    re_path("^b/$", None),
    urls.url("^c/$", None),
]


def link(url):
    return url("not the function of Django")
