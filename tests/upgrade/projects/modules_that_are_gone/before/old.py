import channels.asgi
from channels import Group
from channels.handler import AsgiHandler
from channels.routing import route, route_pattern_match
from channels.sessions import channel_session
from channels.generic.websockets import WebsocketDemultiplexer
from channels.exceptions import RequestAborted
from channels.db import database_sync_to_async
