"""Mock patches both names at once."""

from unittest import mock

import channels_fast

channels_fast.install()
with mock.patch("channels.layers.channel_layers") as fake:
    import channels_fast.layers

    assert channels_fast.layers.channel_layers is fake
with mock.patch("channels_fast.db.close_old_connections") as fake:
    import channels.db

    assert channels.db.close_old_connections is fake
assert channels.db.close_old_connections is not fake
