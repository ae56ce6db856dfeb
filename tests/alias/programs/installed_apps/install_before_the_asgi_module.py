"""An ASGI module that imports channels first is fine behind ``install()``."""

import channels_fast

channels_fast.install()
import project.asgi
