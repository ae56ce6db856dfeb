"""
Write the page that shows the figures, from the JSON of the parts of a run.

    python -m benches.report target/bench docs/benchmarks.md

A part that was never run keeps the section that it has on the page.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any, Callable

from benches import sections, urls_reverse, urls_section
from benches.losses import losses

#: The parts in the order of the page.
SECTIONS: dict[str, Callable[[Any], list[str]]] = {
    "rivals": sections.rivals,
    "routing": sections.routing,
    "consumers": sections.consumers,
    "memory": sections.memory,
    "redis": sections.redis,
    "servers": sections.servers,
    "frameworks": sections.frameworks,
    "urls": urls_section.urls,
    "urls_reverse": urls_reverse.section,
}
#: They compare with Django, or what the part "servers" has too.
WITHOUT_CHANNELS = {"urls", "urls_reverse", "frameworks"}
HEAD = """\
# Benchmarks

```console
make bench                        # everything, about nine minutes; writes this page
make bench PARTS="routing rivals" # some parts: {parts}
make soak                         # a busy server, for minutes: reliability.md
python -m channels_fast.bench myproject.asgi:application   # your own routes
python -m channels_fast.bench --urls                       # Django's, of ROOT_URLCONF
```

All figures are of one machine, and those of a section of one run:
{machine}.
The times are worth little elsewhere; the ratios say more. Both sides, and a bare ASGI
application where there is one, take turns in the same run. The pictures are in
`docs/pictures`, as SVG and as PNG. A run installs `requirements/bench.txt`. The part
with Redis needs redis-server. The end to end part needs Linux, a C compiler for its
load client, and a machine with nothing else to do.

[performance.md](performance.md) says which of these costs were chosen, and how to
compare two builds of this package.

`python -m channels_fast.bench` takes the routers out of your application, finds a path
for each route, and measures your `channels` against ours in the same way: the mean of
the routes of each table, and a path that no route takes. It lists the routes that
Python matches, with the reason, and those that it found no path for. A function that
does nothing stands behind each route: your consumers are not called, no socket is
opened, and your routers are not changed. `--json FILE` writes the figures down.
[`--urls`](urls_proof.md) measures `URLResolver.resolve` of a URLconf.
"""


def machine() -> str:
    """Return what the figures were taken on."""
    names = ("Django", "channels", "asgiref")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    cores = f"{os.cpu_count()} cores"
    return f"{python}, {versions}, {platform.system()} {platform.machine()}, {cores}"


def load(directory: Path) -> dict[str, Any]:
    """Return the JSON of every part that was run."""
    files = {part: directory / f"{part}.json" for part in SECTIONS}
    return {
        part: json.loads(file.read_text(encoding="utf-8"))
        for part, file in files.items()
        if file.exists()
    }


def kept(page: str, name: str) -> str:
    """Return what stands between the markers of a section, or an empty string."""
    _, begin, rest = page.partition(f"<!-- {name}: begin -->")
    content, end, _ = rest.partition(f"<!-- {name}: end -->")
    return content.strip() if begin and end else ""


def render(runs: dict[str, Any], page: str) -> str:
    """Return the page for *runs*, with the rest as it is in the old *page*."""
    parts = " ".join([*SECTIONS, "pictures"])
    text = [HEAD.format(parts=parts, machine=machine())]
    contents = {}
    compared = {*SECTIONS} - WITHOUT_CHANNELS
    # What some parts lose is not all: they leave the list of a whole run as it is.
    if compared <= {*runs} or (compared & {*runs} and not kept(page, "losses")):
        contents["losses"] = losses(runs)
    contents.update({part: SECTIONS[part](run) for part, run in runs.items()})
    for name in ("losses", *SECTIONS):
        content = "\n".join(contents.get(name, [])).strip() or kept(page, name)
        if content:
            text += [f"<!-- {name}: begin -->", "", content, ""]
            text += [f"<!-- {name}: end -->", ""]
    return "\n".join(text).rstrip() + "\n"


def main(directory: str, target: str) -> None:
    page = Path(target)
    old = page.read_text(encoding="utf-8") if page.exists() else ""
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(render(load(Path(directory)), old), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
