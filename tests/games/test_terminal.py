"""Playing and watching end to end: in a pseudo-terminal, in pipes, and on every way out."""

import io
import json
import os
import re
import select
import signal
import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest

from ailiteracy.games import GameResult, move_values, solve_2048, terminal
from ailiteracy.games._terminal import playing, tty
from ailiteracy.games._terminal.keys import DIRECTION_KEYS
from ailiteracy.games._terminal.open_game import OpenGame
from ailiteracy.games._terminal.screen import board_lines
from ailiteracy.games.rules import DIRECTIONS, possible_moves
from ailiteracy.games.terminal import person, play_in_terminal, watch_in_terminal

if os.name != "nt":
    import fcntl
    import pty
    import struct
    import termios

needs_pty = pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals of this kind")
PATIENCE = 12  # seconds; machines are slow
TAKEN, GIVEN_BACK = b"\x1b[?1049h", b"\x1b[?1049l"

# The child makes the pseudo-terminal its own, so that Ctrl-C and Ctrl-Z reach it as signals, and begins anew in it.
OPEN = """
import fcntl, os, signal, sys, termios
tty = os.open({name!r}, os.O_RDWR)
fcntl.ioctl(tty, termios.TIOCSCTTY, 0)
for number in (0, 1, 2):
    os.dup2(tty, number)
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGTSTP):
    signal.signal(number, signal.SIG_DFL)
os.execv(sys.executable, [sys.executable, "-c", {code!r}])
"""
RUN = "import sys\nsys.argv = ['ailiteracy', *{arguments!r}]\nfrom ailiteracy.cli import main\nmain()\n"


class Session:
    """A program in a pseudo-terminal of its own."""

    def __init__(self, *arguments, size=(80, 24), before="", code=None, **env):
        self.keyboard, self.screen = pty.openpty()  # our end; the program's end, kept open to look at its settings
        self.resize(*size)
        self.settings = termios.tcgetattr(self.screen)
        code = before + (code or RUN.format(arguments=arguments))
        source = OPEN.format(name=os.ttyname(self.screen), code=code)
        clean = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLORTERM")}
        self.process = subprocess.Popen(
            [sys.executable, "-c", source], env={**clean, "TERM": "xterm-256color", **env}, start_new_session=True
        )
        self.output, self.mark = b"", 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        for end in (self.keyboard, self.screen):
            if end is not None:
                os.close(end)

    def resize(self, columns, rows):
        fcntl.ioctl(self.screen, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def send(self, keys):
        self.mark = len(self.output)
        os.write(self.keyboard, keys.encode())

    def read(self, seconds):
        """Take in what has been written, if anything comes within some seconds."""
        if select.select([self.keyboard], [], [], seconds)[0]:
            self.output += os.read(self.keyboard, 65536)
            return True
        return False

    def wait_for(self, text, since=None):
        """Return what was written since the last keys, as soon as `text` is in it."""
        since, end = self.mark if since is None else since, time.monotonic() + PATIENCE
        while text.encode() not in self.output[since:]:
            assert time.monotonic() < end, f"no {text!r} in {self.output[since:]!r}"
            gone = self.process.poll() is not None
            assert self.read(0.5) or not gone, f"ended without {text!r}: {self.output[since:]!r}"
        return self.output[since:]

    def frame(self, *texts):
        """Return the newest whole frame, without colours, as soon as it holds all of the texts."""
        end = time.monotonic() + PATIENCE
        while True:
            frames = re.findall(rb"\x1b\[H((?:(?!\x1b\[H).)*?)\x1b\[J", self.output, re.DOTALL)
            last = re.sub(r"\x1b\[[0-9;]*[mK]", "", frames[-1].decode()).replace("\r", "") if frames else ""
            if all(text in last for text in texts):
                return last
            assert time.monotonic() < end, f"no {texts} in {last}"
            gone = self.process.poll() is not None
            assert self.read(0.5) or not gone, f"ended without {texts}: {self.output!r}"

    def end(self):
        """Return the exit code and what was written after the screen was given back."""
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < end, "it does not end"
            self.read(0.2)
        while self.read(0):
            pass
        last = self.output.rpartition(GIVEN_BACK)[2].decode()
        return self.process.returncode, re.sub(r"\x1b\[[0-9;]*m|\r", "", last)

    def is_as_before(self):
        """Whether the settings are those from before, the screen was given back and the cursor is there."""
        shown = self.output.rfind(b"\x1b[?25h") >= self.output.rfind(b"\x1b[?25l")
        given = self.output.rfind(GIVEN_BACK) >= self.output.rfind(TAKEN)
        return shown and given and termios.tcgetattr(self.screen) == self.settings


def drawn(game, layout=(10, 3, True)):
    """The lines of a game's board that stand in a coloured frame; gaps where the colours would part the cells."""
    text = "\n".join(board_lines(game.board, layout, colours=256, newest=game.newest))
    return [line for line in re.sub(r"\x1b\[[0-9;]*m", "", text).split("\n") if line.strip()]


# On a screen.


@needs_pty
def test_play_a_little():
    game = OpenGame.new("person", 7)
    with Session("2048", "play", "--seed", "7") as session:
        session.frame("moves 0", *drawn(game), "arrows or w a s d")
        # Letters, an arrow, and an arrow in application mode.
        for keys, direction in [("a", "left"), ("\x1b[A", "up"), ("\x1bOC", "right"), ("s", "down")]:
            game.move(direction)
            session.send(keys)
            session.frame(f"moves {len(game.moves)}", f"score {game.score}", *drawn(game))
        session.send("uu")
        game.undo()
        game.undo()
        session.frame("Back to move 2.", *drawn(game))
        session.send("x\x1b[15~")  # neither moves anything
        session.frame("moves 2", "u takes back", *drawn(game))
        session.send("q")
        code, after = session.end()
        assert code == 0
        assert after.startswith("2048 played by person: score 4, best tile 4, 2 moves")
        assert session.is_as_before()
        # One screen, cleared once; the frames lie over one another.
        assert session.output.count(TAKEN) == session.output.count(b"\x1b[2J") == 1


@needs_pty
def test_hint():
    with Session("2048", "play", "--seed", "7", "--hint-player", "greedy") as session:
        session.frame("moves 0")
        session.send("h")
        session.frame("greedy would move", "up 14")
        session.send("?")
        session.send("a")
        session.frame("moves 1")
        session.send("\x04")  # Ctrl-D ends like q
        assert session.end()[0] == 0
        assert session.is_as_before()


@needs_pty
@pytest.mark.parametrize("size", [(80, 24), (24, 9)])
def test_in_chinese(size):
    with Session("2048", "play", "--seed", "7", size=size, AILITERACY_LANGUAGE="zh_CN") as session:
        session.frame("得分 0", *(["步数 0", "方向键或 w a s d：移动"] if size == (80, 24) else []))
        session.send("u")
        session.frame("没有可悔的棋。")
        session.send("a")
        session.send("q")
        assert session.end()[0] == 0
        assert session.is_as_before()


def test_a_hint_with_values():
    board = np.array([[64, 32, 16, 8], [0] * 4, [0] * 4, [2, 0, 0, 0]])
    values = move_values(board, depth=None, compiled=True)
    best = max(values, key=values.get)
    said = playing._hint(board, "expectimax")
    assert said.startswith(f"expectimax would move {playing.towards(best)} ({best} {values[best]:,.0f}, ")
    assert all(direction in said for direction in values)
    assert playing._hint(board, lambda board: "up") == "<lambda> would move up."
    assert playing._hint(np.array([[2, 4, 2, 4], [4, 2, 4, 2]] * 2), "expectimax").startswith("The game is over")


@needs_pty
def test_resize():
    game = OpenGame.new("person", 7)
    with Session("2048", "play", "--seed", "7") as session:
        session.frame("arrows or w a s d")
        for size, words, layout in [
            ((40, 12), "wasd: move", (8, 1, True)),
            ((20, 8), "wasd u h q", (4, 1, False)),
            ((100, 40), "arrows or w a s d", (10, 3, True)),
        ]:
            session.resize(*size)  # the terminal sends SIGWINCH by itself
            session.frame(words, *drawn(game, layout))
        session.resize(12, 4)
        session.frame("Too small")
        session.send("a")  # keys work all the same
        session.resize(80, 24)
        session.frame("moves 1")
        session.send("q")
        assert session.end()[0] == 0


@needs_pty
def test_a_window_that_is_too_small_from_the_beginning():
    with Session("2048", "play", size=(10, 2)) as session:
        session.frame("Too")
        session.send("q")
        assert session.end()[0] == 0
        assert session.is_as_before()


@needs_pty
def test_a_terminal_that_does_not_tell_its_size():
    with Session("2048", "play", size=(0, 0)) as session:
        session.frame("arrows or w a s d")
        session.send("q")
        assert session.end()[0] == 0


FAILS = """
from ailiteracy.games._terminal import playing
def fail(game, key): raise ValueError("out of order")
playing._change = fail
"""


@needs_pty
@pytest.mark.parametrize(("way", "code", "words"), [
    ("ctrl-c", 130, "interrupted"),
    ("SIGINT", 130, "interrupted"),
    ("SIGTERM", 143, ""),
    ("SIGHUP", 129, ""),
    ("error", 2, "error: out of order"),
])  # fmt: skip
def test_every_way_out_restores_the_terminal(way, code, words):
    with Session("2048", "play", before=FAILS if way == "error" else "") as session:
        session.frame("moves 0")
        assert termios.tcgetattr(session.screen) != session.settings  # there is something to restore
        if way.startswith("SIG"):
            session.process.send_signal(getattr(signal, way))
        else:
            session.send("\x03" if way == "ctrl-c" else "a")
        assert session.end() == (code, f"{words}\n" if words else "")
        assert session.is_as_before()


# Another thread gets the signals: nothing then interrupts the waiting for a key. It is the same when a signal comes in
# the instant before the waiting, which no test can hit.
ELSEWHERE = """
import signal, threading
threading.Thread(target=threading.Event().wait, daemon=True).start()
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT, signal.SIGTERM])
"""


@needs_pty
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_that_interrupts_nothing_ends_the_game(number, code):
    with Session("2048", "play", before=ELSEWHERE) as session:
        session.frame("moves 0")
        session.read(0.5)  # by now it waits for a key
        session.process.send_signal(number)
        assert session.end()[0] == code
        assert session.is_as_before()


@needs_pty
def test_a_terminal_that_goes_away_ends_the_game(tmp_path):
    with Session("2048", "play", "--seed", "7", "--save", str(tmp_path / "game.json")) as session:
        session.frame("moves 0")
        session.send("a")
        session.frame("moves 1")
        os.close(session.keyboard)  # the window is closed, the line is cut
        session.keyboard = None
        assert session.process.wait(timeout=PATIENCE) in (129, -signal.SIGHUP, 1, 0)
    assert GameResult.load(tmp_path / "game.json").moves == ("left",)


# A shell that can do one thing: start a job, and start it again when it was stopped.
SHELL = """
import os, signal, sys, termios
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
job = os.fork()
if job == 0:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpid())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    sys.argv = ['ailiteracy', '2048', 'play', '--seed', '7']
    from ailiteracy.cli import main
    main()
while True:
    _, status = os.waitpid(job, os.WUNTRACED)
    os.tcsetpgrp(0, os.getpgrp())
    if os.WIFEXITED(status):
        print("ENDED", os.WEXITSTATUS(status), flush=True)
        break
    print("STOPPED", flush=True)
    input()
    os.tcsetpgrp(0, job)
    os.kill(job, signal.SIGCONT)
"""


@needs_pty
def test_ctrl_z_and_back():
    game = OpenGame.new("person", 7)
    game.move("left")
    with Session(code=SHELL) as session:
        session.frame("moves 0")
        session.send("a")
        session.frame("moves 1")
        session.send("\x1a")
        session.wait_for("STOPPED")
        assert session.is_as_before()
        taken = session.output.count(TAKEN)
        session.send("fg\n")
        session.wait_for("2048   score")  # everything is drawn again
        session.frame("moves 1", *drawn(game))
        assert session.output.count(TAKEN) == taken + 1
        session.send("u")
        session.frame("moves 0")
        session.send("q")
        session.wait_for("ENDED 0")
        session.end()
        assert session.is_as_before()


@needs_pty
@pytest.mark.parametrize(("env", "codes"), [
    ({"TERM": "xterm"}, b"\x1b[30;47m"),
    ({"TERM": "xterm-256color"}, b"\x1b[38;5;16;48;5;255m"),
    ({"NO_COLOR": "1"}, None),
])  # fmt: skip
def test_colours(env, codes):
    with Session("2048", "play", "--seed", "7", **env) as session:
        session.frame("moves 0")
        session.send("q")
        assert session.end()[0] == 0
        if codes:
            assert codes in session.output
        else:
            assert not re.search(rb"\x1b\[[0-9;]*[1-9][0-9;]*m", session.output)
            assert b"+----------+" in session.output


@needs_pty
def test_a_simple_terminal_gets_lines():
    with Session("2048", "play", "--seed", "7", TERM="dumb") as session:
        session.wait_for("then Enter: ")
        session.send("a\n")
        session.wait_for("moves 1")
        session.send("q\n")
        assert session.end()[0] == 0
        assert b"\x1b" not in session.output


@needs_pty
def test_watch():
    known = solve_2048("greedy", rng=3, progress=False)
    with Session("2048", "watch", "--player", "greedy", "--seed", "3", "--speed", "0.1") as session:
        session.frame("moves 0", "greedy: 0.1 moves a second", "space: pause")
        session.send("n")
        session.frame("moves 1", "paused")
        session.send("nn")
        session.frame("moves 3", "paused")
        session.send(" ")
        session.frame("greedy: 0.1 moves a second")
        session.send("+")
        session.frame("greedy: 0.2 moves a second")
        session.send("-")
        session.frame("greedy: 0.1 moves a second")
        session.send("+" * 20)
        session.frame("the end", f"score {known.score:,}", f"moves {known.n_moves}")
        session.send("q")
        code, after = session.end()
        assert code == 0
        assert after.startswith(f"2048 played by greedy: score {known.score:,}")
        assert session.is_as_before()


@needs_pty
def test_ctrl_c_while_watching():
    with Session("2048", "watch", "--player", "random") as session:
        session.frame("moves 1")
        session.send("\x03")
        assert session.end() == (130, "interrupted\n")
        assert session.is_as_before()


@needs_pty
def test_person_asks_for_single_keys():
    code = textwrap.dedent("""
        from ailiteracy.games import solve_2048
        from ailiteracy.games.terminal import person
        game = solve_2048(person, rng=7, max_moves=4, progress=False)
        print("DONE", *game.moves)
    """)
    with Session(code=code) as session:
        session.wait_for("arrows or w a s d:")
        session.send("xa\x1b[Ad\x1b[B")  # typed ahead: nothing is lost
        session.wait_for("DONE left up right down")
        assert session.end()[0] == 0
        assert session.is_as_before()


@needs_pty
def test_person_is_left_by_ctrl_c():
    code = "from ailiteracy.games.terminal import person\nperson([[2, 0, 0, 0], *[[0] * 4] * 3])"
    with Session(code=code) as session:
        session.wait_for("arrows or w a s d:")
        session.send("\x03")
        assert session.end()[0] != 0
        assert b"KeyboardInterrupt" in session.output
        assert session.is_as_before()


class SlowKeys:
    """A keyboard that gives one byte at a time, and nothing in between; it stands in for `Keyboard`."""

    def __init__(self, *reads):
        self.reads = list(reads)

    def read(self, timeout):
        return self.reads.pop(0)


@pytest.mark.parametrize(("reads", "keys"), [
    ([b"\x1b", b"[", b"D"], ["left"]),
    ([b"\x1b", None, b"a"], ["escape", "a"]),  # nothing follows: the escape key itself
    ([b"\xe4", b"\xb8", b"\xad"], ["中"]),
    ([b"\x1b", b"!!", b"[", b"A"], ["resize", "up"]),  # a new size in the middle of a sequence
    ([None], [None]),
    ([b""], ["ctrl-d"]),
])  # fmt: skip
def test_keys_in_pieces(monkeypatch, reads, keys):
    monkeypatch.setattr(tty, "Keyboard", lambda: SlowKeys(*reads))
    screen = tty.FullScreen(alternate=False)
    monkeypatch.setattr(screen, "write", lambda text: None)
    assert [screen.key(1.0) for _ in keys] == keys


def test_ctrl_c_as_a_key(monkeypatch):
    """Some terminals hand the byte over instead of sending the signal."""
    monkeypatch.setattr(tty, "Keyboard", lambda: SlowKeys(b"\x03"))
    with pytest.raises(KeyboardInterrupt):
        tty.FullScreen().key()


# In a pipe, line by line.


@pytest.fixture
def typed(monkeypatch):
    """Put lines where the keyboard would be."""

    def put(*lines):
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))

    return put


def test_lines(typed, capsys):
    typed("a", "LEFT", "w", "u", "", "nonsense", "h", "q", "s")
    game = play_in_terminal(rng=7, hint_player="greedy")
    said = capsys.readouterr().out
    assert (game.player, game.moves) == ("person", ("left",))
    for words in ["Nothing moves to the left.", "Back to move 1.", "u takes back", "greedy would move up (up 14"]:
        assert words in said
    assert "\x1b" not in said


def test_the_end_of_the_input_ends_the_game(typed):
    typed("a", "w")
    assert play_in_terminal(rng=7).n_moves == 2


def test_bytes_that_are_no_text_are_no_move():
    done = run("2048", "play", "--seed", "7", input=b"a\n\xff\xfe\nw\nq\n")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"2048 played by person" in done.stdout


def test_2048_is_announced_once_and_the_game_goes_on(typed, capsys, monkeypatch):
    board = np.zeros((4, 4), dtype=np.int64)
    board[0, :2] = 1024
    monkeypatch.setattr(terminal, "_opened", lambda rng, resume: OpenGame("person", board, np.random.PCG64(1)))
    typed("a", "u", "a", "s", "d", "w", "q")
    game = play_in_terminal()
    assert capsys.readouterr().out.count("You made the 2048 tile! The game goes on.") == 1
    assert game.n_moves == 4
    assert game.best_tile == 2048


def test_the_end_is_announced_and_can_be_taken_back(typed, capsys, monkeypatch):
    # One move is left; it makes 4 8 16 and one empty cell, above 64, where neither a 2 nor a 4 merges.
    board = np.array([[2, 2, 8, 16], [8, 16, 32, 64], [4, 8, 16, 32], [8, 16, 32, 128]])
    game = OpenGame("person", board, np.random.PCG64(1))
    monkeypatch.setattr(terminal, "_opened", lambda rng, resume: game)
    typed("a", "a", "h", "u", "q")
    result = play_in_terminal()
    said = capsys.readouterr().out
    assert "The game is over: no move is left. u takes the last one back." in said
    assert said.count("Back to move 0.") == 1
    assert result.n_moves == 0


def run(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "ailiteracy", *arguments], capture_output=True, timeout=PATIENCE, check=False, **options
    )


def test_watching_in_a_pipe(capsys):
    known = solve_2048("greedy", rng=3, progress=False)
    seen = watch_in_terminal("greedy", rng=3)
    assert (seen.moves, seen.spawns, seen.score) == (known.moves, known.spawns, known.score)
    lines = capsys.readouterr().out.splitlines()
    row, column, value = known.spawns[0]
    first = f"     1  {known.moves[0]:<5}  {value} in row {row + 1}, column {column + 1}  score "
    assert lines[10].startswith(first)
    assert sum(" in row " in line for line in lines) == known.n_moves


@pytest.mark.parametrize("player", ["random", "one-ply"])
def test_a_watched_game_is_the_game_of_its_seed(player, capsys):
    assert watch_in_terminal(player, rng=5).moves == solve_2048(player, rng=5, progress=False).moves


def test_watching_a_function(capsys):
    def first_legal(board):
        return next(iter(possible_moves(board)))

    known = solve_2048(first_legal, rng=2, progress=False)
    assert watch_in_terminal(first_legal, rng=2).spawns == known.spawns


def test_watching_a_finished_game(capsys):
    known = solve_2048("random", rng=3, progress=False)
    assert watch_in_terminal(known) is known  # the seconds too are those of the player
    assert f"score {known.score:,}" in capsys.readouterr().out


@needs_pty
def test_a_pipe_that_is_closed_while_watching():
    command = [sys.executable, "-m", "ailiteracy", "2048", "watch", "--player", "greedy", "--seed", "3"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"2048 by greedy\n"
        process.stdout.close()  # as `head -1` does
        assert process.stderr.read() == b""
        assert process.wait(timeout=PATIENCE) == 1


# Files.


@needs_pty
def test_save_holds_every_move_at_once(tmp_path):
    path = tmp_path / "game.json"
    game = OpenGame.new("person", 7)
    with Session("2048", "play", "--seed", "7", "--save", str(path)) as session:
        session.frame("moves 0")
        for number, key in enumerate("awd", start=1):
            game.move(DIRECTION_KEYS[key])
            session.send(key)
            session.frame(f"moves {number}")
            assert list(GameResult.load(path).moves) == game.moves
        session.process.kill()  # nothing can be tidied up any more
        session.process.wait()
    assert [each.name for each in tmp_path.iterdir()] == ["game.json"]
    with Session("2048", "play", "--resume", str(path), "--save", str(path)) as session:
        session.frame("moves 3", *drawn(game))
        session.send("u")
        game.undo()
        session.frame("moves 2", *drawn(game))
        session.send("\x03")
        assert session.end() == (130, "interrupted\n")
    assert list(GameResult.load(path).moves) == game.moves


def test_a_disk_that_is_full_stops_the_saving_and_not_the_game(typed, capsys, monkeypatch, tmp_path):
    real, calls = OpenGame.save, []

    def save(self, path):
        calls.append(len(self.moves))
        if len(calls) in (2, 3):
            raise OSError("cannot write 'game.json': No space left on device. Free some space.")
        real(self, path)

    monkeypatch.setattr(OpenGame, "save", save)
    typed("a", "w", "d", "q")
    game = play_in_terminal(rng=7, save=tmp_path / "game.json")
    assert capsys.readouterr().out.count("The game is not saved: cannot write 'game.json': No space left") == 2
    assert calls == [0, 1, 2, 3]
    assert GameResult.load(tmp_path / "game.json").moves == game.moves == ("left", "up", "right")


@needs_pty
def test_a_disk_that_stays_full(tmp_path):
    """A limit on the size of files stands for the full disk."""
    before = "import resource, signal; resource.setrlimit(resource.RLIMIT_FSIZE, (1500, 1500))"
    code = f"{before}\nimport sys\nsys.argv = ['ailiteracy', '2048', 'play', '--seed', '7', '--save', 'game.json']\n"
    code += "from ailiteracy.cli import main\nmain()"
    lines = "\n".join("wasd"[number % 4] for number in range(200))
    done = subprocess.run(
        [sys.executable, "-c", code], input=lines, capture_output=True, text=True, timeout=PATIENCE, cwd=tmp_path,
        check=False,
    )  # fmt: skip
    kept = GameResult.load(tmp_path / "game.json")
    assert [each.name for each in tmp_path.iterdir()] == ["game.json"]
    assert done.returncode == 2
    assert done.stderr.startswith("error: cannot write 'game.json': ")
    assert "The game is not saved: cannot write 'game.json'" in done.stdout
    assert 0 < kept.n_moves < done.stdout.count("2048   score")


def test_a_place_that_cannot_be_written_is_refused_before_the_game(typed, capsys, tmp_path):
    (tmp_path / "taken").write_text("a file where the folder would be")
    typed("a", "q")
    with pytest.raises(OSError, match=r"cannot write .*game\.json"):
        play_in_terminal(save=tmp_path / "taken" / "game.json")
    assert capsys.readouterr().out == ""


def test_an_older_game_is_not_lost(typed, tmp_path):
    path = tmp_path / "game.json"
    solve_2048("greedy", rng=1, max_moves=5, progress=False).save(path)
    before = path.read_bytes()
    typed("q")
    with pytest.raises(FileExistsError, match="`save` must be a new file, or the one that is resumed"):
        play_in_terminal(save=path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", ["cut", "words", "missing", "folder"])
def test_a_file_that_cannot_be_resumed(tmp_path, damage):
    path = tmp_path / "game.json"
    solve_2048("greedy", rng=1, max_moves=5, progress=False).save(path)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-20])
    elif damage == "words":
        path.write_text("no game")
    else:
        path.unlink()
        if damage == "folder":
            path.mkdir()
    with pytest.raises((ValueError, OSError), match=r"game\.json"):
        play_in_terminal(resume=path)


# Bad input.


@pytest.mark.parametrize(("call", "kind", "words"), [
    (lambda: play_in_terminal(hint_player="gredy"), ValueError, "Did you mean 'greedy'"),
    (lambda: play_in_terminal(hint_player=3), TypeError, "`player` must be one of"),
    (lambda: play_in_terminal(hint_player="person"), ValueError, "`hint_player` must be a player that is not you"),
    (lambda: watch_in_terminal("person"), ValueError, "`player` must be a player that is not you"),
    (lambda: play_in_terminal(rng=-1), ValueError, "`rng` must be an integer >= 0"),
    (lambda: play_in_terminal(rng=1, resume="game.json"), ValueError, "`rng` must be None for a resumed game"),
    (lambda: play_in_terminal(save=3), TypeError, "`save` must be a path"),
    (lambda: play_in_terminal(resume=3), TypeError, "`path` must be a path"),
    (lambda: watch_in_terminal("gredy"), ValueError, "Did you mean 'greedy'"),
    (lambda: watch_in_terminal(speed=0), ValueError, "`speed` must be a finite number from 0.1 to 10000.0, got 0"),
    (lambda: watch_in_terminal(speed="fast"), TypeError, "`speed` must be a finite number"),
    (lambda: watch_in_terminal(solve_2048("random", max_moves=1), rng=1), ValueError, "`rng` must be None"),
    (lambda: person([[2, 4, 2, 4], [4, 2, 4, 2]] * 2), ValueError, "`board` must be a board that can move"),
    (lambda: person([[3] * 4] * 4), ValueError, "`board`"),
])  # fmt: skip
def test_bad_input(call, kind, words):
    with pytest.raises(kind) as caught:
        call()
    assert words in str(caught.value)


@pytest.mark.parametrize("lines", [[], ["a nonsense"], ["q", "a"]])
def test_a_person_who_says_nothing(typed, capsys, lines):
    typed(*lines)
    board = [[2, 0, 0, 0], [0] * 4, [0] * 4, [0] * 4]
    with pytest.raises(EOFError, match=r"needs a move, and (the input has ended|q was typed)\. Ask in a terminal"):
        person(board)


def test_person_in_a_pipe(typed, capsys):
    typed("left", "x", "", "d")
    assert person([[2, 0, 0, 0], [0] * 4, [0] * 4, [0] * 4]) == "right"
    assert "Nothing moves to the left." in capsys.readouterr().out


def test_person_as_a_player(typed, capsys):
    typed(*"awdsawds")
    game = solve_2048("person", rng=7, max_moves=4, progress=False)
    assert (game.player, game.n_moves) == ("person", 4)
    assert set(game.moves) <= set(DIRECTIONS)


def test_a_first_move_loads_nothing_heavy():
    heavy = ["torch", "numba", "matplotlib", "sklearn", "scipy", "joblib"]
    code = "import atexit, json, sys\n"
    code += f"atexit.register(lambda: print(json.dumps([name for name in {heavy} if name in sys.modules])))\n"
    code += "sys.argv = ['ailiteracy', '2048', 'play', '--seed', '7']\nfrom ailiteracy.cli import main\nmain()"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, input=b"a\nq\n", capture_output=True, timeout=PATIENCE, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == []


def test_the_words_of_directions():
    assert [playing.towards(each) for each in DIRECTIONS] == ["to the left", "to the right", "up", "down"]
