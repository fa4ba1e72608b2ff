"""One request to a chat server and what comes back: a JSON document, or a stream of them.

The idea: a reply that is written slowly is sent in pieces, as server-sent events: lines that begin with "data:", each
with a small JSON document, the last one "[DONE]". So a reader sees the first words at once. Two clocks watch the
server: one for silence, one for the whole reply, since a server may send one byte a minute for ever.

Left out: redirects, which could carry a key to another host, and proxies for plain http.
Next: chat.py, which says what is asked and how often.
"""

from __future__ import annotations

import contextlib
import email.utils
import http.client
import json
import socket
import ssl
import threading
import time
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DONE", "ChatError", "Request", "TemporaryError", "printable", "receive"]

MAX_BYTES = 16_000_000  # of one reply; a server that goes on and on does not fill the memory
MAX_SHOWN = 300  # characters of a server's own words in an error
DONE: dict[str, Any] = {"done": True}  # this very object stands for "[DONE]": what came before is whole


class ChatError(RuntimeError):
    """A chat server gave no usable reply; the message says what came and what to do.

    Attributes
    ----------
    status : int or None
        The HTTP status, where there was one.
    partial : str
        The text that had arrived before a stream broke off.
    """

    def __init__(self, text: str, *, status: int | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.partial = ""


class TemporaryError(ChatError):
    """An error that may be gone in a moment; `wait` holds the seconds the server asks for, where it does."""

    def __init__(self, text: str, *, status: int | None = None, wait: float | None = None) -> None:
        super().__init__(text, status=status)
        self.wait = wait


class Secret(str):
    """A text that no repr, traceback or debugger shows."""

    def __repr__(self) -> str:
        return "'***'"


@dataclass(frozen=True)
class Request:
    """What to ask of which server, and how long to wait."""

    address: SplitResult  # the whole address of the page
    body: bytes | None  # None asks by GET
    key: Secret
    timeout: float  # seconds without a byte
    deadline: float  # seconds for everything

    @property
    def server(self) -> str:
        """The server as messages name it."""
        return f"{self.address.scheme}://{self.address.netloc}"

    def hide(self, text: str) -> str:
        """Return a server's words, short, on one line and without the key, which some servers repeat."""
        if self.key:
            text = text.replace(self.key, "***")
        text = printable(text, keep="").strip()
        return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "..."


def printable(text: str, keep: str = "\n\t") -> str:
    """Return a text without control characters, which could steer a terminal; line ends may be kept."""
    return "".join(letter if letter.isprintable() or letter in keep else " " for letter in text)


def receive(request: Request) -> Iterator[dict[str, Any]]:
    """Yield the JSON documents of a reply, each as soon as it is there, and `DONE` where a stream ends so.

    Raises
    ------
    TemporaryError
        Where asking again may help: no connection, a cut line, status 429 or 5xx.
    ChatError
        Where it would not.
    """
    expired = threading.Event()
    try:
        with _opened(request, expired) as response:
            _check_status(request, response)
            yield from _documents(request, response)
        if expired.is_set():
            raise TimeoutError
    except (OSError, http.client.HTTPException) as error:
        raise _worded(request, error, expired=expired.is_set()) from None
    except ChatError as error:
        # A line that this side cut at the deadline looks like one that the server cut.
        if expired.is_set():
            raise _worded(request, TimeoutError(), expired=True) from None
        raise error from None


@contextlib.contextmanager
def _opened(request: Request, expired: threading.Event) -> Iterator[http.client.HTTPResponse]:
    """Connect, ask, and yield the response; the line is cut when the deadline comes, whatever it is doing then."""
    connection = _connection(request)
    connection.set_debuglevel(0)  # a level set for the whole program would print the key
    headers = {"Accept": "application/json, text/event-stream", "User-Agent": "ailiteracy"}
    if request.body is not None:
        headers["Content-Type"] = "application/json"
    watch = None
    try:
        connection.connect()
        line = connection.sock

        def cut() -> None:
            expired.set()
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

        watch = threading.Timer(request.deadline, cut)
        watch.daemon = True  # a program may end while a reply is still being read
        watch.start()
        if request.key:
            headers["Authorization"] = Secret(f"Bearer {request.key}")
        path = request.address.path or "/"
        connection.request("GET" if request.body is None else "POST", path, body=request.body, headers=headers)
        with connection.getresponse() as response:
            yield response
    finally:
        if watch is not None:
            watch.cancel()
        connection.close()


def _connection(request: Request) -> http.client.HTTPConnection:
    """Return a connection not yet opened; https goes through the proxy that the environment names."""
    host, port = request.address.hostname or "", request.address.port
    if request.address.scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=request.timeout)
    context = ssl.create_default_context()
    proxy = None if urllib.request.proxy_bypass(host) else urllib.request.getproxies().get("https")
    if not proxy:
        return http.client.HTTPSConnection(host, port, timeout=request.timeout, context=context)
    place = urlsplit(proxy if "//" in proxy else f"//{proxy}")
    connection = http.client.HTTPSConnection(
        place.hostname or "", place.port or 8080, timeout=request.timeout, context=context
    )
    connection.set_tunnel(host, port or 443)
    return connection


def _check_status(request: Request, response: http.client.HTTPResponse) -> None:
    """Raise the worded error of a status that is not 200."""
    status = response.status
    if status == 200:
        return
    said = request.hide(_server_words(response.read(65_536)))
    start = f"the server {request.server} answers {status} {request.hide(response.reason)}" + (
        f" ({said})" if said else ""
    )
    if status == 429 or status >= 500:
        wait = _seconds(response.headers.get("Retry-After"))
        raise TemporaryError(f"{start}. Wait a moment and ask again.", status=status, wait=wait)
    remedies = {
        400: "Check `model` and the options; the server does not take this request.",
        401: "Set the environment variable that `key_variable` names to a valid key.",
        403: "Check that the key may use this model.",
        404: "Check `model`, and that `base_url` ends as the server wants it, often in /v1.",
        413: "Send less text.",
    }
    remedy = remedies.get(status, "Check `base_url`, `model` and the options.")
    if 300 <= status < 400:
        goal = request.hide(response.headers.get("Location", "another address"))
        remedy = f"It points to {goal}. Redirects are not followed: put the right address into `base_url`."
    raise ChatError(f"{start}. {remedy}", status=status)


def _server_words(data: bytes) -> str:
    """Return what an error page says: the message inside its JSON, or its text."""
    text = data.decode("utf-8", "replace")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return "" if text.lstrip().startswith("<") else text
    error = document.get("error", document) if isinstance(document, dict) else document
    return str(error.get("message", error)) if isinstance(error, dict) else str(error)


def _seconds(text: str | None) -> float | None:
    """Return the seconds that a Retry-After line asks for, as a number or as a date; None when it cannot be read."""
    if text is None:
        return None
    if text.strip().isascii() and text.strip().isdigit():
        return float(text[:12])
    with contextlib.suppress(ValueError, TypeError):
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    return None


def _documents(request: Request, response: http.client.HTTPResponse) -> Iterator[dict[str, Any]]:
    """Yield the documents of a response whose status is 200."""
    kind = response.headers.get_content_type()
    if kind == "text/event-stream":
        yield from _events(request, response)
        return
    data = response.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ChatError(f"the server {request.server} sent more than {MAX_BYTES:,} bytes. Check `base_url`.")
    if response.length and len(data) <= MAX_BYTES:  # what was announced and has not come
        raise http.client.IncompleteRead(data)
    if kind != "application/json":
        raise ChatError(
            f"the server {request.server} sent {request.hide(kind)!r} in place of JSON. It may be no chat server, or a "
            "page that asks for a login: check `base_url`, which often ends in /v1."
        )
    yield _parsed(request, data)


def _events(request: Request, response: http.client.HTTPResponse) -> Iterator[dict[str, Any]]:
    """Yield the document of each server-sent event, and `DONE` for "[DONE]"."""
    n_bytes, lines = 0, []
    while line := response.readline(MAX_BYTES):
        n_bytes += len(line)
        if n_bytes > MAX_BYTES:
            raise ChatError(f"the server {request.server} sent more than {MAX_BYTES:,} bytes. Check `base_url`.")
        line = line.rstrip(b"\r\n")
        if line.startswith(b"data:"):  # other lines are names of events, and comments that keep the line alive
            lines.append(line[5:].removeprefix(b" "))
        elif not line and lines:  # an empty line ends an event
            if b"\n".join(lines).strip() == b"[DONE]":
                break
            yield _parsed(request, b"\n".join(lines))
            lines = []
    if lines and b"\n".join(lines).strip() != b"[DONE]":
        raise TemporaryError(f"the server {request.server} stopped in the middle of a reply. Ask again.")
    if lines:
        yield DONE


def _parsed(request: Request, data: bytes) -> dict[str, Any]:
    """Return a JSON document that is an object and holds no error."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        start = request.hide(data[:60].decode("utf-8", "replace"))
        raise ChatError(
            f"the server {request.server} sent what is not JSON: {start!r}. Check `base_url` and the server's log."
        ) from None
    if not isinstance(document, dict):
        raise ChatError(f"the server {request.server} sent JSON that is no chat reply. Check `base_url`.")
    if document.get("error"):
        said = request.hide(_server_words(data))
        raise ChatError(f"the server {request.server} reports an error: {said}. Check `model` and the server's log.")
    return document


def _worded(request: Request, error: Exception, *, expired: bool) -> ChatError:
    """Return what went wrong with the line, as an error that says what to do."""
    server = request.server
    if expired:
        return ChatError(
            f"the server {server} did not finish within {request.deadline:g} seconds. Raise `deadline`, lower "
            "`max_tokens`, or take a smaller model."
        )
    if isinstance(error, TimeoutError):
        return ChatError(
            f"the server {server} sent nothing for {request.timeout:g} seconds. Raise `timeout` if the model loads "
            "slowly; otherwise look at the server."
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        return ChatError(f"the certificate of {server} is not valid: {error.verify_message}. Check `base_url`.")
    if isinstance(error, ConnectionRefusedError):
        return TemporaryError(f"no server listens at {server}. Start one, for example with `ollama serve`.")
    if isinstance(error, socket.gaierror):
        return TemporaryError(f"no address is known for {server}. Check `base_url` and the network.")
    if isinstance(error, http.client.IncompleteRead | ConnectionError):
        return TemporaryError(f"the server {server} cut the line before its reply was complete. Ask again.")
    if isinstance(error, http.client.HTTPException):
        return ChatError(f"the server {server} does not speak HTTP as expected. Check `base_url` and its port.")
    return TemporaryError(f"the line to {server} failed: {request.hide(str(error))}. Check the network.")
