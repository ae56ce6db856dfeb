from channels.routing import ProtocolTypeRouter

from routing import websockets

more = {"http": None}
one = ProtocolTypeRouter({**more, "websocket": websockets})
two = ProtocolTypeRouter(more)
three = ProtocolTypeRouter({})
four = ProtocolTypeRouter(application_mapping={'websocket': websockets})
