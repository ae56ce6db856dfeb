"""
Draw the pictures of the page, each for a light and for a dark background.

    python -m benches.pictures target/bench docs/pictures
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any, Callable

import matplotlib as mpl

from benches.arms import TITLES
from benches.report import load
from benches.sections import by_server, infos
from benches.themes import DARK, LIGHT, Theme, style

mpl.use("agg")

from matplotlib import pyplot as plt
from matplotlib.ticker import FuncFormatter, NullFormatter

MARKERS = "sDv^Px"


def time_label(nanoseconds: float, _: Any = None) -> str:
    """Return a power of ten as a time."""
    for unit, size in (("s", 1e9), ("ms", 1e6), ("\u00b5s", 1e3), ("ns", 1)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:g} {unit}"
    return ""


def logarithmic(axes: Any, x_label: str) -> None:
    """Make both axes logarithmic, with times upward."""
    axes.set(xscale="log", yscale="log", xlabel=x_label)
    axes.grid(visible=True, axis="y")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.yaxis.set_major_formatter(FuncFormatter(time_label))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_formatter(NullFormatter())
        axis.set_tick_params(which="minor", length=0)


def spread(wanted: list[float], apart: float) -> list[float]:
    """Return the sorted places *wanted*, moved as little as keeps them apart."""
    # Places that get in each other's way become one block around their middle.
    blocks: list[list[float]] = []
    for place in wanted:
        blocks.append([place])
        while len(blocks) > 1 and _low(blocks[-1], apart) < _high(blocks[-2], apart):
            block = blocks.pop()
            blocks[-1] += block
    return [
        _low(block, apart) + apart * (number + 0.5)
        for block in blocks
        for number in range(len(block))
    ]


def _low(block: list[float], apart: float) -> float:
    return sum(block) / len(block) - apart * len(block) / 2


def _high(block: list[float], apart: float) -> float:
    return sum(block) / len(block) + apart * len(block) / 2


def label_ends(axes: Any, labels: list[tuple[float, str, str, bool]], x: float) -> None:
    """Write names at the right of lines that end at certain heights, apart."""
    low, high = (math.log10(limit) for limit in axes.get_ylim())
    ordered = sorted(labels)
    wanted = [math.log10(height) for height, *_ in ordered]
    places = spread(wanted, (high - low) * 0.052)
    for place, (height, name, color, bold) in zip(places, ordered):
        # The gap between the end of the line and the name, in the same color.
        axes.plot(
            [x * 1.06, x * 1.22],
            [height, 10**place],
            color=color,
            linewidth=0.8,
            clip_on=False,
        )
        axes.annotate(
            name,
            (x * 1.22, 10**place),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            color=color,
            fontweight="bold" if bold else "normal",
            annotation_clip=False,
        )


def routes(runs: dict[str, Any], theme: Theme) -> Any:
    """One look-up by the number of routes, with rivals."""
    figure, axes = plt.subplots(figsize=(9, 5.4))
    run = runs["rivals"]
    sizes = [int(size) for size in run["figures"]]
    strong = {"channels_fast": theme.ours, "channels": theme.upstream}
    others = iter(zip(theme.rivals, MARKERS))
    ends = []
    for title in run["versions"]:
        color, marker = (strong[title], "o") if title in strong else next(others)
        found = run["figures"].values()
        points = [(s, times[title]) for s, times in zip(sizes, found) if title in times]
        (line,) = axes.plot(
            *zip(*points),
            color=color,
            marker=marker,
            markersize=6 if title in strong else 4.5,
            linewidth=2.8 if title in strong else 1.4,
            zorder=3 if title in strong else 2,
        )
        last, height = points[-1]
        if last == sizes[-1]:
            ends.append((height, title, color, title in strong))
        else:
            # Its line ends early, among the others. The upper left corner is empty,
            # since all lines rise.
            line.set_label(f"{title} (to {last:,})")
    if any(not line.get_label().startswith("_") for line in axes.lines):
        axes.legend(loc="upper left", labelcolor="linecolor")
    logarithmic(axes, "number of routes")
    axes.set_xlim(0.8, sizes[-1] * 1.15)
    label_ends(axes, ends, sizes[-1])
    axes.set_title("Time of one look-up, hits spread over the table")
    return figure


def fan_out(runs: dict[str, Any], theme: Theme) -> Any:
    """A message to a group, by the number of its members."""
    figure, axes = plt.subplots(figsize=(9, 4.8))
    found = [info for info in infos(runs["consumers"]) if "members" in info]
    ends = []
    for group, text, line in (
        ("consumers", "to connected consumers", "-"),
        ("queues", "into queues", "--"),
    ):
        for arm in ("upstream", "ours", "bare"):
            color = getattr(theme, arm)
            points = sorted(
                (info["members"], info[arm]["min"])
                for info in found
                if info["group"] == group
            )
            axes.plot(
                *zip(*points),
                line,
                color=color,
                marker="o",
                markersize=6,
                linewidth=2.4,
            )
            ends.append((points[-1][1], f"{TITLES[arm]}, {text}", color, arm == "ours"))
    logarithmic(axes, "members of the group")
    members = sorted({info["members"] for info in found})
    axes.set_xticks(members)
    axes.set_xlim(members[0] * 0.85, members[-1] * 1.1)
    label_ends(axes, ends, members[-1])
    axes.set_title("group_send in the in-memory layer: time for each member")
    return figure


def bars(
    axes: Any,
    theme: Theme,
    groups: list[str],
    values: dict[str, list[Any]],
    text: Callable[[float], str],
) -> None:
    """Draw a group of bars for each of *groups*, with the figure above each bar."""
    width = 0.8 / len(values)
    for group in range(len(groups)):
        present = [arm for arm, heights in values.items() if heights[group] is not None]
        for place, arm in enumerate(present):
            height = values[arm][group]
            x = group + width * (place - (len(present) - 1) / 2)
            axes.bar(x, height, width * 0.92, color=getattr(theme, arm))
            axes.annotate(
                text(height),
                (x, height),
                xytext=(0, 3),
                textcoords="offset points",
                ha="center",
                fontsize=8.5,
                color=theme.text,
                fontweight="bold" if arm == "ours" else "normal",
            )
    axes.set_xticks(range(len(groups)), groups)
    axes.tick_params(axis="x", length=0)
    # Each bar has its figure.
    axes.yaxis.set_visible(False)
    axes.spines["left"].set_visible(False)


def legend(figure: Any, theme: Theme, arms: list[str]) -> None:
    """Say below the picture which color is whose."""
    handles = [plt.Rectangle((0, 0), 1, 1, color=getattr(theme, arm)) for arm in arms]
    titles = [TITLES[arm] for arm in arms]
    figure.legend(handles, titles, loc="outside lower center", ncols=len(arms))


def memory(runs: dict[str, Any], theme: Theme) -> Any:
    """Memory of an idle connection."""
    figure, axes = plt.subplots(figsize=(9, 4.4), layout="constrained")
    found = runs["memory"]["figures"]
    arms = ["upstream", "ours", "bare"]
    values = {
        arm: [f[arm]["bytes"] / 1e3 if arm in f else None for f in found.values()]
        for arm in arms
    }
    bars(axes, theme, list(found), values, lambda value: f"{value:.1f}")
    axes.set_title("Memory of an idle connection, in kilobytes")
    legend(figure, theme, arms)
    return figure


def servers(runs: dict[str, Any], theme: Theme) -> Any:
    """Messages and connections per second, by server."""
    figure, both = plt.subplots(2, 1, figsize=(9, 7.6), layout="constrained")
    arms = ["upstream", "ours", "bare"]
    for axes, mode, title in (
        (both[0], "echo", "Messages per second, echoed by one worker"),
        (both[1], "connect", "Connections per second: connect, echo, close"),
    ):
        found = by_server(runs["servers"], mode)
        values = {arm: [found[s][arm]["rate"] for s in found] for arm in arms}
        bars(axes, theme, list(found), values, lambda value: f"{value:,.0f}")
        axes.set_title(title)
    figure.get_layout_engine().set(hspace=0.08)
    legend(figure, theme, arms)
    return figure


def soak(runs: dict[str, Any], theme: Theme) -> Any:
    """What a busy server holds, by the messages that it has had."""
    figure, places = plt.subplots(2, 2, figsize=(9, 5.6), layout="constrained")
    run = runs["soak"]["in-memory"]
    samples = [one for one in run["samples"] if one["messages"]]
    messages = [one["messages"] for one in samples]
    panels = [
        ("Resident memory, MB", [("bytes", 1e6)]),
        ("Tasks", [("tasks", 1)]),
        ("Members and channels of the layer", [("members", 1), ("channels", 1)]),
        ("Open files", [("files", 1)]),
    ]
    for axes, (title, lines) in zip(places.flat, panels):
        for (name, unit), color in zip(lines, (theme.ours, theme.upstream)):
            values = [one[name] / unit for one in samples]
            axes.plot(messages, values, color=color, linewidth=2, label=name)
        axes.set_ylim(0, axes.get_ylim()[1] * 1.1)
        axes.set_xlim(0, messages[-1])
        axes.locator_params(axis="x", nbins=5)
        axes.grid(visible=True, axis="y")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
        axes.set_title(title)
        if len(lines) > 1:
            axes.legend(loc="lower right", labelcolor="linecolor")
    figure.supxlabel("messages", fontsize=10)
    return figure


#: The picture's name, the part that it shows, and the function that draws it.
PICTURES = {
    "routes": ("rivals", routes),
    "fan-out": ("consumers", fan_out),
    "memory": ("memory", memory),
    "servers": ("servers", servers),
    "soak": ("soak", soak),
}


def main(source: str, target: str) -> None:
    runs = load(Path(source))
    soak_file = Path(source) / "soak.json"
    if soak_file.exists():
        soaks = json.loads(soak_file.read_text(encoding="utf-8"))
        if "in-memory" in soaks:  # its picture is of that one
            runs["soak"] = soaks
    Path(target).mkdir(parents=True, exist_ok=True)
    for name, (part, draw) in PICTURES.items():
        if part not in runs:
            print(f"no picture {name}: the part {part} was not run")
            continue
        for theme in (LIGHT, DARK):
            with plt.rc_context(style(theme)):
                figure = draw(runs, theme)
                for kind, metadata in (("svg", {"Date": None}), ("png", {})):
                    figure.savefig(
                        Path(target) / f"{name}-{theme.name}.{kind}",
                        dpi=144,
                        bbox_inches="tight",
                        pad_inches=0.2,
                        metadata=metadata,
                    )
                plt.close(figure)


if __name__ == "__main__":
    main(*sys.argv[1:])
