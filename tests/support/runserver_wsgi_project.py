"""The project of ``runserver_project`` before it had an ASGI application."""

from tests.support.runserver_project import *  # noqa: F403 # settings, as Django's are

del ASGI_APPLICATION  # noqa: F821 # it comes from the line above
