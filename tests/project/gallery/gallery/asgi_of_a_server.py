"""An application that begins as a server has to, which is no command's business."""

import os
import sys
import threading
import time
from pathlib import Path

from django.core.asgi import get_asgi_application

# It sets Django up again. Unless the settings say otherwise, logging is configured
# again too, and the loggers that are there fall silent.
http = get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402  it needs the settings

AT_IMPORT = os.environ.get("AT_IMPORT")
if AT_IMPORT == "deletes":
    Path("keys.of.the.server").unlink()
elif AT_IMPORT == "starts a thread":
    # Not a daemon: it ends with the server.
    threading.Thread(target=time.sleep, args=(600,)).start()
elif AT_IMPORT == "raises":
    raise LookupError("BROKER is not set")
elif AT_IMPORT == "exits":
    sys.exit("BROKER is not set")

application = ProtocolTypeRouter({"http": http})
