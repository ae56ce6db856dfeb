from channels.routing import ProtocolTypeRouter, URLRouter

websockets = URLRouter([])
application = ProtocolTypeRouter({"websocket": websockets})
