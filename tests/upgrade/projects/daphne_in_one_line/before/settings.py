INSTALLED_APPS = ("django.contrib.auth", "daphne", "chat")
