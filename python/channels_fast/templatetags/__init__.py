"""Libraries of template tags, for projects with this package in ``INSTALLED_APPS``."""

# Django looks for libraries in the package of the app, and the name of the app is
# "channels": `apps.py`. It takes what stands behind that name in the name of a module.
__name__ = "channels.templatetags"
