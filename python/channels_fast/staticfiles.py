"""Static files over ASGI for development, through the handler of ``http``."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlparse
from urllib.request import url2pathname

from django.conf import settings
from django.contrib.staticfiles import utils
from django.contrib.staticfiles.views import serve
from django.http import Http404, HttpResponseNotFound

from ._typing import Application, Receive, Scope, Send
from .http import AsgiHandler


class StaticFilesWrapper:
    """
    Serve HTTP requests below ``STATIC_URL``, and give the application the others.

    A ``STATIC_URL`` with a host means that another server has the files.
    """

    def __init__(
        self, application: Application, staticfiles_handler: Any = None
    ) -> None:
        self.application = application
        self.staticfiles_handler_class = staticfiles_handler or StaticFilesHandler
        self.base_url = urlparse(self.get_base_url())

    def get_base_url(self) -> str:
        """Return ``STATIC_URL``, if the settings of static files can be used."""
        utils.check_settings()
        return str(settings.STATIC_URL)

    def _should_handle(self, path: str) -> bool:
        return path.startswith(self.base_url.path) and not self.base_url.netloc

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> Any:
        """Answer requests for static files, and pass on all others."""
        if scope["type"] == "http" and self._should_handle(scope["path"]):
            # A new handler for every request, since it keeps the base URL.
            handler = self.staticfiles_handler_class()
            scope = dict(scope, static_base_url=self.base_url)
            return await handler(scope, receive, send)
        return await self.application(scope, receive, send)


class StaticFilesHandler(AsgiHandler):
    """Answer one request with the static file that its path names."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request with a file."""
        self.static_base_url: str = scope["static_base_url"].path
        await super().__call__(scope, receive, send)

    def file_path(self, url: str) -> str:
        """Return the path of the file below the static directories."""
        return url2pathname(url[len(self.static_base_url) :])

    def serve(self, request: Any) -> Any:
        """
        Return the file that *request* names.

        Raises:
            Http404: There is no such file.
        """
        return serve(request, self.file_path(request.path), insecure=True)

    def get_response(self, request: Any) -> Any:
        """Return the file, or a 404 answer: no view and no middleware takes part."""
        try:
            return self.serve(request)
        except Http404 as error:
            if not settings.DEBUG:
                return HttpResponseNotFound()
            from django.views import debug  # noqa: PLC0415 # only to explain a mistake

            return debug.technical_404_response(request, error)
