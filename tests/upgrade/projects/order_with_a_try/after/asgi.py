import os

# TODO(channels-fast): put this below get_asgi_application() or django.setup(). See docs/troubleshooting.md#an-import-of-channels-that-comes-too-early
try:
    from channels.routing import ProtocolTypeRouter
except ImportError:
    ProtocolTypeRouter = None
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")

# The application of Django
application = get_asgi_application()
