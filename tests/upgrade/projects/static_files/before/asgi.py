import os

from channels.staticfiles import StaticFilesWrapper
from django.core.asgi import get_asgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
application = StaticFilesWrapper(get_asgi_application())
