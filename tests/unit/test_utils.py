"""Names of things for which the reference has none."""

from __future__ import annotations

from channels_fast.utils import name_that_thing


class Thing:
    def method(self):
        pass


def test_a_method_of_an_instance_is_named_by_its_class():
    assert name_that_thing(Thing().method) == f"{__name__}.Thing"


def test_a_built_in_function_is_named_by_its_class():
    assert name_that_thing(len) == "builtins.builtin_function_or_method"
