"""The requests of the deprecated HTTP handler, which channels 4 no longer has."""

from __future__ import annotations

import io

import pytest
from django.core.exceptions import RequestDataTooBig
from django.http import (
    RawPostDataException,
)

from ..conftest import OURS
from ..support.http_handler import http_request

pytestmark = [
    pytest.mark.until("4.0", "the handler of Django 3.0 took its place"),
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:Channel's inbuilt http protocol"),
]

FORM = b"application/x-www-form-urlencoded"


def test_least_scope_makes_a_request(channels):
    request = http_request(channels)
    assert (request.method, request.path, request.path_info) == ("GET", "/x/", "/x/")
    assert request.scheme == "http"
    assert request.body == b""
    assert not request.GET
    assert not request.POST
    assert not request.FILES
    assert request.COOKIES == {}
    assert (request.content_type, request.content_params) == ("", {})
    assert request.META == {
        "REQUEST_METHOD": "GET",
        "QUERY_STRING": "",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/x/",
        "SERVER_NAME": "unknown",
        "SERVER_PORT": "0",
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
    }


def test_addresses_and_scheme_come_from_the_scope(channels):
    request = http_request(
        channels, client=["10.0.0.1", 1234], server=["10.0.0.2", 80], scheme="ws"
    )
    assert request.scheme == "ws"
    assert request.META["REMOTE_ADDR"] == request.META["REMOTE_HOST"] == "10.0.0.1"
    assert request.META["REMOTE_PORT"] == 1234
    assert request.META["SERVER_NAME"] == "10.0.0.2"
    assert request.META["SERVER_PORT"] == "80"


@pytest.mark.parametrize("query", [b"a=1&b=%26+x", "a=1&b=%26+x"])
def test_query_string_is_bytes_or_text(channels, query):
    request = http_request(channels, query_string=query)
    assert request.GET.dict() == {"a": "1", "b": "& x"}
    assert request.META["QUERY_STRING"] == "a=1&b=%26+x"


def test_headers_become_meta(channels):
    request = http_request(
        channels,
        headers=[
            (b"host", b"a.test"),
            (b"x-many", b"1"),
            (b"x-many", b"2"),
            (b"x-latin", b"caf\xe9"),
            (b"content-length", b"5"),
            (b"content-type", b"text/plain"),
            (b"cookie", b"a=1; b=2"),
        ],
    )
    assert request.META["HTTP_HOST"] == "a.test"
    assert request.META["HTTP_X_MANY"] == "1,2"
    assert request.META["HTTP_X_LATIN"] == "caf\xe9"
    assert request.META["CONTENT_LENGTH"] == "5"
    assert request.META["CONTENT_TYPE"] == "text/plain"
    assert request.COOKIES == {"a": "1", "b": "2"}
    assert request.headers["X-Many"] == "1,2"


def test_headers_of_the_old_form_are_rewritten_in_the_scope(channels):
    scope = {"method": "GET", "path": "/", "headers": {"host": b"a.test"}}
    assert channels.http.AsgiRequest(scope, io.BytesIO()).META["HTTP_HOST"] == "a.test"
    assert scope["headers"] == [(b"host", b"a.test")]


@pytest.mark.parametrize(
    ("root_path", "path", "expected"),
    [
        ("", "/test/", ("", "/test/", "/test/")),
        ("/path/to/", "/test/", ("/path/to/", "/test/", "/path/to/test/")),
        ("/path/to", "/test/", ("/path/to", "/test/", "/path/to/test/")),
        ("/path/to", "/path/to/test/", ("/path/to", "/test/", "/path/to/test/")),
        ("/path/to", "/path/to", ("/path/to", "", "/path/to/")),
        ("/path/", "/path/test", ("/path/", "test", "/path/test")),
    ],
)
def test_root_path_is_joined_with_the_path(channels, root_path, path, expected):
    request = http_request(channels, root_path=root_path, path=path)
    assert (request.META["SCRIPT_NAME"], request.path_info, request.path) == expected


@pytest.mark.parametrize(
    ("header", "content_type", "params"),
    [
        (b"text/plain", "text/plain", {}),
        (b"Text/Plain; Charset=UTF-8", "Text/Plain", {"charset": "UTF-8"}),
        (b'a/b; x="1;\\"2"; y = 3 ', "a/b", {"x": '1;"2', "y": "3"}),
        (b"a/b; x; y=", "a/b", {"y": ""}),
        (b"; x=1", "", {"x": "1"}),
    ],
)
def test_content_type_has_parameters(channels, header, content_type, params):
    request = http_request(channels, headers=[(b"content-type", header)])
    assert (request.content_type, request.content_params) == (content_type, params)


@pytest.mark.parametrize(
    ("charset", "encoding"), [(b"latin1", "latin1"), (b"nonsense", None)]
)
def test_known_charset_is_the_encoding(channels, charset, encoding):
    request = http_request(
        channels, headers=[(b"content-type", b"text/plain; charset=" + charset)]
    )
    assert request.encoding == encoding


def test_form_is_parsed(channels):
    request = http_request(
        channels,
        b"a=1&b=x+y",
        method="POST",
        headers=[(b"content-type", FORM), (b"content-length", b"9")],
    )
    assert request.POST.dict() == {"a": "1", "b": "x y"}
    assert request.body == b"a=1&b=x+y"


def test_files_are_parsed_and_the_body_is_gone(channels):
    body = (
        b'--B\r\nContent-Disposition: form-data; name="title"\r\n\r\nBook\r\n'
        b'--B\r\nContent-Disposition: form-data; name="pdf"; filename="b.pdf"\r\n\r\n'
        b"PDF\r\n--B--\r\n"
    )
    request = http_request(
        channels,
        body,
        method="POST",
        headers=[
            (b"content-type", b"multipart/form-data; boundary=B"),
            (b"content-length", str(len(body)).encode()),
        ],
    )
    assert request.POST["title"] == "Book"
    assert request.FILES["pdf"].read() == b"PDF"
    with pytest.raises(RawPostDataException):
        _ = request.body


def test_body_can_be_read_as_a_stream(channels):
    request = http_request(channels, b"onetwo", method="PUT")
    assert request.read(3) == b"one"
    assert request.read() == b"two"


def test_body_over_the_limit_is_refused(channels, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1
    with pytest.raises(RequestDataTooBig):
        _ = http_request(channels, b"12", headers=[(b"content-length", b"2")]).body


def test_split_cookies_are_joined_as_cookies():
    """HTTP/2 splits them; 3.0.5 joins with a comma, which loses all but one."""
    request = http_request(OURS, headers=[(b"cookie", b"a=1"), (b"cookie", b"b=2")])
    assert request.COOKIES == {"a": "1", "b": "2"}


def test_header_with_an_underscore_cannot_pose_as_another():
    request = http_request(
        OURS, headers=[(b"x_real_ip", b"evil"), (b"x-real-ip", b"good")]
    )
    assert request.META["HTTP_X_REAL_IP"] == "good"


def test_charset_that_is_not_text_is_ignored():
    request = http_request(
        OURS, headers=[(b"content-type", b"text/plain; charset=\x00")]
    )
    assert request.encoding is None
