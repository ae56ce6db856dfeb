"""A ``check`` that says more, as some projects have one."""

from django.core.management.commands.check import Command as CheckCommand


class Command(CheckCommand):
    def handle(self, *args, **options):
        self.stdout.write("another check")
        super().handle(*args, **options)
