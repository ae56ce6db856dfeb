DJANGO_APPS = (
    "django.contrib.auth",
)
THIRD_PARTY_APPS = (
    "rest_framework",
    "channels_fast",  # websockets
    "corsheaders",
)
INSTALLED_APPS = DJANGO_APPS + THIRD_PARTY_APPS
OTHER = ["channels"]
