INSTALLED_APPS = ["django.contrib.auth"]
INSTALLED_APPS += ["channels.apps.ChannelsConfig"]
