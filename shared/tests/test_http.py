"""Calls between services, against a real server that behaves badly on order."""

import contextlib
import io
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from shared.errors import Unavailable
from shared.http import ServiceClient


@dataclass
class Peer:
    """A service beside us: what it was sent, and how it behaves."""

    port: int = 0
    seen: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    status: int = 200
    delay: float = 0.0
    hang_up_on: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture
def peer() -> Iterator[Peer]:
    behaviour = Peer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            behaviour.seen.append((self.command, self.path, dict(self.headers), body))
            if behaviour.hang_up_on == len(behaviour.seen):
                self.close_connection = True
                return
            time.sleep(behaviour.delay)
            self.send_response(behaviour.status)
            self.send_header("Content-Length", "7")
            self.send_header("ETag", '"3"')
            self.end_headers()
            with contextlib.suppress(BrokenPipeError):  # the caller lost patience
                self.wfile.write(b'{"a":1}')

        do_GET = do_POST = do_PUT = answer  # noqa: N815 (the names the server looks for)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    behaviour.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield behaviour
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_call_carries_its_parameters_its_token_and_its_trace(peer: Peer) -> None:
    client = ServiceClient(peer.url + "/base/", token=lambda: "secret")
    answer = client.request("GET", "/things?x=1", params={"q": "a&b é", "none": None, "many": [1, 2]})
    assert (answer.ok, answer.json(), answer.headers["etag"]) == (True, {"a": 1}, '"3"')
    _, path, headers, _ = peer.seen[0]
    assert path == "/base/things?x=1&q=a%26b+%C3%A9&many=1&many=2"
    assert headers["Authorization"] == "Bearer secret"
    assert headers["Traceparent"].startswith("00-")


def test_a_body_is_json_a_form_with_files_or_a_stream(peer: Peer) -> None:
    client = ServiceClient(peer.url)
    client.request("POST", "/", json={"name": "Zoë"})
    client.request("POST", "/", files={"file": ("a.csv", b"1;2", "text/csv"), "mapping": "{}"})

    class Upload(io.BytesIO):
        def __len__(self) -> int:
            return len(self.getbuffer())

    client.request("POST", "/", data=Upload(b"x" * 100_000))
    (_, _, json_headers, as_json), (_, _, form_headers, as_form), (_, _, headers, streamed) = peer.seen
    assert (json_headers["Content-Type"], as_json.decode()) == ("application/json", '{"name":"Zoë"}')
    assert form_headers["Content-Type"].startswith("multipart/form-data")
    assert b'filename="a.csv"' in as_form
    assert b'name="mapping"\r\n\r\n{}' in as_form
    assert (headers["Content-Length"], len(streamed)) == ("100000", 100_000)


def test_a_service_that_is_late_down_or_broken_is_unavailable(peer: Peer) -> None:
    client = ServiceClient(peer.url)
    peer.status = 503
    with pytest.raises(Unavailable, match="answered with an error"):
        client.request("GET", "/")
    assert client.request("GET", "/", server_errors=True).status_code == 503
    peer.status, peer.delay = 200, 0.5
    with pytest.raises(Unavailable, match="in time"):
        client.request("GET", "/", timeout=0.1)
    with pytest.raises(Unavailable, match="does not answer"):
        ServiceClient("http://127.0.0.1:1").request("GET", "/")


@pytest.mark.parametrize(
    ("method", "headers", "asked"),
    [("GET", {}, 2), ("PUT", {}, 2), ("POST", {}, 1), ("POST", {"Idempotency-Key": "k"}, 2)],
)
def test_only_what_is_safe_to_repeat_is_asked_again_when_the_line_breaks(
    peer: Peer, method: str, headers: dict[str, str], asked: int
) -> None:
    client = ServiceClient(peer.url)
    peer.hang_up_on = 1
    if asked == 1:
        with pytest.raises(Unavailable):
            client.request(method, "/", headers=headers)
    else:
        assert client.request(method, "/", headers=headers).ok
    assert len(peer.seen) == asked


def test_a_form_read_once_is_never_sent_again(peer: Peer) -> None:
    class Upload(io.BytesIO):
        def __len__(self) -> int:
            return 3

    peer.hang_up_on = 1
    with pytest.raises(Unavailable):
        ServiceClient(peer.url).request("PUT", "/", data=Upload(b"abc"))
    assert len(peer.seen) == 1
