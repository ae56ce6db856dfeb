"""As with ``override_settings`` in a test of the project."""

import django

django.setup()
import channels.layers
from django.test.utils import override_settings

before = channels.layers
with override_settings(INSTALLED_APPS=["channels_fast"]):
    from django.apps import apps

    assert apps.is_installed("channels")
    import channels.layers

    assert channels.layers is before
