"""An application that begins as a server has to, which is no command's business."""

import os
import sys
from pathlib import Path

from django.core.asgi import get_asgi_application

# It sets Django up again. Unless the settings say otherwise, logging is configured
# again too, and the loggers that are there fall silent.
http = get_asgi_application()

from channels.routing import ProtocolTypeRouter  # it needs the settings

Path("keys.of.the.server").unlink()
if "BROKER" not in os.environ:
    sys.exit("BROKER is not set")

application = ProtocolTypeRouter({"http": http})
