"""An application that says what its lifespan does. MODE is absent, state or fails."""

import contextlib
import os

from channels_fast.lifespan import Lifespan
from channels_fast.routing import ProtocolTypeRouter

MODE = os.environ["MODE"]


@contextlib.asynccontextmanager
async def greeting():
    print("context entered", flush=True)
    if MODE == "fails":
        raise RuntimeError("the broker is down")
    yield {"greeting": "hello from the lifespan"}
    print("context left", flush=True)


async def answer(scope, receive, send):
    body = scope.get("state", {}).get("greeting", "no state").encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


application = ProtocolTypeRouter({"http": answer})
if MODE != "absent":
    application.application_mapping["lifespan"] = Lifespan([greeting])
