DJANGO_APPS = (
    "django.contrib.auth",
)
THIRD_PARTY_APPS = (
    "rest_framework",
    "channels",  # websockets
    "corsheaders",
)
INSTALLED_APPS = DJANGO_APPS + THIRD_PARTY_APPS
OTHER = ["channels"]
