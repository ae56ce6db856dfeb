"""
Write the section about load of docs/reliability.md, from the JSON of the soak.

    python -m benches.soak.section target/bench/soak.json docs/reliability.md
"""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path

from benches.sections import Json, picture, table

MARKS = ("<!-- soak: begin -->\n", "<!-- soak: end -->\n")
SOAK = """\
`make soak`, {date}, {machine}: one uvicorn process and a full stack, with one consumer
in ten a synchronous one. Of ten messages seven are echoed, and three go to a group of
ten or change the group. After one in twenty the client leaves, half of them with a
reset, and another one comes. The picture is of the first run.
"""
NOTES = [
    "*Growth* is that of the server's resident memory for 10,000 messages, over the "
    "second half of them. In the runs with 500 sockets garbage is collected before "
    "each look. Without that, memory grows between collections by what the server "
    "leaves of ended connections, and stays below a limit.",
    "*Dropped* is what the layer did not pass on, since a channel was full or a "
    "message had expired. *Lost* is what did not arrive although no layer had dropped "
    "it.",
    "*Left* is what there was more of at the end than before the first client: tasks, "
    "threads, files, groups, members, channels or consumers.",
    "channels_redis keeps its connections to Redis, and, as long as the process "
    "lives, [what was on its way to clients that have left]"
    "(https://github.com/django/channels_redis/issues/384). A message that Redis hands "
    "over to it in the moment in which a client leaves can be [lost]"
    "(https://github.com/django/channels_redis/issues/366): that counts as dropped.",
]
HEAD = [
    *("layer", "package", "sockets", "messages", "connections", "heard"),
    *("slowest answer", "dropped", "lost", "growth", "left"),
]


def wrapped(text: str, mark: str = "") -> str:
    """Return *text* in lines as the page has them."""
    indent = " " * len(mark)
    return (
        mark
        + textwrap.fill(
            " ".join(text.split()),
            120,
            initial_indent=indent,
            subsequent_indent=indent,
            break_on_hyphens=False,
            break_long_words=False,
        ).lstrip()
    )


def row(layer: str, run: Json) -> list[str]:
    """Return the cells of one run."""
    left = ", ".join(f"{count} {name}" for name, count in sorted(run["left"].items()))
    return [
        *(layer, run["package"]),
        *(f"{run[name]:,}" for name in ("sockets", "messages", "opened", "received")),
        f"{run['slowest']:.1f} s",
        f"{run['after']['dropped']:,}",
        f"{run['lost'] + len(run['failures'])}",
        f"{run['growth']['bytes'] / 1e3:+,.0f} KB",
        left or "nothing",
    ]


def held(run: Json) -> list[list[str]]:
    """Return the rows of what the server of a run held."""
    moments = (run["before"], run["busy"], run["after"])
    return [
        [name, *(f"{one[name]:,}" for one in moments)]
        for name in run["before"]
        if name not in ("bytes", "blocks", "dropped")
    ]


def soak(runs: Json) -> list[str]:
    """Return the lines of the section."""
    first = runs["in-memory"]
    rows = []
    for name in runs:
        layer, _, compared = name.partition(", ")
        for run in runs[name] if compared else [runs[name]]:
            rows.append(row("none" if run["package"] == "bare" else layer, run))
    return [
        *picture("soak", "Memory and counts of a busy server by messages"),
        *(wrapped(SOAK.format(**first)), ""),
        *table(HEAD, rows),
        *(wrapped(note, "- ") for note in NOTES),
        *("", "What the server of the first run held:", ""),
        *table(["what", "before", "busy", "after"], held(first)),
    ]


def main(source: str, target: str) -> None:
    runs = json.loads(Path(source).read_text(encoding="utf-8"))
    page = Path(target)
    before, _, rest = page.read_text(encoding="utf-8").partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    text = "\n".join(soak(runs))
    page.write_text(f"{before}{MARKS[0]}\n{text}\n{MARKS[1]}{after}", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
