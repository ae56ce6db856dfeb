"""A ``runserver`` without static files, made as whitenoise makes its own."""

from importlib import import_module

from django.apps import apps


def find_next_command():
    """Return the command of the next application that has one."""
    names = [config.name for config in apps.get_app_configs()]
    for name in [*names[names.index("runserver_of_whoever") + 1 :], "django.core"]:
        try:
            return import_module(f"{name}.management.commands.runserver").Command
        except (ImportError, AttributeError):
            pass
    raise LookupError("no runserver")


class Command(find_next_command()):
    def add_arguments(self, parser):
        super().add_arguments(parser)
        if parser.get_default("use_static_handler") is True:
            parser.set_defaults(use_static_handler=False)
            parser.description += "\n(without static files)"
