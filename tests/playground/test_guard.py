"""Only this machine's browser, on a page that came from here, is answered."""

from __future__ import annotations

import pytest
from tests.playground.client import asked, connected
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from glassnet.playground.app import WEB
from glassnet.playground.guard import HEADERS, refusal


@pytest.mark.parametrize("host", ["127.0.0.1:8910", "localhost:8910", "LOCALHOST:8910", "[::1]:8910"])
def test_loopback_names_with_the_port_are_answered(host):
    assert refusal([host], [], 8910) is None
    assert refusal([host], [f"http://{host}"], 8910) is None


@pytest.mark.parametrize(
    "hosts",
    [
        [],
        [""],
        ["127.0.0.1"],
        ["localhost"],
        ["127.0.0.1:8911"],
        ["evil.example:8910"],
        ["127.0.0.1.evil.example:8910"],
        ["localhost:8910.evil.example"],
        ["evil.example:8910@127.0.0.1:8910"],
        ["127.0.0.1:8910", "127.0.0.1:8910"],
        ["127.0.0.1:8910", "evil.example"],
        ["0.0.0.0:8910"],
        ["2130706433:8910"],
        ["127.0.0.1:08910"],
    ],
)
def test_other_hosts_are_refused(hosts):
    assert "only" in (refusal(hosts, [], 8910) or "")


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "https://127.0.0.1:8910",
        "http://127.0.0.1",
        "http://127.0.0.1:8911",
        "http://localhost:8910",  # another origin than 127.0.0.1, for browsers too
        "http://127.0.0.1:8910.evil.example",
        "http://evil.example",
        "file://",
    ],
)
def test_other_origins_are_refused(origin):
    assert "elsewhere" in (refusal(["127.0.0.1:8910"], [origin], 8910) or "")
    assert refusal(["127.0.0.1:8910"], ["http://127.0.0.1:8910", origin], 8910) is not None


def test_a_page_of_another_name_or_place_gets_nothing(server):
    rebound, body = asked(server, "/", Host=f"evil.example:{server.port}")
    assert rebound.status == 403
    assert f"http://127.0.0.1:{server.port}" in body.decode()
    elsewhere, _ = asked(server, "/upload?name=a.csv", "POST", body=b"a,b\n1,2\n", Origin="https://evil.example")
    assert elsewhere.status == 403
    own, _ = asked(server, "/", Origin=f"http://127.0.0.1:{server.port}")
    assert own.status == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:1"])
def test_a_socket_from_elsewhere_is_refused(server, origin):
    with pytest.raises(InvalidStatus) as refused, connected(server, origin=origin):
        pass
    assert refused.value.response.status_code == 403


def test_a_socket_of_the_page_itself_is_accepted(server):
    with connected(server, origin=f"http://127.0.0.1:{server.port}") as client:
        assert client.ask("hello")["setup"]["data"]["name"] == "spiral"


def test_a_socket_stands_at_one_address(server):
    with pytest.raises(InvalidStatus), connect(f"ws://127.0.0.1:{server.port}/other") as socket:
        socket.recv()


@pytest.mark.parametrize("path", ["/", "/web/main.js", "/nowhere", "/words/en.json", "/upload", "/web/../../"])
def test_headers_stand_on_every_answer(server, path):
    response, _ = asked(server, path)
    for name, value in HEADERS.items():
        assert response.headers[name] == value
    assert response.headers["Cache-Control"] in {"no-store", "no-cache"}
    assert response.headers.get("Server") is None


@pytest.mark.parametrize(
    "path",
    [
        "/web/../app.py",
        "/web/%2e%2e/app.py",
        "/web/..%2fapp.py",
        "/web/..%5capp.py",
        "/web/..\\app.py",
        "/web//etc/passwd",
        "/web/%2fetc/passwd",
        "/web/C:/windows/win.ini",
        "/web/.git/config",
        "/web/main.js%00.html",
        "/web/main.js/",
        "/web/style",
        "/web/",
        "/web",
        "/web/style/../main.js",
        "//etc/passwd",
        "/words/fr.json",
        "/words/../en.json",
        "/words/%2e%2e%2f.json",
        "/export.glass?session=nobody",
        "/export.glass",
        "/favicon.txt",
    ],
)
def test_nothing_else_is_there(server, path):
    response, body = asked(server, path)
    assert response.status == 404, body[:100]


def test_every_file_of_the_page_is_there(server):
    files = [file for file in WEB.rglob("*") if file.is_file()]
    assert len(files) >= 8
    for file in files:
        response, body = asked(server, "/web/" + file.relative_to(WEB).as_posix())
        assert response.status == 200, file
        assert body == file.read_bytes()
        assert "text/plain" not in response.headers["Content-Type"]


def test_the_head_of_a_page_has_no_body(server):
    whole, content = asked(server, "/")
    head, nothing = asked(server, "/", "HEAD")
    assert (head.status, nothing) == (200, b"")
    assert head.headers["Content-Length"] == str(len(content)) == whole.headers["Content-Length"]


def test_what_the_browser_has_is_not_sent_again(server):
    first, _ = asked(server, "/web/main.js")
    tag = first.headers["ETag"]
    for known in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again, body = asked(server, "/web/main.js", If_None_Match=known)
        assert (again.status, body) == (304, b"")
        assert again.headers["ETag"] == tag
    changed, body = asked(server, "/web/main.js", If_None_Match='"other"')
    assert changed.status == 200
    assert body


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT"])
def test_other_methods_are_refused(server, method):
    response, _ = asked(server, "/", method)
    assert response.status == 405
    assert response.headers["Allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize(("path", "method"), [("/", "POST"), ("/web/main.js", "POST"), ("/upload", "GET")])
def test_methods_belong_to_addresses(server, path, method):
    response, _ = asked(server, path, method, body=b"" if method == "POST" else None)
    assert response.status == 405


def test_words_are_told_in_both_languages(server):
    for language in ("en", "zh"):
        response, body = asked(server, f"/words/{language}.json")
        assert response.status == 200
        assert response.headers["Content-Type"] == "application/json"
        assert body.startswith(b"{")
