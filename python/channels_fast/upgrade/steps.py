"""The rewrites, in their order."""

from __future__ import annotations

from .applications import Applications
from .constructors import Constructors
from .imports import Gone, Renamed, RenamedRouter
from .middleware import Middleware
from .order import put_in_order
from .project import Project
from .rewrite import Rewrite
from .routers import Routers
from .settings import Settings
from .urls import Urls

# `Applications` knows `url()` and `re_path()`. `Gone` comes last: what the others have
# replaced needs no remark.
_STEPS: tuple[type[Rewrite], ...] = (
    Settings,
    Urls,
    Applications,
    Routers,
    Middleware,
    Constructors,
    Gone,
)


def upgrade(project: Project, *, router_only: bool, imports: bool) -> None:
    """Change the modules of *project*; nothing is written."""
    for source in project.sources.values():
        if router_only:
            RenamedRouter(source, project).apply()
            continue
        for step in _STEPS:
            step(source, project).apply()
        put_in_order(source, project)
        if imports:
            Renamed(source, project).apply()
