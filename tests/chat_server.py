"""A chat server on this machine that the tests start, steer and stop; it also misbehaves on request."""

import contextlib
import http.server
import json
import threading
import time

import pytest


def document(text, *, finish_reason="stop", **fields):
    """A complete reply in the chat-completions form."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish_reason}
    usage = {"prompt_tokens": 5, "completion_tokens": 3}
    return {"id": "1", "object": "chat.completion", "model": "stub-1", "choices": [choice], "usage": usage} | fields


def event(text=None, finish_reason=None):
    """One server-sent event of a streamed reply."""
    choice = {"index": 0, "delta": {} if text is None else {"content": text}, "finish_reason": finish_reason}
    return b"data: " + json.dumps({"model": "stub-1", "choices": [choice]}, ensure_ascii=False).encode() + b"\n\n"


def send(handler, data, *, status=200, kind="application/json", length=None, **headers):
    """Answer with a body; `length` may lie."""
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(data) if length is None else length))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(data)


def stream(handler, *pieces, pause=0.0):
    """Answer with server-sent events, chunk by chunk; the line is closed after the last one."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream; charset=utf-8")
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.close_connection = True
    for piece in pieces:
        handler.wfile.write(piece)
        handler.wfile.flush()
        if handler.server.stopping.wait(pause):
            return


def echo(handler, body):
    """The usual behaviour: say back what was said last, as a stream where that is asked for."""
    text = "You said: " + body["messages"][-1]["content"]
    if body.get("stream"):
        stream(handler, event("You"), event(text[3:]), event(finish_reason="stop"), b"data: [DONE]\n\n")
    else:
        send(handler, json.dumps(document(text)).encode())


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, dict(self.headers), body))
        act = self.server.script.pop(0) if self.server.script else echo
        with contextlib.suppress(ConnectionError):  # a client that has had enough leaves
            act(self, body)

    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers), None))
        act = self.server.script.pop(0) if self.server.script else None
        if act is None:
            send(self, json.dumps({"data": [{"id": "stub-1"}, {"id": "stub-2"}]}).encode())
        else:
            act(self, None)

    def log_message(self, *words):
        """Say nothing."""


class Server(http.server.ThreadingHTTPServer):
    """`script`: what to do for the next requests; `asked`: what was asked so far."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.script, self.asked, self.stopping = [], [], threading.Event()
        self.base_url = f"http://127.0.0.1:{self.server_port}/v1"

    def sleep(self, seconds):
        """Wait, but not longer than the test lasts."""
        self.stopping.wait(seconds)


@pytest.fixture
def server():
    """A running chat server."""
    running = Server()
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield running
    running.stopping.set()
    running.shutdown()
    running.server_close()
    thread.join(5)


@pytest.fixture
def no_waiting(monkeypatch):
    """Note the pauses between tries and skip them."""
    pauses = []
    monkeypatch.setattr("ailiteracy.nlp.chat.time", type("clock", (), {"sleep": pauses.append, "time": time.time}))
    return pauses
