"""
Compare ``reverse()`` with and without ``channels_fast.urls``: names, and whole pages.

    python -m benches.urls_reverse target/bench/urls_reverse.json

Both sides take turns in one process, in blocks. Names are reversed as in a request,
which has a URLconf and a script prefix. Pages are answered by Django's `WSGIHandler`,
and are the same bytes on both sides.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any, Callable

from benches import urls_reverse_site as site
from benches.terminal import Progress, print_table, ratio_text, time_text

#: The length of a block, and the number of blocks of each side.
BLOCKS = {"name": (0.004, 25), "page": (0.03, 40)}
#: Languages of which tables are made.
FURTHER = ["de", "fr", "nl"]

Json = dict[str, Any]
Call = Callable[[], Any]

TEXT = """\
`reverse()` as in a request of a new project, on {routes} routes: {models} models in the
admin, a REST API, and 800 plain ones. *Django* is as it is, *ours* has
`channels_fast.urls`. CPU time, both sides in turn in one process, asgiref {asgiref}.
A ratio is Django's minimum divided by ours. *In a language* is behind a
`LocaleMiddleware`, or wherever one has been activated. A page is all that `WSGIHandler`
does for it: database (SQLite in memory), sessions, templates. Two runs differ by up to
4 % there.
[urls_reverse.md](urls_reverse.md) says what is kept, and what is left to Django.
"""


def names(plain: Any, spoken: Any) -> dict[str, tuple[Call, int]]:
    """Return what is measured, with the number of names in one call."""
    from django.urls import NoReverseMatch, reverse, set_script_prefix

    numbers = range(800)

    def many(count: int) -> Call:
        return lambda: [reverse(f"p{n}", plain, [n]) for n in numbers[:count]]

    def miss() -> None:
        try:
            reverse("user", plain, ["no number", "x"])
        except NoReverseMatch:
            return

    def prefixes() -> None:
        for number in range(20):
            set_script_prefix(f"/{number}/")
            reverse("about", plain)
        set_script_prefix("/")

    return {
        "a name": (lambda: reverse("about"), 1),
        "with two arguments": (lambda: reverse("user", args=(7, "x")), 1),
        "with two keywords": (
            lambda: reverse("user", kwargs={"pk": 7, "slug": "x"}),
            1,
        ),
        "in a namespace": (lambda: reverse("shop:index"), 1),
        "in a namespace, a keyword": (
            lambda: reverse("shop:detail", kwargs={"pk": 7}),
            1,
        ),
        "of the admin": (lambda: reverse("admin:auth_user_change", args=(7,)), 1),
        "behind i18n_patterns()": (lambda: reverse("spoken:index", spoken), 1),
        "500 names in turn": (many(500), 500),
        "800 names in turn": (many(800), 800),
        "no such path": (miss, 1),
        "20 script prefixes in turn": (prefixes, 20),
    }


class Side:
    """The times of one side of a comparison."""

    def __init__(self, switch: Call) -> None:
        self.switch = switch
        self.times: list[float] = []

    def run(self, call: Call, count: int) -> None:
        self.switch()
        call()
        started = time.process_time_ns()
        for _ in range(count):
            call()
        self.times.append((time.process_time_ns() - started) / count)

    def summary(self, names: int = 1) -> Json:
        median = statistics.median(self.times)
        return {"min": min(self.times) / names, "median": median / names}


def take_turns(kind: str, call: Call, names: int = 1) -> Json:
    """Return the times of Django and of ours, for each of *names*."""
    from channels_fast.urls import _reverse

    call()
    started = time.process_time()
    call()
    spent = max(time.process_time() - started, 1e-7)
    seconds, rounds = BLOCKS[kind]
    count = max(int(seconds / spent), 1)
    django, ours = Side(_reverse.uninstall), Side(_reverse.install)
    for _ in range(rounds):
        django.run(call, count)
        ours.run(call, count)
    _reverse.uninstall()
    return {"django": django.summary(names), "ours": ours.summary(names)}


def first_names(plain: Any, further: bool) -> Json:
    """Return the times of the first name, or of that in each *further* language."""
    from django.urls import clear_url_caches, reverse
    from django.utils import translation

    from channels_fast.urls import _reverse

    sides = {"django": Side(_reverse.uninstall), "ours": Side(_reverse.install)}
    for _ in range(10):
        for side in sides.values():
            side.switch()
            clear_url_caches()
            if further:
                reverse("about", plain)
            for language in FURTHER if further else ["en-us"]:
                with translation.override(language):
                    started = time.process_time_ns()
                    reverse("about", plain)
                    side.times.append(time.process_time_ns() - started)
    _reverse.uninstall()
    clear_url_caches()
    return {name: side.summary() for name, side in sides.items()}


def pages() -> dict[str, Call]:
    """Return calls that answer a page of the admin or of the API."""
    from django.contrib.auth.models import Group, User
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import Client, RequestFactory

    User.objects.create_superuser("root", "root@example.org", "x")
    group = Group.objects.create(name="all")
    for number in range(site.USERS):
        User.objects.create(username=f"user{number}").groups.add(group)
    client = Client()
    client.force_login(User.objects.get(username="root"))
    cookie = "; ".join(f"{key}={one.value}" for key, one in client.cookies.items())
    handler = WSGIHandler()

    def page(path: str) -> Call:
        def call() -> bytes:
            request = RequestFactory().get(path, HTTP_COOKIE=cookie)
            response = handler(request.environ, lambda *_: None)
            body = b"".join(response)
            response.close()
            return body

        assert b"csrf" in call() or b"username" in call(), path
        return call

    return {
        f"admin index, {site.MODELS} models": page("/admin/"),
        f"admin list of {site.USERS} users": page("/admin/auth/user/"),
        "admin form of a user": page("/admin/auth/user/1/change/"),
        f"REST list of {site.USERS} users with links": page("/api/users/?format=json"),
        "REST page of one user": page("/api/users/1/?format=json"),
    }


def same_page(call: Call) -> None:
    """Compare a page with that of ours, but for tokens that are drawn."""
    from channels_fast.urls import _reverse

    without_token = re.compile(rb'csrfmiddlewaretoken" value="\w+"')
    plain = without_token.sub(b"", call())
    _reverse.install()
    assert without_token.sub(b"", call()) == plain
    _reverse.uninstall()


def measure(plain: Any, spoken: Any) -> list[Json]:
    from django.urls import set_script_prefix, set_urlconf
    from django.utils import translation

    results = []
    calls, answered = names(plain, spoken), pages()
    progress = Progress("reverse", 2 * len(calls) + len(answered))
    for language in ("", ", in a language"):
        for case, (call, count) in calls.items():
            progress.step(case)
            set_urlconf(plain)
            set_script_prefix("/")
            translation.deactivate()
            if language:
                translation.activate("de")
            times = take_turns("name", call, count)
            results.append({"kind": "name", "case": case + language, **times})
    translation.deactivate()
    set_urlconf(None)
    for case, further in (
        ("the first name of a process", False),
        ("the first name in a further language", True),
    ):
        results.append({"kind": "name", "case": case, **first_names(plain, further)})
    for case, call in answered.items():
        progress.step(case)
        same_page(call)
        results.append({"kind": "page", "case": case, **take_turns("page", call)})
    progress.end()
    return results


def section(run: Json) -> list[str]:
    """Return the section of the page with the figures."""
    from benches.sections import table

    lines = ["## reverse() of Django's own URLs", "", TEXT.format(**run)]
    for kind, title in (("name", "one name"), ("page", "a whole page")):
        head = [title, "Django", "ours", "ratio", "ratio of medians"]
        lines += table(head, rows(run["results"], kind))
    return lines


def rows(results: list[Json], kind: str) -> list[list[str]]:
    found = []
    for one in results:
        if one["kind"] == kind:
            sides = one["django"], one["ours"]
            ratios = [sides[0][key] / sides[1][key] for key in ("min", "median")]
            cells = [f"{r:.2f}x" if r < 9.95 else ratio_text(r) for r in ratios]
            times = [time_text(side["min"]) for side in sides]
            found.append([one["case"], *times, *cells])
    return found


def main(target: str) -> None:
    plain, spoken = site.set_up()
    from django.conf import settings
    from django.urls import get_resolver

    settings.ROOT_URLCONF = plain
    results = measure(plain, spoken)
    for kind in ("name", "page"):
        print_table("", [kind, "Django", "ours", "", "medians"], rows(results, kind))
    report = {
        "asgiref": version("asgiref"),
        "models": site.MODELS,
        "routes": len(get_resolver().reverse_dict),
        "results": results,
    }
    Path(target).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
