"""
What is put around Django's methods before this package is loaded.

Prints what is seen of a few paths: asked of Django, then with the tables, then after
the wrappers are gone.
"""

from __future__ import annotations

import functools
import sys

import django
from django.conf import settings
from django.urls import URLResolver, converters, include, path, re_path
from django.urls.resolvers import (
    RegexPattern,
    ResolverMatch,
    RoutePattern,
    URLPattern,
)

settings.configure(INSTALLED_APPS=[], ROOT_URLCONF=__name__)
django.setup()

PLACES = {
    "resolve": (URLPattern, "resolve"),
    "route": (RoutePattern, "match"),
    "regex": (RegexPattern, "match"),
    "init": (ResolverMatch, "__init__"),
    "int": (converters.IntConverter, "to_python"),
    "text": (converters.StringConverter, "to_python"),
}
place, name = PLACES[sys.argv[1]]
own = getattr(place, name)
calls = []


@functools.wraps(own)
def counting(*args, **kwargs):
    calls.append(args[-1:])
    return own(*args, **kwargs)


setattr(place, name, counting)

inner = [path("<int:n>/", print), re_path("^(?P<w>[a-z]+)/$", print)]
urlpatterns = [path("a/<slug:s>/", print), path("i/", include(inner))]
resolver = URLResolver(RegexPattern("^/"), urlpatterns)
PATHS = ["/a/b/", "/i/1/", "/i/w/"]


def seen():
    calls.clear()
    found = [resolver.resolve(address) for address in PATHS]
    return len(calls), [match.kwargs for match in found]


stock = seen()
from channels_fast import urls
from channels_fast.urls import _checks, _tables

urls.install()
assert [seen() for _ in range(4)] == [stock] * 4
assert f"{place.__name__}.{name} is not Django's own" in urls.describe()
assert [message.id for message in _checks.check_hook(None)] == ["channels_fast.W019"]
assert not _tables.tables

setattr(place, name, own)
assert [seen() for _ in range(4)] == [(0, stock[1])] * 4
assert "Compiled tables answer for" in urls.describe()
assert _checks.check_hook(None) == []
assert _tables.tables
print("as in Django")
