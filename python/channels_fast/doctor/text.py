"""The report, and explanations, as people read them."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from .explain import explain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .explain import Explanation
    from .report import Report

_WIDTH = 100
_MOST_LINES = 20

_SWITCHES = {
    "INSTALLED_APPS": '"channels_fast" is in INSTALLED_APPS: every import of channels '
    "gets this package.",
    "install()": "channels_fast.install() was called: every import of channels gets "
    "this package.",
    "router": 'Only the routers are in use: "channels" is still the package of that '
    'name. "channels_fast" in INSTALLED_APPS replaces all of it.',
}


def report_lines(report: Report) -> list[str]:
    """Return *report* as lines, a paragraph for each subject."""
    lines: list[str] = []
    for title, found in (
        ("Versions", _versions(report)),
        ("Compiled part", _extension(report)),
        ("Switch", _filled(_SWITCHES[report.switch])),
        ("Channel layers", _layers(report)),
        ("Routes", _routes(report)),
        ("Compared with Django's patterns", _comparison(report)),
        ("Django's URLs", _filled(report.urls or "")),
        ("Checks", _checks(report, deploy=False)),
        ("Checks for deployment", _checks(report, deploy=True)),
    ):
        told = [f"  {line}".rstrip() for line in found]
        lines += [title, *told, ""] if told else []
    return lines


def _filled(text: str, *, first: str = "", later: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _versions(report: Report) -> Iterator[str]:
    width = max(map(len, report.versions))
    for name, version in report.versions.items():
        yield f"{name:<{width}}  {version}"
    if not any(one.id.endswith(".W012") for one in report.messages):
        yield "Nothing is known to fail with these together."


def _extension(report: Report) -> Iterator[str]:
    if not report.why_not_compiled:
        yield f"In use: {', '.join(report.extension)}"
        return
    yield from _filled(f"Not in use: {report.why_not_compiled}.")
    taken = [f"_rust{suffix}" for suffix in report.suffixes]
    if not set(taken) & set(report.extension):
        there = ", ".join(report.extension) or "no file of it"
        yield from _filled(f"There is {there}. This interpreter takes {taken[0]}.")


def _layers(report: Report) -> Iterator[str]:
    if not report.layers:
        yield "CHANNEL_LAYERS is empty: channel_layer is None in every consumer."
    for one in report.layers:
        yield f"{one.alias}  {one.backend}"
        if one.error and report.is_in_checks(one):
            yield "  It cannot be used. The checks below say why."
        elif one.error:
            yield from _filled(f"error: {one.error}", first="  ", later="  ")
            yield from _cures(one.error)
        elif one.connected:
            yield "  A message was sent, and received."


def _routes(report: Report) -> Iterator[str]:
    if report.not_loaded:
        yield from _filled(report.not_loaded)
        yield from _cures(report.traceback)
        return
    count = sum(report.engines.values())
    engines = ", ".join(f"{n} {name}" for name, n in sorted(report.engines.items()))
    yield f"{_counted(count, 'route')}: {engines}" if count else "There are none."
    listed = [f"{pattern!r} {reason}" for pattern, reason in report.by_django]
    # One reason for all of them is said above.
    if not report.why_not_compiled:
        yield from _cut([f"  Django: {line}" for line in listed])


def _comparison(report: Report) -> Iterator[str]:
    comparison = report.comparison
    if comparison is None:
        yield "Nothing to compare: no route is compiled, or there are none."
        return
    asked = f"{_counted(comparison.paths, 'path')} to "
    asked += _counted(comparison.routes, "route")
    if not comparison.differences:
        yield f"{asked}: the same answers."
    else:
        yield f"{asked}: {_counted(len(comparison.differences), 'difference')}."
        yield from _filled(
            "This is an error of channels_fast. Until it is mended, set "
            "CHANNELS_FAST_DISABLE=1 for the server. Please report these lines and the "
            "versions above:"
        )
        for one in comparison.differences[:_MOST_LINES]:
            yield f"{one.location}, path {one.path!r}"
            yield f"  compiled  {one.compiled}"
            yield f"  Django    {one.django}"
    missing = comparison.without_path
    if missing:
        yield "No path was found for these, so only misses of them were compared:"
        yield from _cut([f"  {pattern!r}" for pattern in missing])


def _checks(report: Report, *, deploy: bool) -> Iterator[str]:
    messages = [one for one in report.messages if one.deploy is deploy]
    if not messages:
        yield "They find nothing."
    if deploy and report.debug:
        yield "DEBUG is True: some of them look only where it is False."
    for one in messages:
        text = f"{one.level} {one.id}: {one.text}"
        yield from _filled(text, later="  ")
        if one.hint:
            yield from _filled(one.hint, first="  HINT: ", later="  ")


def _cures(text: str) -> Iterator[str]:
    for one in explain(text):
        yield from _filled(one.entry.cause, first="  cause: ", later="  ")
        yield from _filled(one.entry.cure, first="  cure: ", later="  ")


def _cut(lines: list[str]) -> list[str]:
    more = len(lines) - _MOST_LINES
    return lines if more <= 0 else [*lines[:_MOST_LINES], f"  ... and {more:,} more"]


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def explanation_lines(found: list[Explanation]) -> list[str]:
    """Return explanations as lines, a paragraph for each."""
    lines: list[str] = []
    for one in found:
        place = ""
        if one.place:
            place = f"{one.place.file}, line {one.place.line}"
            place += f": {one.place.code}" if one.place.code else ""
        lines.append(one.text)
        for title, text in (
            ("what", one.entry.title),
            ("cause", one.entry.cause),
            ("cure", one.entry.cure),
            ("line", place),
            ("more", f"docs/{one.entry.page}"),
        ):
            if text:
                lines += _filled(text, first=f"  {title:<6} ", later=" " * 9)
        lines.append("")
    return lines
