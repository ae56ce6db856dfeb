"""
Channels' own way from ASGI to Django's views. Deprecated.

``django.core.asgi.get_asgi_application()`` does this and more on Django 3.0 and
later. This module serves Django 2.2, and projects that still name its classes.
"""

from __future__ import annotations

import codecs
import logging
import re
import tempfile
import traceback
import warnings
from collections.abc import Iterator
from typing import Any, BinaryIO, Callable, Union, cast

from asgiref.sync import async_to_sync, sync_to_async
from django import http
from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestDataTooBig
from django.core.handlers import base
from django.http import FileResponse, HttpResponse, HttpResponseServerError
from django.urls import set_script_prefix
from django.utils.functional import cached_property

from ._typing import Message, Receive, Scope, Send
from .exceptions import RequestAborted, RequestTimeout

logger = logging.getLogger("django.request")

# A parameter of a header: `; name=text` or `; name="text"` (RFC 9110, 5.6.6).
_PARAMETER = re.compile(r';\s*([^\s=;]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')

# What BaseHandler.load_middleware() leaves on the instance.
_MIDDLEWARE = (
    "_middleware_chain",
    "_view_middleware",
    "_template_response_middleware",
    "_exception_middleware",
)


class AsgiRequest(http.HttpRequest):
    """Django's request for an HTTP scope, with a file that holds the body."""

    #: Seconds to wait for a body. Kept for subclasses that read it.
    body_receive_timeout = 60

    _files: Any

    # HttpRequest.__init__() would replace the properties below by empty GET, POST,
    # COOKIES and FILES, so it is not called.
    def __init__(self, scope: Scope, stream: BinaryIO) -> None:
        self.scope = scope
        self._stream = stream
        self._read_started = False
        self._post_parse_error = False
        self.resolver_match = None
        self.script_name, self.path_info, self.path = _paths(scope)
        self.method = scope["method"].upper()
        if isinstance(scope.get("headers"), dict):
            # As in Channels 1: a dict with names as text.
            scope["headers"] = [
                (name.encode("latin1"), value)
                for name, value in scope["headers"].items()
            ]
        query = scope.get("query_string", "")
        self.META = {
            "REQUEST_METHOD": self.method,
            "QUERY_STRING": query.decode() if isinstance(query, bytes) else query,
            "SCRIPT_NAME": self.script_name,
            "PATH_INFO": self.path_info,
            # Code written for WSGI asks for these.
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            **_addresses(scope),
            **_headers(scope),
        }
        try:
            self._content_length = int(self.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            self._content_length = 0
        self.content_type, self.content_params = _content_type(
            self.META.get("CONTENT_TYPE", "")
        )
        charset = self.content_params.get("charset", "")
        try:
            codecs.lookup(charset)
        except (LookupError, ValueError):
            pass
        else:
            self.encoding = charset

    @cached_property
    def GET(self) -> http.QueryDict:  # type: ignore[override]  # noqa: N802 # Django's name; an attribute there
        """Return the parameters in the query string."""
        return http.QueryDict(self.scope.get("query_string", ""))

    def _get_scheme(self) -> str:
        return str(self.scope.get("scheme", "http"))

    # HttpRequest sets `_post` and `_files` in `_load_post_and_files()`.
    def _get_post(self) -> Any:
        if not hasattr(self, "_post"):
            self._load_post_and_files()
        return self._post

    def _set_post(self, post: Any) -> None:
        self._post = post

    def _get_files(self) -> Any:
        if not hasattr(self, "_files"):
            self._load_post_and_files()
        return self._files

    POST = property(_get_post, _set_post)
    FILES = property(_get_files)

    @cached_property
    def COOKIES(self) -> dict[str, str]:  # type: ignore[override]  # noqa: N802 # Django's name; an attribute there
        """Return the cookies of the request."""
        return http.parse_cookie(self.META.get("HTTP_COOKIE", ""))


class AsgiHandler(base.BaseHandler):
    """
    Answer HTTP connections with Django's views, in a thread. Deprecated.

    One instance serves every connection, so it keeps nothing of a connection: the
    scope is passed as an argument.
    """

    #: Makes the request out of the scope and the body.
    request_class = AsgiRequest

    #: The most bytes that one ``http.response.body`` message carries.
    chunk_size = 512 * 1024

    def __init__(self) -> None:
        warnings.warn(
            "Channel's inbuilt http protocol AsgiHandler is deprecated. "
            "Use Django's get_asgi_application() instead.",
            DeprecationWarning,
            stacklevel=2,
        )
        super().__init__()
        self.load_middleware()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """
        Answer one request.

        Raises:
            ValueError: The connection is of another type than HTTP.
        """
        if scope["type"] != "http":
            raise ValueError(
                f"The AsgiHandler can only handle HTTP connections, not {scope['type']}"
            )
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        with body:
            await self.handle(scope, async_to_sync(send), body)

    async def read_body(self, receive: Receive) -> BinaryIO:
        """
        Return the whole body, in a file that stays in memory while it is small.

        Raises:
            RequestAborted: The client went away before the end.
        """
        body = tempfile.SpooledTemporaryFile(  # noqa: SIM115 # the caller closes it
            max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE
        )
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                body.close()
                raise RequestAborted
            body.write(message.get("body", b""))
            more = message.get("more_body", False)
        body.seek(0)
        # Before Python 3.11 it has the methods of a BinaryIO, but not the type.
        return cast("BinaryIO", body)

    @sync_to_async
    def handle(
        self, scope: Scope, send: Callable[[Message], Any], body: BinaryIO
    ) -> None:
        """Answer one request, in a thread, where *send* blocks until it is done."""
        set_script_prefix(settings.FORCE_SCRIPT_NAME or scope.get("root_path") or "")
        signals.request_started.send(sender=self.__class__, scope=scope)
        response = self._respond(scope, body)
        if response is None:
            return
        for message in self.encode_response(response):
            send(message)
        # Sends request_finished, which closes old database connections.
        response.close()

    def _respond(self, scope: Scope, body: BinaryIO) -> Any:
        """Return the response, or None if the client is gone."""
        try:
            request = self.request_class(scope, body)
        except UnicodeDecodeError:
            logger.warning(
                "Bad Request (UnicodeDecodeError)",
                exc_info=True,
                extra={"status_code": 400},
            )
            return http.HttpResponseBadRequest()
        except RequestTimeout:
            return HttpResponse("408 Request Timeout (upload too slow)", status=408)
        except RequestAborted:
            return None
        except RequestDataTooBig:
            return HttpResponse("413 Payload too large", status=413)
        response = self.get_response(request)
        if isinstance(response, FileResponse):
            # Read the file in pieces that become one message each.
            response.block_size = self.chunk_size
        return response

    def handle_uncaught_exception(
        self, request: Any, resolver: Any, exc_info: Any
    ) -> HttpResponse:
        """Return a plain response to an error that nothing else has handled."""
        text = "Internal Server Error"
        if settings.DEBUG:
            text = "".join(traceback.format_exception(*exc_info))
        return HttpResponseServerError(text, content_type="text/plain")

    def load_middleware(self, is_async: bool = False) -> None:
        """
        Load Django's middleware, the first time that an instance of the class asks.

        Kept on the class, because static files make an instance per request.
        """
        cls = self.__class__
        if getattr(cls, "_middleware_chain", None):
            for name in _MIDDLEWARE:
                setattr(self, name, getattr(cls, name))
        else:
            super().load_middleware()
            for name in _MIDDLEWARE:
                setattr(cls, name, getattr(self, name))

    @classmethod
    def encode_response(cls, response: Any) -> Iterator[dict[str, Any]]:
        """Yield the ASGI messages that carry Django's *response*."""
        # The case of the names stays: some clients compare them to the letter.
        headers = [
            (_as_bytes(name), _as_bytes(text)) for name, text in response.items()
        ]
        for cookie in response.cookies.values():
            text = cookie.output(header="").strip()
            headers.append((b"Set-Cookie", text.encode("latin1")))
        status = response.status_code
        yield {"type": "http.response.start", "status": status, "headers": headers}
        if not response.streaming:
            for chunk, last in cls.chunk_bytes(response.content):
                more = not last
                yield {"type": "http.response.body", "body": chunk, "more_body": more}
            return
        # Not `streaming_content`: a subclass may override `__iter__`.
        for part in response:
            for chunk, _ in cls.chunk_bytes(part):
                yield {"type": "http.response.body", "body": chunk, "more_body": True}
        # Which part is the last one is only known after it.
        yield {"type": "http.response.body"}

    @classmethod
    def chunk_bytes(cls, data: bytes) -> Iterator[tuple[bytes, bool]]:
        """Yield ``(chunk, is_last)`` pairs of at most ``chunk_size`` bytes."""
        if not data:
            yield data, True
        for start in range(0, len(data), cls.chunk_size):
            end = start + cls.chunk_size
            yield data[start:end], end >= len(data)


class HandlerByDefault(AsgiHandler):
    """
    Answers for a ``ProtocolTypeRouter`` without an "http" key, which has warned of it.

    It loads Django's middleware at the first request: a router may be made before
    the settings are ready, and may never get one.
    """

    # The warning of AsgiHandler.__init__() would be the second one.
    def __init__(self, made_at: str) -> None:
        #: Where the router was made: file and line, for people.
        self.made_at = made_at

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, with the middleware of the settings."""
        # The class may have that of another handler, as a function without `self`.
        if "_middleware_chain" not in vars(self):
            # In a thread, as middleware may ask the database when it is made.
            await sync_to_async(self.load_middleware)()
        await super().__call__(scope, receive, send)


def _paths(scope: Scope) -> tuple[str, str, str]:
    """Return the script name, the path below it, and the whole path."""
    script_name = scope.get("root_path") or ""
    path = path_info = scope["path"]
    if script_name:
        # A server may hand over the path with it in front or without it.
        if path.startswith(script_name):
            path_info = path[len(script_name) :]
        path = script_name.rstrip("/") + "/" + path_info.replace("/", "", 1)
    return script_name, path_info, path


def _addresses(scope: Scope) -> dict[str, Any]:
    """Return the keys of META about the two ends of the connection."""
    server, port = scope.get("server") or ("unknown", "0")
    addresses = {"SERVER_NAME": server, "SERVER_PORT": str(port)}
    if scope.get("client"):
        host, client_port = scope["client"]
        addresses.update(REMOTE_ADDR=host, REMOTE_HOST=host, REMOTE_PORT=client_port)
    return addresses


def _headers(scope: Scope) -> dict[str, str]:
    """Return the headers under the names of META, repeated ones joined."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope.get("headers", []):
        name, value = raw_name.decode("latin1"), raw_value.decode("latin1")
        if "_" in name:
            # In META it could not be told from the one with a hyphen, which a
            # proxy vouches for. Django's own handlers leave it out as well.
            continue
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_LENGTH", "CONTENT_TYPE"):
            key = "HTTP_" + key
        if key in headers:
            # HTTP/2 may split the cookies; RFC 9113, section 8.2.3 says how to join.
            separator = "; " if key == "HTTP_COOKIE" else ","
            value = headers[key] + separator + value
        headers[key] = value
    return headers


def _content_type(header: str) -> tuple[str, dict[str, str]]:
    """Return the media type and the parameters of a Content-Type *header*."""
    # `cgi.parse_header` is gone in Python 3.13; Django has its own from 4.2 on.
    params = {
        name.lower(): _unquote(text.strip())
        for name, text in _PARAMETER.findall(header)
    }
    return header.partition(";")[0].strip(), params


def _unquote(text: str) -> str:
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return re.sub(r"\\([\\\"])", r"\1", text[1:-1])
    return text


def _as_bytes(value: Union[str, bytes]) -> bytes:
    return value.encode("latin1") if isinstance(value, str) else bytes(value)
