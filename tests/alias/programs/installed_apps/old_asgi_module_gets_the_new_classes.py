"""Old asgi module gets the new classes."""

from project.asgi import application

assert type(application).__module__ == "channels_fast.routing"
