from channels.http import AsgiHandler, AsgiRequest


class Request(AsgiRequest):
    pass


class Handler(AsgiHandler):
    request_class = Request
