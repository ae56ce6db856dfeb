from channels.testing import ApplicationCommunicator, HttpCommunicator, WebsocketCommunicator

from chat.consumers import Chat, Page
from other.applications import Unknown


async def run(application):
    one = WebsocketCommunicator(Chat, "/chat/")
    two = HttpCommunicator(Page, method="GET", path="/")
    three = ApplicationCommunicator(application=Chat, scope={"type": "websocket"})
    four = WebsocketCommunicator(application, "/chat/")
    five = WebsocketCommunicator(Chat.as_asgi(), "/chat/")
    six = WebsocketCommunicator(Unknown, "/")
    return one, two, three, four, five, six
