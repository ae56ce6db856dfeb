"""Routes."""

from django.conf.urls import handler404, include
from django.contrib import admin
from django.urls import re_path

urlpatterns = [
    re_path(r"^admin/", admin.site.urls),
    re_path(
        r"^api/",  # the old one
        include("api.urls"),
    ),
]
