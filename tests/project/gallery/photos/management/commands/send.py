"""``manage.py send``: a process which is no server, and talks to a worker."""

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.core.management import BaseCommand


class Command(BaseCommand):
    """Send one message."""

    def add_arguments(self, parser):
        parser.add_argument("channel")
        parser.add_argument("photo")

    def handle(self, *args, channel, photo, **options):
        message = {"type": "make", "photo": photo}
        async_to_sync(get_channel_layer().send)(channel, message)
