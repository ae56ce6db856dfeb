"""Views and converters of the URLconfs here, on the level of a module for pickle."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import register_converter
from django.urls.exceptions import Resolver404
from django.views import View

#: What the converters were asked, in order.
CALLS: list[tuple[str, str]] = []


def first(request, *args, **kwargs):
    return HttpResponse(f"first {args} {sorted(kwargs.items())}")


def second(request, *args, **kwargs):
    return HttpResponse(f"second {args} {sorted(kwargs.items())}")


def third(request, *args, **kwargs):
    return HttpResponse(f"third {args} {sorted(kwargs.items())}")


class ClassView(View):
    def get(self, request, *args, **kwargs):
        return HttpResponse("a class")


class CallableObject:
    """A view that is an instance, and has no ``__name__``."""

    def __call__(self, request, *args, **kwargs):
        return HttpResponse("an object")


class Noting:
    """Notes what it is asked, and refuses in the ways that its values say."""

    regex = "[a-z0-9]+"

    def to_python(self, value):
        CALLS.append((type(self).__name__, value))
        if value in RAISED:
            raise RAISED[value]()
        return value.upper()

    def to_url(self, value):
        return str(value).lower()


class Other(Noting):
    """Another one, to tell their order."""


RAISED = {
    "value": lambda: ValueError("no"),
    "http404": lambda: Http404("no such thing"),
    "resolver404": lambda: Resolver404({"path": "elsewhere"}),
    "withtried": lambda: Resolver404({"tried": [["one"], ["two"]], "path": "x"}),
    "withoutargs": Resolver404,
    "withtext": lambda: Resolver404("text"),
    "own404": lambda: type("Own404", (Resolver404,), {})({"path": "own"}),
    "key": lambda: KeyError("key"),
    "unicode": lambda: UnicodeError("a ValueError too"),
}

register_converter(Noting, "noting")
register_converter(Other, "other")
