"""The routers, routes and middleware of an application as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from .describe import engine_of, of_the_process
from .lines import shown, tree_line
from .names import name_of
from .walk import is_router, walk

if TYPE_CHECKING:
    from .walk import Visited

# What `repr()` returns lands in tracebacks, once for each variable that holds it.
_MOST_LINES = 100
_LONGEST_LINE = 160
# A longer pattern pushes what is behind it out of its column.
_WIDEST_LABEL = 50


def tree(application: Any, most_lines: Optional[int] = _MOST_LINES) -> str:
    """
    Return what is behind *application*, a line for each route or key.

    Middleware stands on the line of what it wraps. This is the ``repr()`` of routers
    and middleware: it raises nothing, and runs no more of a project than `walk` does.

    Args:
        application: A router, middleware, or any other application.
        most_lines: Where to stop, and to shorten long lines; ``None`` for all of it.
    """
    lines: list[_Line] = []
    # The line of each application on the way to the one at hand.
    way: list[_Line] = []
    rest = []
    try:
        for visited in walk(application):
            del way[len(visited.ancestors) :]
            line = way[-1] if way else None
            # Middleware may hold two routers. The second has a line of its own.
            if line is None or visited.step or line is not lines[-1]:
                if len(lines) == most_lines:
                    rest = [f"... and more than these {most_lines} lines"]
                    break
                line = _Line(visited, line.depth + 1 if line else 0)
                lines.append(line)
            line.add(visited)
            way.append(line)
    # What a project computes when it is looked at may also give up.
    except (Exception, SystemExit) as error:
        rest = [f"... and what raises {type(error).__name__}"]
    if any(line.engine for line in lines):
        rest += of_the_process()
    width = min(max((len(line.label) for line in lines), default=0), _WIDEST_LABEL)
    texts = [*(line.text(width) for line in lines), *rest]
    if most_lines is not None:
        texts = [_shortened(text) for text in texts]
    return "\n".join(texts)


class _Line:
    def __init__(self, visited: Visited, depth: int) -> None:
        self.depth = depth
        self.label = "  " * depth
        self.engine = self.reason = ""
        self.names: list[str] = []
        step = visited.step
        if step and step.route is not None:
            self.label += shown(step.route.pattern)
            self.engine, self.reason = engine_of(step)
        elif step:
            self.label += shown(step.key)

    def add(self, visited: Visited) -> None:
        """Add an application: middleware, or what it wraps."""
        # What leads on needs no module.
        self.names[-1:] = [name.rpartition(".")[2] for name in self.names[-1:]]
        name = name_of(visited.application)
        leads_on = is_router(visited.application)
        self.names.append(name.rpartition(".")[2] if leads_on else name)
        on_miss = getattr(visited.application, "_on_miss", "raise")
        if leads_on and on_miss != "raise":
            self.names[-1] += f"(on_miss={on_miss!r})"

    def text(self, width: int) -> str:
        return tree_line(self.label, width, self.engine, self.names, self.reason)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_LINE else f"{text[: _LONGEST_LINE - 3]}..."
