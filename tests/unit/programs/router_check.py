"""Prints what the system check of the router says in this process."""

from channels_fast.checks.registered import check_router, importing_application

with importing_application():
    for message in check_router(None):
        print(message.id, message.level, message.msg)
