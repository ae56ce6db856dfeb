"""
Measure the routes of a project, upstream's way against ours.

    python -m channels_fast.bench myproject.asgi:application

Each router of the application is copied with a function that does nothing behind
every route. No consumer is called, no socket is opened, and the routers of the
project are not changed.
"""
