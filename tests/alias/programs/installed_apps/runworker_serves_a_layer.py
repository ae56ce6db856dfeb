"""Runworker serves a layer."""

import django

django.setup()
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.core.management import execute_from_command_line

message = {"type": "print.it", "text": "hello"}
async_to_sync(get_channel_layer().send)("jobs", message)
execute_from_command_line(["manage.py", "runworker", "jobs"])
