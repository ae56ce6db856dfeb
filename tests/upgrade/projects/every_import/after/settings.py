INSTALLED_APPS = ["channels_fast"]
