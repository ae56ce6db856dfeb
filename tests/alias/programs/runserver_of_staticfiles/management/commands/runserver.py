"""A ``runserver`` that goes on from the one of staticfiles."""

from django.contrib.staticfiles.management.commands.runserver import (
    Command as RunserverCommand,
)


class Command(RunserverCommand):
    pass
