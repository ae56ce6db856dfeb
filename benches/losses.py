"""The section of the page about what ours loses, from the JSON of all parts."""

from __future__ import annotations

from benches.sections import Json, by_server, infos, members_of, ratio_of, routes_text
from benches.terminal import ratio_text

#: What a measurement is called, and how many times faster ours is.
Ratio = tuple[str, float]


def ratios(part: str, run: Json) -> list[Ratio]:
    """Return every comparison with upstream in the JSON of one part."""
    if part in ("routing", "consumers"):
        found = []
        for info in infos(run):
            name = info["case"]
            if part == "routing":
                place = f"{info['shape']}, {info['probe']}"
                name = f"{name}, {place}, {routes_text(info['size'])}"
            found.append((name, ratio_of(info)))
        return found
    if part == "redis":
        return [(f"Redis, {members_of(one)}", ratio_of(one)) for one in run["results"]]
    if part == "memory":
        return [
            (f"memory, {kind}", arms["upstream"]["bytes"] / arms["ours"]["bytes"])
            for kind, arms in run["figures"].items()
        ]
    if part == "servers":
        return [
            (f"{server}, {mode}", arms["ours"]["rate"] / arms["upstream"]["rate"])
            for mode in ("echo", "connect")
            for server, arms in by_server(run, mode).items()
        ]
    return []


def losses(runs: dict[str, Json]) -> list[str]:
    """What ours loses, and where it gains a quarter or less."""
    found = [ratio for part, run in runs.items() for ratio in ratios(part, run)]
    slower = [(name, ratio) for name, ratio in found if ratio < 1]
    little = [(name, ratio) for name, ratio in found if 1 <= ratio <= 1.25]
    lines = ["## What it loses, and where it gains little", ""]
    lines.append(
        f"Ours is slower, or larger, in {len(slower)} of {len(found)} "
        f"comparisons with channels" + (":" if slower else ".")
    )
    lines += ["", *[f"- {name}: {ratio:.2f}x" for name, ratio in slower]]
    lines += [""] if slower else []
    if little:
        lines += ["It gains a quarter or less in:", ""]
        lines += [*[f"- {name}: {ratio:.2f}x" for name, ratio in little], ""]
    if "rivals" in runs:
        lines += ["A look-up alone, which does less, is faster:", ""]
    for size, times in runs.get("rivals", {}).get("figures", {}).items():
        ours = times["channels_fast"]
        ahead = sorted((t, title) for title, t in times.items() if t < ours)
        if ahead:
            names = ", ".join(f"{title} ({ratio_text(ours / t)})" for t, title in ahead)
            lines.append(f"- with {routes_text(int(size))}: {names}")
    return [*lines, ""]
