"""
Changes of living URLconfs, and what is promised about them.

Django reads the living lists each time. Ours promises (`docs/urls.md`): a search sees
at once another length or identity of each list that it enters, and another object,
pattern, view or name of what answers or leads there. `clear_url_caches()` lets it see
everything. A search ends in the lists that it began with.
"""

from __future__ import annotations

import random
from typing import Any, Callable, NamedTuple

from django.urls.resolvers import URLPattern, URLResolver

from . import urlconfs
from .urlconfs import Url


class Edit(NamedTuple):
    """A change: which one, of the which list or object, with a new URL for it."""

    name: str
    number: int
    position: int
    url: Url

    def apply(self, made: Any) -> Any:
        """Make the change to a resolver; return the list or object that has changed."""
        if self.name in LIST_EDITS:
            lists = urlconfs.lists_of(made)
            owner, them = lists[self.number % len(lists)]
            if type(them) is not list:
                return None
            one = urlconfs.build_one(self.url, ("new", self.position))
            LIST_EDITS[self.name](them, self.position % (len(them) or 1), one)
            return owner
        kind = OBJECT_EDITS[self.name][0]
        objects = [one for one in urlconfs.routes_of(made) if type(one) is kind]
        if not objects:
            return None
        one = objects[self.number % len(objects)]
        other = urlconfs.build_one(self.url, ("new", self.position))
        OBJECT_EDITS[self.name][1](one, other)
        return one


def _replace(them: list[Any], position: int, one: Any) -> None:
    if them:
        them[position] = one


def _remove(them: list[Any], position: int, one: Any) -> None:
    if them:
        del them[position]


#: What changes the length is promised to be seen wherever a search enters the list.
LENGTH_EDITS: dict[str, Callable[[list[Any], int, Any], None]] = {
    "append": lambda them, position, one: them.append(one),
    "insert": lambda them, position, one: them.insert(position, one),
    "remove": _remove,
    "clear": lambda them, position, one: them.clear(),
}
LIST_EDITS = {
    **LENGTH_EDITS,
    "replace": _replace,
    "reverse": lambda them, position, one: them.reverse(),
    "rotate": lambda them, position, one: them.append(them.pop(0)) if them else None,
}


def _set_defaults(one: Any, other: Any) -> None:
    one.default_args = {"edited": 1, **getattr(other, "default_args", {})}


def _set_kwargs(one: Any, other: Any) -> None:
    one.default_kwargs = {"edited": 1, **getattr(other, "default_kwargs", {})}


def _set_view(one: Any, other: Any) -> None:
    one.callback = urlconfs.view(0, "edited")


def _set_name(one: Any, other: Any) -> None:
    one.pattern.name = "edited"


def _set_pattern(one: Any, other: Any) -> None:
    if type(other) is type(one):
        one.pattern = other.pattern


def _set_namespace(one: Any, other: Any) -> None:
    one.namespace = "edited"


def _set_app_name(one: Any, other: Any) -> None:
    one.app_name = "edited"


def _set_list(one: Any, other: Any) -> None:
    one.url_patterns = [*one.url_patterns, other]


#: Changes of an object, promised to be seen where it answers or leads to the answer.
OBJECT_EDITS: dict[str, tuple[type, Callable[[Any, Any], None]]] = {
    "default_args": (URLPattern, _set_defaults),
    "items of args": (URLPattern, lambda one, _: one.default_args.update(e=1)),
    "callback": (URLPattern, _set_view),
    "name": (URLPattern, _set_name),
    "pattern": (URLPattern, _set_pattern),
    "default_kwargs": (URLResolver, _set_kwargs),
    "items of kwargs": (URLResolver, lambda one, _: one.default_kwargs.update(e=1)),
    "namespace": (URLResolver, _set_namespace),
    "app_name": (URLResolver, _set_app_name),
    "pattern of an include": (URLResolver, _set_pattern),
    "another list": (URLResolver, _set_list),
}
NAMES = [*LIST_EDITS, *OBJECT_EDITS]


def random_edit(rng: random.Random, urls: list[Url], names: list[str] = NAMES) -> Edit:
    """Return a change, whose new URL is like one that is there, or a plain one."""
    plain = Url("path", rng.choice(["a/", "new/", "<str:s>/", "<path:p>"]), name="new")
    url = rng.choice([plain, *urls])
    return Edit(rng.choice(names), rng.randrange(100), rng.randrange(100), url)


def is_seen_at_once(edit: Edit, changed: Any, root: Any, way: list[Any] | None) -> bool:
    """
    Tell whether the next search has to answer as Django does after *edit*.

    Args:
        changed: What `Edit.apply` has returned.
        way: The objects that led to the old answer, ``None`` without one.
    """
    if edit.name in LENGTH_EDITS and changed is root:
        return True
    if way is None:
        return False
    is_on_the_way = any(changed is one for one in way)
    return is_on_the_way and (edit.name in LENGTH_EDITS or edit.name in OBJECT_EDITS)
