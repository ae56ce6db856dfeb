import os

try:
    from channels.routing import ProtocolTypeRouter
except ImportError:
    ProtocolTypeRouter = None
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")

# The application of Django
application = get_asgi_application()
