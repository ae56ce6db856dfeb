"""What a server imports where the settings name the module with the routes."""

import django

django.setup()

from channels.routing import ProtocolTypeRouter, get_default_application

application = get_default_application()
assert isinstance(application, ProtocolTypeRouter)
assert ProtocolTypeRouter.__module__ == "channels_fast.routing"
