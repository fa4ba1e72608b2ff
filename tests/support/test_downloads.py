import hashlib
import http.server
import pathlib
import subprocess
import sys
import threading
import time

import pytest

from ailiteracy._support import downloads
from ailiteracy._support.downloads import MissingDataError, cache_folder, fetch, readable_size

CONTENT = bytes(range(256)) * 1000
HASH = "sha256:" + hashlib.sha256(CONTENT).hexdigest()


class Server(http.server.BaseHTTPRequestHandler):
    """/good sends the file, /cut breaks off half way, /wrong sends other bytes, /plain ignores Range, /slow is slow."""

    requests: list

    def do_GET(self):
        kind = self.path.split("/")[1]
        self.requests.append((kind, self.headers.get("Range")))
        if kind not in ("good", "cut", "wrong", "plain", "slow"):
            self.send_error(404, "Not Found")
            return
        body = CONTENT[::-1] if kind == "wrong" else CONTENT
        start = 0
        if self.headers.get("Range") and kind != "plain":
            start = int(self.headers["Range"].removeprefix("bytes=").removesuffix("-"))
            if start >= len(body):
                self.send_error(416, "Range Not Satisfiable")
                return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        end = start + (len(body) - start) // 2 if kind == "cut" else len(body)
        for place in range(start, end, 16_000):
            self.wfile.write(body[place : min(place + 16_000, end)])
            time.sleep(0.05 if kind == "slow" else 0)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    asked = []
    handler = type("Handler", (Server,), {"requests": asked})
    listening = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{listening.server_port}", asked
    listening.shutdown()
    listening.server_close()
    thread.join()


@pytest.fixture
def get(server, tmp_path):
    address, _ = server

    def call(*kinds, target=tmp_path / "data" / "file.bin"):
        addresses = [f"{address}/{kind}/file.bin" for kind in kinds]
        return fetch("set/file.bin", addresses, known_hash=HASH, n_bytes=len(CONTENT), target=target)

    return call


def only_file(folder):
    return [path.name for path in folder.iterdir()]


def test_good(get, server, capfd):
    path = get("good")
    assert path.read_bytes() == CONTENT
    assert only_file(path.parent) == ["file.bin"]
    assert get("good") == path  # here already: no second request
    assert server[1] == [("good", None)]
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("first", ["missing", "wrong", "cut"])
def test_next_mirror_helps(get, first):
    path = get(first, "good")
    assert path.read_bytes() == CONTENT
    assert only_file(path.parent) == ["file.bin"]


def test_broken_download_is_resumed_at_the_next_call(get, server):
    with pytest.raises(MissingDataError, match="the connection broke off"):
        get("cut")
    half = len(CONTENT) // 2
    assert get("good").read_bytes() == CONTENT
    assert server[1] == [("cut", None), ("good", f"bytes={half}-")]


def test_server_that_cannot_resume_sends_all_again(get, server):
    with pytest.raises(MissingDataError):
        get("cut")
    assert get("plain").read_bytes() == CONTENT
    assert server[1][-1][1] is not None


def test_foreign_part_is_thrown_away(get, tmp_path):
    (tmp_path / "data").mkdir()
    for junk in (b"junk", CONTENT + b"more"):
        (tmp_path / "data" / ".file.bin.part").write_bytes(junk)
        path = get("good")
        assert path.read_bytes() == CONTENT
        assert only_file(path.parent) == ["file.bin"]
        path.unlink()


def test_damaged_file_is_fetched_again(get):
    path = get("good")
    path.write_bytes(b"half")
    assert get("good").read_bytes() == CONTENT


def test_mirror_comes_first(get, server, monkeypatch):
    monkeypatch.setenv("AILITERACY_MIRROR", server[0] + "/good/")
    get("missing")
    assert server[1] == [("good", None)]


def test_all_addresses_fail_with_one_message(get, server, tmp_path):
    with pytest.raises(MissingDataError) as caught:
        get("missing", "wrong", "cut")
    text = str(caught.value)
    place = tmp_path / "data" / "file.bin"
    for words in ("'set/file.bin'", "256.0 kB", "404 Not Found", "wrong hash", "broke off", "by hand", str(place)):
        assert words in text, text
    assert all(f"{server[0]}/{kind}/file.bin" in text for kind in ("missing", "wrong", "cut"))
    assert "AILITERACY_MIRROR" in text
    assert not place.exists()
    assert isinstance(caught.value, FileNotFoundError)


def test_no_network(tmp_path):
    target = tmp_path / "file.bin"
    with pytest.raises(MissingDataError, match=r"no connection.*To place it by hand"):
        fetch("file", ["http://127.0.0.1:1/file"], known_hash=HASH, n_bytes=10, target=target)
    assert only_file(tmp_path) == []


def test_folder_that_cannot_be_written(get, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match=r"cannot write .*Free some space or choose a folder"):
        get("good", target=tmp_path / "file" / "below" / "file.bin")


def test_cache_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("AILITERACY_CACHE", str(tmp_path / "a" / "b"))
    assert cache_folder() == tmp_path / "a" / "b"
    assert not cache_folder().exists(), "looking makes nothing"
    assert cache_folder(write=True).is_dir()


def test_cache_folder_of_the_user(monkeypatch, tmp_path):
    monkeypatch.delenv("AILITERACY_CACHE")
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name: tmp_path / name)
    assert cache_folder() == tmp_path / "ailiteracy"


def test_cache_folder_without_rights(monkeypatch, tmp_path):
    monkeypatch.setattr(downloads.os, "access", lambda *_: False)
    with pytest.raises(PermissionError, match=r"cannot use the cache folder .*no right.*AILITERACY_CACHE"):
        cache_folder(write=True)
    assert cache_folder().name  # to read, no right to write is asked for
    file = tmp_path / "file"
    file.write_text("in the way")
    monkeypatch.setenv("AILITERACY_CACHE", str(file))
    with pytest.raises(FileExistsError, match=r"cannot use the cache folder .*AILITERACY_CACHE"):
        cache_folder(write=True)


@pytest.mark.parametrize(("n", "text"), [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (2.5e9, "2.5 GB")])
def test_readable_size(n, text):
    assert readable_size(n) == text


PROCESS = """
import hashlib, pathlib, sys
from ailiteracy._support.downloads import fetch
address, known_hash, target = sys.argv[1:]
print("ready", flush=True)
sys.stdin.readline()
path = fetch("set/file.bin", [address], known_hash=known_hash, n_bytes=256_000, target=pathlib.Path(target))
print(hashlib.sha256(path.read_bytes()).hexdigest())
"""


def test_two_processes_at_once(server, tmp_path):
    """One fetches, the other waits; a shared part would hold the bytes of both."""
    address, asked = server
    target = tmp_path / "data" / "file.bin"
    command = [sys.executable, "-c", PROCESS, f"{address}/slow/file.bin", HASH, str(target)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    both = [subprocess.Popen(command, **pipes) for _ in range(2)]
    for process in both:
        assert process.stdout.readline() == "ready\n"
    for process in both:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in both:
        out, err = process.communicate(timeout=120)
        assert (process.returncode, "sha256:" + out.strip()) == (0, HASH), err
    assert only_file(target.parent) == ["file.bin"]
    assert len(asked) == 1


def test_bar_counts_bytes(monkeypatch, server, tmp_path):
    counted = []

    class Bar:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def update(self, n):
            counted.append(n)

    monkeypatch.setattr(downloads, "progress_bar", lambda *_, **__: Bar())
    target = pathlib.Path(tmp_path / "file.bin")
    fetch("f", [server[0] + "/good/f"], known_hash=HASH, n_bytes=len(CONTENT), target=target)
    assert sum(counted) == len(CONTENT)
