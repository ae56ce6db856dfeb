"""
Write the figures of a run of the benchmarks into the page that shows them.

    python -m benches.report target/bench.json docs/benchmarks.md

What stands between the two markers is replaced; the rest of the page stays.
"""

from __future__ import annotations

import json
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- routing: begin -->", "<!-- routing: end -->"
PAGE = f"""# Benchmarks

{BEGIN}
{END}
"""
HOW = """\
One dispatch: `await URLRouter(...)(scope, receive, send)` into an application that
returns at once. Ours, upstream's and the floor take turns in blocks of about two
milliseconds in one process, so a slow moment hits all of them. The floor is a copy of
the scope and one `await`, which every router has to pay. All of them include the loop
that calls them. Times are of one machine and one run; the ratios say more. A ratio is
upstream's time divided by ours: above 1 ours is faster. **Bold with "slower"** marks
the cases that ours loses.
"""

Info = dict[str, Any]


def time_text(nanoseconds: float) -> str:
    """Return a time with three digits and the unit that suits it."""
    for unit, size in (("ns", 1), ("\u00b5s", 1e3), ("ms", 1e6)):
        if nanoseconds < 1_000 * size or unit == "ms":
            return f"{nanoseconds / size:.3g} {unit}"
    raise AssertionError("unreachable")


def ratio_text(info: Info, figure: str = "min") -> str:
    """Return upstream's time over ours, marked where ours is the slower one."""
    ratio = info["upstream"][figure] / info["ours"][figure]
    text = f"{ratio:.2g}x" if ratio < 10 else f"{ratio:.0f}x"
    return text if ratio >= 1 else f"**{ratio:.2f}x slower**"


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    """Return a Markdown table; numbers stand at the right."""
    rule = ["---"] + ["--:"] * (len(head) - 1)
    return [f"| {' | '.join(row)} |" for row in [head, rule, *rows]] + [""]


def summary(infos: list[Info]) -> list[str]:
    """Return the ratios of all dispatches, a row for shape and place."""
    sizes = sorted({info["size"] for info in infos})
    cells = {(info["shape"], info["probe"], info["size"]): info for info in infos}
    rows = []
    for shape, probe in dict.fromkeys((i["shape"], i["probe"]) for i in infos):
        found = [cells.get((shape, probe, size)) for size in sizes]
        rows.append([f"{shape}, {probe}", *[ratio_text(i) if i else "" for i in found]])
    head = ["table, place; number of routes", *[f"{size:,}" for size in sizes]]
    return table(head, rows)


def details(infos: list[Info], name: str) -> list[str]:
    """Return both times of every case, minimum and median."""
    other = {key for info in infos for key in ("floor", "flat") if key in info}
    head = ["case", "upstream min", "median", "ours min", "median"]
    head += [f"{key} min" for key in sorted(other)] + ["ratio min", "ratio median"]
    rows = [
        [
            f"{info['shape']}, {info['size']:,}, {info['probe']}",
            *[
                time_text(info[who][figure])
                for who in ("upstream", "ours")
                for figure in ("min", "median")
            ],
            *[time_text(info[key]["min"]) for key in sorted(other)],
            ratio_text(info),
            ratio_text(info, "median"),
        ]
        for info in infos
    ]
    return [f"<details><summary>{name}</summary>", "", *table(head, rows), "</details>"]


def report(run: dict[str, Any]) -> str:
    """Return the Markdown for the JSON of one run."""
    infos = [bench["extra_info"] for bench in run["benchmarks"]]
    cases = {
        case: [info for info in infos if info.get("case") == case]
        for case in ("dispatch", "nested", "first connection")
    }
    compared = [info for group in cases.values() for info in group]
    lost = [i for i in compared if i["upstream"]["min"] < i["ours"]["min"]]
    python = run["machine_info"]
    versions = ", ".join(f"{name} {version(name)}" for name in ("Django", "channels"))
    lines = [
        f"{python['python_implementation']} {python['python_version']}, {versions}, "
        f"{platform.system()} {python['machine']}. "
        f"Ours is slower in {len(lost)} of {len(compared)} cases.",
        "",
        HOW,
    ]
    if cases["dispatch"]:
        lines += ["### One dispatch, upstream's minimum over ours", ""]
        lines += summary(cases["dispatch"])
        lines += [*details(cases["dispatch"], "All times of one dispatch"), ""]
    if cases["nested"]:
        lines += ["### Three levels of routers, and the same routes in one (flat)", ""]
        lines += [*details(cases["nested"], "All times of nested routers"), ""]
    if cases["first connection"]:
        lines += ["### The first connection of a process", ""]
        lines += summary(cases["first connection"])
        lines += details(cases["first connection"], "All times of a first connection")
    return "\n".join(lines)


def replaced(page: str, content: str) -> str:
    """
    Return *page* with *content* between the markers.

    Raises:
        ValueError: A marker is missing.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page has no {BEGIN} ... {END}")
    return f"{before}{begin}\n\n{content.strip()}\n\n{end}{after}"


def main(json_path: str, page_path: str) -> None:
    page = Path(page_path)
    run = json.loads(Path(json_path).read_text(encoding="utf-8"))
    text = page.read_text(encoding="utf-8") if page.exists() else PAGE
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(replaced(text, report(run)), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
