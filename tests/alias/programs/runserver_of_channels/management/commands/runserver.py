"""A ``runserver`` as it was written for Channels 3."""

from channels.management.commands.runserver import Command as RunserverCommand


class Command(RunserverCommand):
    pass
