"""A client of web pages that logs in as a browser does."""

from __future__ import annotations

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request


class HttpClient:
    """A cookie jar and a way to fetch pages with it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            # No proxy of the environment stands between the test and its server.
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(self.cookies),
        )

    def fetch(
        self, path: str, form: dict[str, str] | None = None
    ) -> tuple[int, str, str]:
        """Return the status, the final address and the text, after redirects."""
        data = None if form is None else urllib.parse.urlencode(form).encode()
        try:
            answer = self.opener.open(self.address + path, data, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.url, answer.read().decode()

    def login(self, name: str, password: str) -> int:
        """Log in as a browser does, with the CSRF token of the form."""
        _, _, page = self.fetch("/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token, "the log-in form has no CSRF token"
        form = {"username": name, "password": password}
        status, _, _ = self.fetch(
            "/login/", {**form, "csrfmiddlewaretoken": token.group(1)}
        )
        return status

    @property
    def cookie_header(self) -> str:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.cookies)
