import os
from django.core.asgi import get_asgi_application
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
application = ASGIStaticFilesHandler(get_asgi_application())
