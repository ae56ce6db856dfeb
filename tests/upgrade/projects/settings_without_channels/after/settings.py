INSTALLED_APPS = [
    'channels_fast',
    # Django's
    'django.contrib.auth',
    'chat',
]
