"""Routes."""

from django.conf.urls import handler404, include, url
from django.contrib import admin

urlpatterns = [
    url(r"^admin/", admin.site.urls),
    url(
        r"^api/",  # the old one
        include("api.urls"),
    ),
]
