INSTALLED_APPS = ["channels"]
