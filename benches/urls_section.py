"""The section of the page about Django's own URLs."""

from __future__ import annotations

from benches.sections import Json, table
from benches.terminal import ratio_text, time_text

URLS = """\
`URLResolver.resolve(path)` alone, with Django {django}, its own, that of
django-fastresolve {fastresolve}, and ours with `"channels_fast.urls"`. They take turns
in one process, and the minimum counts. A hit is the mean over all routes, a miss
differs from a hit in its last segment. Each figure includes the loop that calls. A
ratio is Django's time divided by ours. A request is much more than this: what is left
of such a ratio there is said in [urls.md](urls.md).
"""


def urls(run: Json) -> list[str]:
    """What a resolve takes."""
    rows = []
    for name, times in run["figures"].items():
        for kind, each in times.items():
            ours = each["channels_fast"]
            cells = [time_text(time) for time in each.values()]
            ratios = [each["Django"] / ours, each["django-fastresolve"] / ours]
            rows.append([f"{name}, {kind}", *cells, *map(_marked, ratios)])
    text = URLS.format(
        django=run["versions"]["django"],
        fastresolve=run["versions"]["django-fastresolve"],
    )
    head = ["URLconf", "Django", "fastresolve", "ours", "ratio", "to fastresolve"]
    return ["## Django's own URLs", "", text, *table(head, rows)]


def _marked(ratio: float) -> str:
    """Return the ratio, marked where ours is the slower one."""
    return ratio_text(ratio) if ratio >= 1 else f"**{1 / ratio:.2f}x slower**"
