import email.utils
import json
import logging
import pickle
import socket
import threading
import time
import traceback

import pytest
from chat_server import document, event, no_waiting, send, server, stream  # noqa: F401

from ailiteracy.nlp import chat
from ailiteracy.nlp._chat_stream import printable
from ailiteracy.nlp.chat import ChatClient, ChatError, ChatReply

HELLO = [{"role": "user", "content": "Hello"}]
KEY = "sk-very-secret-0123456789"


@pytest.fixture
def client(server):  # noqa: F811
    return ChatClient("stub-1", base_url=server.base_url, timeout=5, deadline=20)


def reply_with(data, **options):
    return lambda handler, body: send(handler, data, **options)


def stream_with(*pieces, **options):
    return lambda handler, body: stream(handler, *pieces, **options)


# What is sent, and what comes back.


def test_reply(server, client):  # noqa: F811
    assert client(HELLO) == "You said: Hello"
    ((path, headers, body),) = server.asked
    assert path == "/v1/chat/completions"
    assert body == {"model": "stub-1", "messages": HELLO, "stream": False}
    assert headers["Content-Type"] == "application/json"
    assert "Authorization" not in headers


def test_reply_says_what_it_took(client):
    assert client.reply(HELLO) == ChatReply("You said: Hello", "stop", "stub-1", 5, 3)


def test_options_are_sent_when_given(server):  # noqa: F811
    client = ChatClient("m", base_url=server.base_url, temperature=0, max_tokens=7, seed=3)
    client(HELLO)
    sent = server.asked[0][2]
    assert (sent["temperature"], sent["max_tokens"], sent["seed"]) == (0, 7, 3)


def test_numbers_of_numpy_are_sent(server):  # noqa: F811
    import numpy as np

    ChatClient("m", base_url=server.base_url, temperature=np.float32(0.5), seed=np.int64(3))(HELLO)
    assert (server.asked[0][2]["temperature"], server.asked[0][2]["seed"]) == (0.5, 3)


def test_text_of_any_script_arrives(server, client):  # noqa: F811
    text = "你好 🙂 e\u0301 \u202eabc\x00 مرحبا"
    assert client([{"role": "user", "content": text}]) == "You said: " + text


def test_reply_without_counts(server, client):  # noqa: F811
    server.script.append(reply_with(json.dumps(document("Hi", usage=None, finish_reason="length")).encode()))
    assert client.reply(HELLO) == ChatReply("Hi", "length", "stub-1", None, None)


def test_models(server, client):  # noqa: F811
    assert client.models() == ["stub-1", "stub-2"]
    assert server.asked[0][0] == "/v1/models"
    server.script.append(reply_with(b'{"models": 3}'))
    with pytest.raises(ChatError, match="does not list its models"):
        client.models()


def test_ten_megabytes_there_and_back(server, client):  # noqa: F811
    assert len(client([{"role": "user", "content": "x" * 10_000_000}])) == 10_000_010


# Streams.


def test_stream(client):
    assert list(client.stream(HELLO)) == ["You", " said: Hello"]


def test_first_piece_comes_before_the_last_is_written(server, client):  # noqa: F811
    gate = threading.Event()

    def act(handler, body):
        stream(handler, event("first"))
        gate.wait(10)
        handler.wfile.write(event(" second", "stop") + b"data: [DONE]\n\n")

    server.script.append(act)
    pieces = client.stream(HELLO)
    assert next(pieces) == "first"
    gate.set()
    assert list(pieces) == [" second"]


def test_stream_in_unusual_forms(server, client):  # noqa: F811
    report = b'data: {"choices": [], "prompt_filter_results": []}\n\n'
    comment, counts = b": still here\n\n", b'data: {"choices": [], "usage": {"prompt_tokens": 1}}\n\n'
    crlf = event("一").replace(b"data: ", b"data:").replace(b"\n", b"\r\n")
    halves = event("二")
    server.script.append(
        stream_with(
            report, comment, b"event: x\nid: 1\n", crlf, halves[:60], halves[60:], event(finish_reason="stop"), counts
        )
    )
    assert "".join(client.stream(HELLO)) == "一二"  # and no [DONE]: the reason to finish is enough


@pytest.mark.parametrize("end", [b"data: [DONE]\n\n", b"data: [DONE]"])
def test_done_is_an_end_without_a_reason(server, client, end):  # noqa: F811
    server.script += [stream_with(event("all"), event(" said"), end), stream_with(event("all"), end)]
    assert list(client.stream(HELLO)) == ["all", " said"]
    assert client(HELLO) == "all"  # a stream of one piece where one reply was asked for
    server.script.append(stream_with(end))
    with pytest.raises(ChatError, match="without choices"):
        list(client.stream(HELLO))


def test_server_that_does_not_stream(server, client):  # noqa: F811
    server.script.append(reply_with(json.dumps(document("all at once")).encode()))
    assert list(client.stream(HELLO)) == ["all at once"]


def test_server_that_streams_unasked(server, client):  # noqa: F811
    server.script.append(stream_with(event("a"), event("b", "stop"), b"data: [DONE]\n\n"))
    with pytest.raises(ChatError, match=r"sent 2 pieces in place of one reply\. Use `stream`"):
        client(HELLO)


@pytest.mark.parametrize("end", [b"", b'data: {"choi', b'data: {"choi\n'])
def test_stream_cut_off_in_the_middle(server, client, end):  # noqa: F811
    server.script.append(stream_with(event("The first "), event("words"), end))
    pieces = client.stream(HELLO)
    with pytest.raises(ChatError, match=r"stopped in the middle of a reply\. Ask again") as caught:
        list(pieces)
    assert caught.value.partial == "The first words"
    assert len(server.asked) == 1  # what was shown is not asked for a second time


def test_stream_that_never_begins_is_asked_again(server, client, no_waiting):  # noqa: F811
    server.script.append(lambda handler, body: handler.connection.shutdown(2))
    assert "".join(client.stream(HELLO)) == "You said: Hello"
    assert len(server.asked) == 2


def test_error_inside_a_stream(server, client):  # noqa: F811
    server.script.append(stream_with(event("so "), b'data: {"error": {"message": "out of memory"}}\n\n'))
    with pytest.raises(ChatError, match="reports an error: out of memory") as caught:
        list(client.stream(HELLO))
    assert caught.value.partial == "so "


def test_stream_left_early_closes_the_line(server, client):  # noqa: F811
    server.script.append(stream_with(*[event("x" * 1000)] * 10_000))
    pieces = client.stream(HELLO)
    assert next(pieces).startswith("x")
    pieces.close()
    assert client(HELLO) == "You said: Hello"


# Trouble that passes.


@pytest.mark.parametrize("status", [429, 500, 502, 503, 529])
def test_busy_server_is_asked_again(server, client, no_waiting, status):  # noqa: F811
    server.script += [reply_with(b"busy", status=status)] * 2
    assert client(HELLO) == "You said: Hello"
    first, second = no_waiting
    assert 0.5 <= first <= 0.625
    assert 1.0 <= second <= 1.25


def test_retry_after_in_seconds_and_as_a_date(server, client, no_waiting):  # noqa: F811
    date = email.utils.formatdate(time.time() + 30, usegmt=True)
    server.script += [
        reply_with(b"", status=429, Retry_After="7"), reply_with(b"", status=503, Retry_After=date)
    ]  # fmt: skip
    assert client(HELLO) == "You said: Hello"
    assert 7 <= no_waiting[0] <= 8.75
    assert 25 <= no_waiting[1] <= 37.5


def test_unreadable_retry_after_counts_as_none(server, client, no_waiting):  # noqa: F811
    server.script.append(reply_with(b"", status=429, Retry_After="soon"))
    client(HELLO)
    assert 0.5 <= no_waiting[0] <= 0.625


def test_too_long_a_wait_is_told_instead(server, client, no_waiting):  # noqa: F811
    server.script.append(reply_with(b'{"error": "quota"}', status=429, Retry_After="3600"))
    with pytest.raises(ChatError, match=r"answers 429 .*quota"):
        client(HELLO)
    assert no_waiting == []


def test_tries_come_to_an_end(server, client, no_waiting, caplog):  # noqa: F811
    server.script += [reply_with(b"", status=500)] * 9
    with caplog.at_level(logging.INFO), pytest.raises(ChatError, match=r"answers 500 .*Wait a moment") as caught:
        client(HELLO)
    assert len(server.asked) == 3
    assert caught.value.status == 500
    assert "try 1 of 3" in caplog.text


def test_cut_line_is_asked_again(server, client, no_waiting):  # noqa: F811
    data = json.dumps(document("whole")).encode()
    server.script += [
        lambda handler, body: (send(handler, data[:40], length=len(data)), handler.connection.shutdown(2)),
        lambda handler, body: handler.connection.shutdown(2),
    ]
    assert client(HELLO) == "You said: Hello"
    assert len(server.asked) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 418, 422])
def test_other_errors_are_not_tried_again(server, client, no_waiting, status):  # noqa: F811
    server.script.append(reply_with(b'{"error": {"message": "no such model: stub-9"}}', status=status))
    with pytest.raises(ChatError, match=rf"answers {status} .*no such model: stub-9\)\. \w+") as caught:
        client(HELLO)
    assert caught.value.status == status
    assert len(server.asked) == 1
    assert no_waiting == []


def test_redirects_are_not_followed(server, client):  # noqa: F811
    server.script.append(reply_with(b"", status=307, Location="https://elsewhere.example/v1"))
    with pytest.raises(ChatError, match=r"It points to https://elsewhere\.example/v1\. Redirects are not followed"):
        client(HELLO)
    assert len(server.asked) == 1


# Replies that are none.


@pytest.mark.parametrize(("data", "kind", "words"), [
    (b"{ not json", "application/json", r"not JSON: '\{ not json'\. Check"),
    (b"[" * 100_000, "application/json", "not JSON"),
    (b"[]", "application/json", "no chat reply"),
    (b"\xff\xfe", "application/json", "not JSON"),
    (b'{"choices": []}', "application/json", r"without choices\. Check `model`"),
    (b'{"choices": {}}', "application/json", "without choices"),
    (b'{"choices": [3]}', "application/json", "without choices"),
    (b'{"choices": [{"message": {"content": null}}]}', "application/json", "without text"),
    (b'{"choices": [{"message": {"content": [1]}}]}', "application/json", "without text"),
    (b'{"choices": [{"message": "hi"}]}', "application/json", "without text"),
    (b'{"error": "model is loading"}', "application/json", "reports an error: model is loading"),
    (b"<html>Log in</html>", "text/html", r"'text/html' in place of JSON.*asks for a login: check `base_url`"),
    (b"x" * 16_000_001, "application/json", "more than 16,000,000 bytes"),
])  # fmt: skip
def test_replies_that_are_none(server, client, data, kind, words):  # noqa: F811
    server.script.append(reply_with(data, kind=kind))
    with pytest.raises(ChatError, match=words):
        client(HELLO)
    assert len(server.asked) == 1


def test_stream_of_nonsense(server, client):  # noqa: F811
    for data, words in [(b"data: {oops\n\n", "not JSON"), (b'data: {"choices": []}\n\n', "without choices"),
                        (b"data: " + b"x" * 16_000_001, "more than 16,000,000 bytes"),
                        (b"\n", "stopped in the middle")]:  # fmt: skip
        server.script.append(stream_with(data))
        with pytest.raises(ChatError, match=words):
            list(client.stream(HELLO))


def test_server_that_speaks_another_language():
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet():
            line, _ = listener.accept()
            line.recv(1000)
            line.sendall(b"220 mail.example ESMTP\r\n")
            line.close()

        thread = threading.Thread(target=greet)
        thread.start()
        client = ChatClient("m", base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=5)
        with pytest.raises(ChatError, match=r"does not speak HTTP as expected\. Check `base_url` and its port"):
            client(HELLO)
        thread.join()


def test_nobody_listens(no_waiting):  # noqa: F811
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ChatError, match=rf"no server listens at http://127\.0\.0\.1:{port}\. Start one"):
        ChatClient("m", base_url=f"http://127.0.0.1:{port}/v1")(HELLO)
    assert len(no_waiting) == 2


def test_host_that_has_no_address(no_waiting):  # noqa: F811
    with pytest.raises(ChatError, match=r"no address is known for https://no-such-host\.invalid"):
        ChatClient("m", base_url="https://no-such-host.invalid/v1", retries=0)(HELLO)


# Servers without an end.


def test_server_that_never_answers(server, no_waiting):  # noqa: F811
    client = ChatClient("m", base_url=server.base_url, timeout=0.2)
    server.script.append(lambda handler, body: handler.server.sleep(30))
    with pytest.raises(ChatError, match=r"sent nothing for 0\.2 seconds\. Raise `timeout`"):
        client(HELLO)
    assert len(server.asked) == 1


def test_server_that_falls_silent(server):  # noqa: F811
    client = ChatClient("m", base_url=server.base_url, timeout=0.2)
    server.script.append(lambda handler, body: (stream(handler, event("half a sen")), handler.server.sleep(30)))
    with pytest.raises(ChatError, match="sent nothing for") as caught:
        list(client.stream(HELLO))
    assert caught.value.partial == "half a sen"


def trickle_headers(handler, body):
    for letter in b"HTTP/1.1 200 OK\r\nX: " + b"y" * 10_000:
        handler.wfile.write(bytes([letter]))
        if handler.server.stopping.wait(0.02):
            return


@pytest.mark.parametrize("act", [
    trickle_headers,
    stream_with(*[b": ping\n\n"] * 1000, pause=0.02),
    stream_with(*[event("x")] * 1000, pause=0.02),
    lambda handler, body: (send(handler, b"{", length=1000), stream(handler, *[b" "] * 900, pause=0.02)),
])  # fmt: skip
def test_server_that_trickles(server, no_waiting, act):  # noqa: F811
    client = ChatClient("m", base_url=server.base_url, timeout=5, deadline=0.3)
    server.script.append(act)
    with pytest.raises(ChatError, match=r"did not finish within 0\.3 seconds\. Raise `deadline`"):
        list(client.stream(HELLO))
    assert len(server.asked) == 1
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.join(5)
            assert not thread.is_alive()


# Keys.


@pytest.fixture
def keyed(server, monkeypatch):  # noqa: F811
    monkeypatch.setenv("STUB_KEY", f" {KEY}\n")
    return ChatClient("m", base_url=server.base_url, key_variable="STUB_KEY", retries=1)


def test_key_comes_from_the_environment_and_goes_to_the_server(server, keyed):  # noqa: F811
    keyed(HELLO)
    assert server.asked[0][1]["Authorization"] == f"Bearer {KEY}"
    assert KEY not in repr(keyed)
    assert KEY not in str(vars(keyed))
    assert KEY.encode() not in pickle.dumps(keyed)


@pytest.mark.parametrize("act", [
    reply_with(json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}}).encode(), status=401),
    reply_with(f"busy with {KEY}".encode(), status=500),
    reply_with(f"not json {KEY}".encode()),
    reply_with(json.dumps({"error": KEY}).encode()),
    reply_with(b"", status=302, Location=f"http://x/?key={KEY}"),
    reply_with(b"", kind=f"text/{KEY}"),
    lambda handler, body: handler.connection.shutdown(2),
])  # fmt: skip
def test_key_stands_in_no_error_and_no_log(server, keyed, no_waiting, caplog, act):  # noqa: F811
    server.script += [act] * 2
    with caplog.at_level(logging.DEBUG), pytest.raises(ChatError) as caught:
        keyed(HELLO)
    assert KEY not in "".join(traceback.format_exception(caught.value))
    assert KEY not in caplog.text


def test_key_stands_in_no_local_variable_of_a_traceback(server, keyed):  # noqa: F811
    server.script.append(reply_with(b"", status=401))
    with pytest.raises(ChatError) as caught:
        keyed(HELLO)
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert "request = " in "".join(told.format())
    assert KEY not in "".join(told.format())


def test_http_debugging_does_not_print_the_key(keyed, monkeypatch, capsys):
    monkeypatch.setattr("http.client.HTTPConnection.debuglevel", 1)
    keyed(HELLO)
    assert KEY not in capsys.readouterr().out


@pytest.mark.parametrize(("value", "words"), [
    (None, r"`key_variable` must name an environment variable that is set, got 'STUB_KEY'"),
    ("  ", "that is set"),
    (KEY + "\nX-Evil: 1", r"the key in the variable STUB_KEY holds spaces or unusual characters\. Copy it again"),
    (KEY + "ключ", "unusual characters"),
])  # fmt: skip
def test_unusable_keys(keyed, monkeypatch, value, words):
    monkeypatch.delenv("STUB_KEY") if value is None else monkeypatch.setenv("STUB_KEY", value)
    with pytest.raises(ValueError, match=words) as caught:
        keyed(HELLO)
    assert KEY not in str(caught.value)


def test_key_in_the_wrong_place_is_not_shown():
    with pytest.raises(ValueError, match="is not shown, since it may be a key") as caught:
        ChatClient("m", key_variable=KEY)
    assert KEY not in str(caught.value)
    for address in [f"https://user:{KEY}@host/v1", f"https://host/v1?api-key={KEY}"]:
        with pytest.raises(ValueError, match="A key belongs into an environment variable") as caught:
            ChatClient("m", base_url=address)
        assert KEY not in str(caught.value)


@pytest.mark.parametrize(("host", "near"), [
    ("127.0.0.1", True), ("localhost", True), ("[::1]", True), ("192.168.1.5", True), ("vllm", True),
    ("box.local", True), ("8.8.8.8", False), ("api.example.com", False),
])  # fmt: skip
def test_keys_travel_encrypted_or_not_far(host, near):
    ChatClient("m", base_url=f"https://{host}/v1", key_variable="K")
    if near:
        ChatClient("m", base_url=f"http://{host}:8000/v1", key_variable="K")
    else:
        with pytest.raises(ValueError, match=r"must be an https address when a key is sent, got .*Use https://"):
            ChatClient("m", base_url=f"http://{host}/v1", key_variable="K")


def test_https_goes_through_the_proxy_of_the_environment(monkeypatch, no_waiting):  # noqa: F811
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")  # nobody listens there
    with pytest.raises(ChatError, match=r"no server listens at https://api\.example\.com"):
        ChatClient("m", base_url="https://api.example.com/v1")(HELLO)


# Bad input.

CASES = [
    (lambda: ChatClient(3), TypeError, "`model` must be a text"),
    (lambda: ChatClient(" "), ValueError, "`model` must be a text that is not blank"),
    (lambda: ChatClient("m", base_url=3), TypeError, "`base_url` must be a text"),
    (lambda: ChatClient("m", base_url="localhost:11434/v1"), ValueError, r"begins with http:// or https://, got"),
    (lambda: ChatClient("m", base_url="ftp://x"), ValueError, "begins with http"),
    (lambda: ChatClient("m", base_url="http://"), ValueError, "begins with http"),
    (lambda: ChatClient("m", base_url="http://x:99999"), ValueError, "`base_url` must be a web address"),
    (lambda: ChatClient("m", base_url="http://[::1"), ValueError, "`base_url` must be a web address"),
    (lambda: ChatClient("m", base_url="http://x/é"), ValueError, "of ASCII characters"),
    (lambda: ChatClient("m", base_url="http://x/a b"), ValueError, "without spaces"),
    (lambda: ChatClient("m", base_url="http://x/v1/chat/completions"), ValueError, r"Leave /chat/\.\.\. out"),
    (lambda: ChatClient("m", temperature=-1), ValueError, r"`temperature` must be a finite number >= 0, got -1"),
    (lambda: ChatClient("m", temperature=float("nan")), ValueError, "`temperature`"),
    (lambda: ChatClient("m", max_tokens=0), ValueError, "`max_tokens` must be an integer >= 1"),
    (lambda: ChatClient("m", seed=1.5), TypeError, "`seed` must be an integer"),
    (lambda: ChatClient("m", timeout=0), ValueError, "`timeout` must be a finite number > 0"),
    (lambda: ChatClient("m", deadline=float("inf")), ValueError, "`deadline`"),
    (lambda: ChatClient("m", retries=-1), ValueError, "`retries` must be an integer from 0 to 20"),
    (lambda: ChatClient("m")("Hello"), TypeError, r"`messages` must be a list of messages, got 'Hello'. Pass a list"),
    (lambda: ChatClient("m")([]), ValueError, "at least one message"),
    (lambda: ChatClient("m")(["Hello"]), TypeError, r"`messages\[0\]` must be a dict with role and content"),
    (lambda: ChatClient("m")([{"role": "user"}]), TypeError, "with role and content"),
    (lambda: ChatClient("m")([{**HELLO[0], "name": "x"}]), TypeError, "with role and content"),
    (lambda: ChatClient("m")([{"role": "usr", "content": "x"}]), ValueError, "Did you mean 'user'"),
    (lambda: ChatClient("m")([{"role": "user", "content": ""}]), ValueError, "`messages.0. content` .* not blank"),
    (lambda: ChatClient("m")([{"role": "user", "content": None}]), TypeError, "must be a text"),
    (lambda: ChatClient("m")([{"role": "user", "content": "a\ud800"}]), ValueError, "whole characters, .*Repair it"),
    (lambda: ChatClient("m").stream([]), ValueError, "at least one message"),  # at once, not at the first piece
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "words"), CASES)
def test_bad_input(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_printable_leaves_no_control_characters():
    assert printable("a\x1b[31mb\n\u202ec\td") == "a [31mb\n c\td"


def test_random_state_is_left_as_found(server, client, no_waiting):  # noqa: F811
    import random

    state = random.getstate()
    server.script.append(reply_with(b"", status=500))
    client(HELLO)
    assert random.getstate() == state
    assert chat.FIRST_WAIT == 0.5
