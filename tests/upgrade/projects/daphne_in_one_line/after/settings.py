INSTALLED_APPS = ("django.contrib.auth", "channels_fast", "daphne", "chat")
