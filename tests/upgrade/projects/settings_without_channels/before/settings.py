INSTALLED_APPS = [
    # Django's
    'django.contrib.auth',
    'chat',
]
