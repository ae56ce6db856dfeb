"""Models may import channels wherever they stand."""

import django

django.setup()
import early_models.models

assert early_models.models.get_channel_layer.__module__ == "channels_fast.layers"
