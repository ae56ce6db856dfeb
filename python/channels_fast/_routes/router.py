"""The base of the routers: what they are to others, and how they are copied."""

from __future__ import annotations

import functools
import sys
from typing import Any, Literal

from . import printed

#: What becomes of a connection that no route accepts.
OnMiss = Literal["raise", "deny", "close"]


class Router:
    """
    What all routers are: routers of the real ``channels`` too, where that is in use.

    Who walks through an application asks for them with ``isinstance()``, sooner or
    later. To inherit from them would import them, and then this package could no longer
    take their name.
    """

    #: The name of its class in ``channels.routing``.
    _counterpart: str
    # What it knows of the applications. On the class, since a subclass may never call
    # `__init__`.
    _compiled: Any = None
    # What it knows of near misses, from the first one on.
    _near: Any = None

    @property  # type: ignore[misc] # nobody sets it
    def __class__(self) -> Any:
        own: Any = type(self)
        theirs = getattr(sys.modules.get("channels.routing"), self._counterpart, own)
        # Where `channels` is this package, it is a class of ours. A test may put
        # something else in its place.
        if not isinstance(theirs, type) or issubclass(own, theirs):
            return own
        return _both(own, theirs)

    def __getstate__(self) -> dict[str, Any]:
        # A copy of a router finds out for itself.
        state = {**self.__dict__, "_compiled": None}
        state.pop("_near", None)
        return state

    __repr__ = printed

    def __reduce_ex__(self, protocol: Any) -> Any:
        how: Any = super().__reduce_ex__(max(protocol, 2))
        # `pickle` lets that function make objects of their `__class__` only.
        if how[0].__name__ == "__newobj__":
            how = (object.__new__, *how[1:])
        return how


class _NoHooks:
    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Run no hook of the project: it has not derived this class."""


@functools.lru_cache
def _both(own: type, theirs: type) -> type:
    """Return a class that is *own* in everything, and a subclass of *theirs*."""
    names = {name: getattr(own, name) for name in ("__module__", "__qualname__")}
    return type(own)(own.__name__, (_NoHooks, own, theirs), names)
