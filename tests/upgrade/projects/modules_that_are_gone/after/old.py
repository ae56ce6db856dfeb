# TODO(channels-fast): there is no channels.asgi. See docs/troubleshooting.md#a-module-that-channels-4-took-away
import channels.asgi
# TODO(channels-fast): there is no channels.Group. See docs/troubleshooting.md#a-module-that-channels-4-took-away
from channels import Group
# TODO(channels-fast): there is no channels.handler. See docs/troubleshooting.md#a-module-that-channels-4-took-away
from channels.handler import AsgiHandler
# TODO(channels-fast): there is no channels.routing.route. See docs/troubleshooting.md#a-module-that-channels-4-took-away
from channels.routing import route, route_pattern_match
# TODO(channels-fast): there is no channels.sessions.channel_session. See docs/troubleshooting.md#a-module-that-channels-4-took-away
from channels.sessions import channel_session
# TODO(channels-fast): there is no channels.generic.websockets. See docs/troubleshooting.md#a-module-that-channels-4-took-away
from channels.generic.websockets import WebsocketDemultiplexer
from channels.exceptions import RequestAborted
from channels.db import database_sync_to_async
