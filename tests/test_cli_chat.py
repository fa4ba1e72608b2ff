"""The command `ailiteracy chat`, against a server of the tests' own."""

import os
import signal
import subprocess
import sys
import threading

import pytest
from chat_server import event, send, server, stream  # noqa: F401
from typer.testing import CliRunner

from ailiteracy import cli
from ailiteracy.nlp.memory import Memory


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    """Each test stands in an empty folder."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def invoke(server):  # noqa: F811
    def run(*arguments, **options):
        return CliRunner().invoke(cli.app, ["chat", "--base-url", server.base_url, *arguments], **options)

    return run


def start(server, *arguments, **options):  # noqa: F811
    """Start the command in a Python of its own, with Ctrl-C working even where the tests run in the background."""
    code = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    code += f"sys.argv = ['ailiteracy', 'chat', '--base-url', {server.base_url!r}, *{list(arguments)!r}]\n"
    code += "from ailiteracy.cli import main\nmain()"
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE) | options
    return subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "PYTHONUNBUFFERED": ""}, **pipes)


def test_help():
    done = CliRunner().invoke(cli.app, ["chat", "--help"])
    assert done.exit_code == 0
    for option in ["--base-url", "--model", "--system", "--memory", "--key-variable", "--timeout"]:
        assert option in done.stdout


def test_one_message(server, invoke):  # noqa: F811
    done = invoke("Hello there")
    assert done.exit_code == 0, done.output
    assert done.stdout == "You said: Hello there\n"
    body = server.asked[1][2]
    assert body["model"] == "stub-1"  # the first that the server offers
    assert body["stream"] is True
    assert "museum guide" in body["messages"][0]["content"]


def test_options_are_handed_on(server, invoke, monkeypatch):  # noqa: F811
    monkeypatch.setenv("STUB_KEY", "secret-1")
    invoke("Hi", "--model", "other", "--system", "You are a tutor.", "--key-variable", "STUB_KEY")
    ((_, headers, body),) = server.asked
    assert body["model"] == "other"
    assert body["messages"][0]["content"].startswith("You are a tutor.\n")
    assert headers["Authorization"] == "Bearer secret-1"


def test_lines_of_a_pipe_are_a_conversation(server, invoke):  # noqa: F811
    done = invoke("--model", "m", input="Hello there\n\n  \r\nAnd 你好 too\n")
    assert done.exit_code == 0, done.output
    assert done.stdout == "You said: Hello there\nYou said: And 你好 too\n"
    assert [one["content"] for one in server.asked[1][2]["messages"][1:]] == [
        "Hello there", "You said: Hello there", "And 你好 too",
    ]  # fmt: skip


def test_memory_goes_on(server, invoke, tmp_path):  # noqa: F811
    assert invoke("I like Egyptian cats.", "--memory", "guide.db").exit_code == 0
    done = invoke("--memory", "guide.db", input="Where are cats?\n/notes\n/forget 1\n/notes\n/forget 7\n")
    assert '"I like Egyptian cats."' in done.stdout  # the stub repeats what it was sent: the quoted note
    assert "\n   1  I like Egyptian cats.\nNote 1 is gone.\n" in done.stdout
    assert done.exit_code == 2
    assert "`number` must be the number of a note, got 7" in done.stderr
    with Memory(tmp_path / "guide.db") as memory:
        assert len(memory) == 0
        assert len(memory.store.rows("SELECT * FROM messages")) == 4


def test_quit_and_unknown_commands(server, invoke):  # noqa: F811
    done = invoke(input="/what\n/forget me\n/quit\nnever said\n")
    assert done.exit_code == 0
    assert done.stdout.count("Commands: /notes") == 2
    assert len(server.asked) == 1


def test_escape_codes_do_not_reach_the_terminal(server, invoke):  # noqa: F811
    server.script.append(lambda handler, body: stream(handler, event("a\x1b[2Jb\nc", "stop")))
    assert invoke("Hi", "--model", "m").stdout == "a [2Jb\nc\n"


@pytest.mark.parametrize(("act", "words"), [
    (lambda handler, body: send(handler, b'{"error": {"message": "no such model"}}', status=404), "no such model"),
    (lambda handler, body: stream(handler, event("so ")), "stopped in the middle of a reply"),
    (lambda handler, body: handler.server.sleep(30), r"sent nothing for 0.2 seconds"),
])  # fmt: skip
def test_trouble_is_one_red_line(server, invoke, act, words):  # noqa: F811
    server.script.append(act)
    done = invoke("Hi", "--model", "m", "--timeout", "0.2")
    assert done.exit_code == 2
    assert words in done.stderr
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.output


@pytest.mark.parametrize(("arguments", "words"), [
    (["--base-url", "localhost:1"], "`base_url` must be an address that begins with http"),
    (["--model", " "], "`model` must be a text that is not blank"),
    (["--memory", "diary.txt"], "`path` must be a memory file of this package"),
    (["--key-variable", "NOT_SET_1"], "an environment variable that is set"),
    ([" "], "`text` must be a text that is not blank"),
])  # fmt: skip
def test_bad_input(invoke, arguments, words, tmp_path):
    (tmp_path / "diary.txt").write_text("Dear diary")
    done = invoke(*arguments, input="Hi\n")
    assert done.exit_code == 2
    assert words in done.stderr
    assert (tmp_path / "diary.txt").read_text() == "Dear diary"


def test_input_that_is_no_text(invoke):
    done = invoke("--model", "m", input=b"\xff\xfe\n")
    assert done.exit_code == 2
    assert "`text` must be UTF-8 text" in done.stderr


def test_server_without_models(server, invoke):  # noqa: F811
    server.script.append(lambda handler, body: send(handler, b'{"data": []}'))
    done = invoke("Hi")
    assert done.exit_code == 2
    assert "`model` must be given, since the server offers none" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to a whole group of programs")
def test_ctrl_c_in_a_pipe_ends_without_a_traceback(server, tmp_path):  # noqa: F811
    asked = threading.Event()

    def act(handler, body):
        stream(handler, event("The first "))
        asked.set()
        handler.server.sleep(30)

    server.script.append(act)
    running = start(server, "I like cats.", "--model", "m", "--memory", "guide.db", cwd=tmp_path)
    assert running.stdout.read(10) == b"The first "
    asked.wait(10)
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=30)
    assert running.returncode == 130
    assert b"Traceback" not in errors
    with Memory(tmp_path / "guide.db") as memory:
        assert len(memory) == 0  # an exchange is kept whole or not at all


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals")
def test_ctrl_c_in_a_terminal_stops_the_reply_only(server, tmp_path):  # noqa: F811
    import pty

    server.script.append(lambda handler, body: (stream(handler, event("The first ")), handler.server.sleep(30)))
    ours, theirs = pty.openpty()
    running = start(server, "--model", "m", stdin=theirs, cwd=tmp_path)
    os.write(ours, b"Hello\n")
    seen = b""
    while b"The first " not in seen:
        seen += running.stdout.read1(1000)
    running.send_signal(signal.SIGINT)
    while b"are not kept)" not in seen:
        seen += running.stdout.read1(1000)
    os.write(ours, b"Once more\n/quit\n")
    output, errors = running.communicate(timeout=30)
    os.close(ours)
    os.close(theirs)
    assert running.returncode == 0, errors
    assert b"You said: Once more" in output
    assert [one["content"] for one in server.asked[1][2]["messages"][1:]] == ["Once more"]


def test_reader_that_leaves(server, tmp_path):  # noqa: F811
    server.script.append(lambda handler, body: stream(handler, *[event("x" * 10_000 + "\n")] * 50, event("", "stop")))
    running = start(server, "Hello", "--model", "m", cwd=tmp_path)
    running.stdout.read(10)
    running.stdout.close()
    with running.stdin, running.stderr:
        assert running.stderr.read() == b""
    assert running.wait(30) == 1
