"""Print the modules of the classes that the command runserver is made of."""

import django

django.setup()

from django.core.management import get_commands, load_command_class

command = load_command_class(get_commands()["runserver"], "runserver")
print(*(cls.__module__ for cls in type(command).__mro__))
