import channels_fast

channels_fast.install()

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
application = ProtocolTypeRouter({"http": get_asgi_application()})
