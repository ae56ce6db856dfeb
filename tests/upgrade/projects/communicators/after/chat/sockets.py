from channels.testing import ApplicationCommunicator, HttpCommunicator, WebsocketCommunicator

from chat.consumers import Chat, Page
from other.applications import Unknown


async def run(application):
    one = WebsocketCommunicator(Chat.as_asgi(), "/chat/")
    two = HttpCommunicator(Page.as_asgi(), method="GET", path="/")
    three = ApplicationCommunicator(application=Chat.as_asgi(), scope={"type": "websocket"})
    four = WebsocketCommunicator(application, "/chat/")
    five = WebsocketCommunicator(Chat.as_asgi(), "/chat/")
    # TODO(channels-fast): if Unknown is a consumer, write Unknown.as_asgi(). See docs/troubleshooting.md#a-class-in-place-of-an-application
    six = WebsocketCommunicator(Unknown, "/")
    return one, two, three, four, five, six
