"""To ask where a command is does not import it, and changes nothing."""

from importlib.util import find_spec

import django

django.setup()

from django.core.management import get_commands, load_command_class

package = get_commands()["runserver"]
assert find_spec(f"{package}.management.commands.runserver") is not None
command = load_command_class(package, "runserver")
print(*(cls.__module__ for cls in type(command).__mro__))
