"""
Measure the routes of a project, upstream's way against ours.

    python -m channels_fast.bench myproject.asgi:application

It takes the tables of routes out of the application, puts a function that does
nothing behind every route, and dispatches to it. No consumer is called, no socket
is opened, and the routers of the project are not changed.
"""
