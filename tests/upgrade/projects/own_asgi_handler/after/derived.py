from channels.http import AsgiHandler, AsgiRequest


class Request(AsgiRequest):
    pass


# TODO(channels-fast): Channels 4 has no AsgiHandler. See docs/troubleshooting.md#a-module-that-channels-4-took-away
class Handler(AsgiHandler):
    request_class = Request
