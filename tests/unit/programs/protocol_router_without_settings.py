"""Makes a ProtocolTypeRouter where Django has no settings yet."""

import warnings

from channels_fast.routing import ProtocolTypeRouter

warnings.simplefilter("ignore")
print(sorted(ProtocolTypeRouter({"websocket": None}).application_mapping))
