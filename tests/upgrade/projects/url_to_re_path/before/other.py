from django.conf import urls
from django.conf.urls import url as route
from django.urls import path

urlpatterns = [
    path("", route),
    route("^b/$", None),
    urls.url("^c/$", None),
]


def link(url):
    return url("not the function of Django")
