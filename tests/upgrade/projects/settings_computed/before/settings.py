from apps import found

INSTALLED_APPS = found()
