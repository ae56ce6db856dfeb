"""The order in asgi.py: Django first, then whatever imports Channels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Optional, Union

import libcst as cst
import libcst.matchers as m
from libcst.codemod import CodemodContext
from libcst.codemod.visitors import AddImportsVisitor

from .project import Project, Source, from_module
from .rewrite import remarked, todo

Line = Union[cst.SimpleStatementLine, cst.BaseCompoundStatement]
Body = list[Line]

NAME = "django_asgi_app"
# The first keeps import sorters away, the second is for ruff's own rule about imports
# that do not stand on top.
GUARD = ("# isort: skip_file", "# ruff: noqa: E402")
_MADE = m.Call(func=m.Name("get_asgi_application"), args=[])
_SETUP = m.Call(func=m.Attribute(m.Name("django"), m.Name("setup")), args=[])
_INSTALLED = m.Call(func=m.Attribute(m.Name("channels_fast"), m.Name("install")))
_ANCHOR = "an-import-of-channels-that-comes-too-early"


def put_in_order(source: Source, project: Project) -> None:
    """Move the imports of *source* that come too early, if it is such a file."""
    body: Body = list(source.module.body)
    named = _first(body, m.SimpleString(), "DJANGO_SETTINGS_MODULE")
    starts = any(m.findall(one, _MADE) for one in body if not _is_definition(one))
    if named is None and not starts and source.path.name != "asgi.py":
        return
    if not any(_is_late(one, project) for one in body):
        return
    if any(m.findall(one, _INSTALLED) for one in body):
        return
    place = _start(body)
    if place is None and not starts and source.path.name != "asgi.py":
        # A script, such as that of Celery: whether it needs Django is not certain.
        return
    if place is None:
        place, body = _with_start(source, body, 0 if named is None else named + 1)
    _moved(source, project, body, place)


def _first(body: Body, pattern: m.BaseMatcherNode, text: str) -> Optional[int]:
    for place, statement in enumerate(body):
        if not isinstance(statement, cst.SimpleStatementLine):
            continue
        for found in m.findall(statement, pattern):
            assert isinstance(found, cst.SimpleString)
            if found.evaluated_value == text:
                return place
    return None


def _start(body: Body) -> Optional[int]:
    """Return where a statement of its own has Django read the settings."""
    whole = m.SimpleStatementLine(
        body=[m.Expr(_MADE | _SETUP) | m.Assign(value=_MADE)],
    )
    for place, statement in enumerate(body):
        if m.matches(statement, whole):
            return place
    return None


def _with_start(source: Source, body: Body, place: int) -> tuple[int, Body]:
    """Return *body* with such a statement, not in front of *place*, and its place."""
    used = [number for number, one in enumerate(body) if m.findall(one, _MADE)]
    context = CodemodContext()
    if used:
        imported = [
            number
            for number, one in enumerate(body)
            if m.findall(one, m.ImportAlias(m.Name("get_asgi_application")))
        ]
        place = max([place, *(number + 1 for number in imported)])
        line = f"{NAME} = get_asgi_application()\n"
        body = [m.replace(one, _MADE, cst.Name(NAME)) for one in body]  # type: ignore[misc] # an expression for an expression
    else:
        line = "django.setup()\n"
        AddImportsVisitor.add_needed_import(context, "django")
    new = cst.parse_statement(line, source.module.config_for_parsing)
    body.insert(place, new)
    module = source.module.with_changes(body=body)
    module = AddImportsVisitor(context).transform_module(module)
    changed: Body = list(module.body)
    found = _start(changed)
    assert found is not None
    return found, changed


def _moved(source: Source, project: Project, body: Body, place: int) -> None:
    early = [
        number for number, one in enumerate(body[:place]) if _is_late(one, project)
    ]
    stays = []
    for number in early:
        used = {
            name.value
            for one in range(number + 1, place + 1)
            if one not in early
            for name in m.findall(body[one], m.Name())
            if isinstance(name, cst.Name)
        }
        if not isinstance(body[number], cst.SimpleStatementLine) or used & set(
            _bound(body[number])
        ):
            stays.append(number)
            # A module of the project that is used up there is about the settings.
            if _is_late(body[number]):
                text = "put this below get_asgi_application() or django.setup()"
                comment = todo(text, _ANCHOR)
                header = source.module.header
                body[number] = remarked(body[number], [comment], header)
    moving = [number for number in early if number not in stays]
    top: Body = []
    gap = False
    for number, one in enumerate(body[: place + 1]):
        if number in moving:
            gap = gap or _has_gap(one)
        else:
            top.append(_with_gap(one) if gap and top else one)
            gap = False
    rest = list(body[place + 1 :])
    if moving and rest:
        rest[0] = _with_gap(rest[0])
    moved = [_without_gap(body[number]) for number in moving]
    if moved:
        first = moved[0]
        lines = [
            cst.EmptyLine(indent=False),
            *(cst.EmptyLine(comment=cst.Comment(text)) for text in GUARD),
        ]
        moved[0] = first.with_changes(leading_lines=[*lines, *first.leading_lines])
    source.module = source.module.with_changes(body=[*top, *moved, *rest])


def _is_late(statement: cst.CSTNode, project: Optional[Project] = None) -> bool:
    """Return whether *statement* imports Channels, or what of *project* may do so."""
    return any(
        module.startswith((".", "channels_", "djangochannelsrestframework"))
        or {"channels", "channels_fast", "routing", "consumers"}
        & set(module.split("."))
        or (project is not None and project.owns(module))
        for module in _modules(statement)
        if module != "channels_fast"
    )


def _modules(statement: cst.CSTNode) -> Iterable[str]:
    if _is_definition(statement):
        return
    for found in m.findall(statement, m.Import() | m.ImportFrom()):
        if isinstance(found, cst.ImportFrom):
            yield from_module(found)
        elif isinstance(found, cst.Import):
            for alias in found.names:
                yield alias.evaluated_name


def _is_definition(statement: cst.CSTNode) -> bool:
    return isinstance(statement, (cst.FunctionDef, cst.ClassDef))


def _bound(statement: cst.CSTNode) -> Iterable[str]:
    for alias in m.findall(statement, m.ImportAlias()):
        assert isinstance(alias, cst.ImportAlias)
        yield (alias.evaluated_alias or alias.evaluated_name).partition(".")[0]


def _has_gap(one: Line) -> bool:
    lines: list[cst.EmptyLine] = list(one.leading_lines)
    return bool(lines) and lines[0].comment is None


def _with_gap(one: Line) -> Line:
    if _has_gap(one):
        return one
    lines = [cst.EmptyLine(indent=False), *one.leading_lines]
    return one.with_changes(leading_lines=lines)


def _without_gap(one: Line) -> Line:
    lines: list[cst.EmptyLine] = list(one.leading_lines)
    while lines and lines[0].comment is None:
        lines.pop(0)
    return one.with_changes(leading_lines=lines)
