import errno
import json
import os
import pathlib
import signal
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ailiteracy.games import GameResult, solve_2048
from ailiteracy.games._sealed import seal
from ailiteracy.games.result import MOST_BYTES

START = [[2, 2, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 4, 0]]


def by_hand():
    """Left makes a 4 (and brings a 4 to the left side), down makes an 8 of the two 4s."""
    moves, spawns = ("left", "down"), ((0, 3, 2), (0, 0, 4))
    last = [[4, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [8, 0, 0, 2]]
    return GameResult("hand", 12, 8, 2, moves, spawns, np.array(START), np.array(last), 3.0)


@pytest.fixture(scope="module")
def greedy():
    return solve_2048("greedy", rng=0, progress=False)


def same(game, other):
    boards = zip(game.boards(), other.boards(), strict=True)
    keys = ("player", "score", "best_tile", "n_moves", "moves", "spawns", "seconds")
    same_ends = (game.start_board == other.start_board).all() and (game.final_board == other.final_board).all()
    return (
        all(getattr(game, key) == getattr(other, key) for key in keys)
        and same_ends
        and all((a == b).all() for a, b in boards)
    )


def test_the_boards_of_a_game_worked_by_hand():
    middle = [[4, 0, 0, 2], [0, 0, 0, 0], [0, 0, 0, 0], [4, 0, 0, 0]]
    assert [board.tolist() for board in by_hand().boards()] == [START, middle, by_hand().final_board.tolist()]


def test_undoing_as_worked_by_hand():
    game = by_hand()
    shorter = game.undo()
    assert shorter.final_board.tolist() == [[4, 0, 0, 2], [0, 0, 0, 0], [0, 0, 0, 0], [4, 0, 0, 0]]
    assert (shorter.score, shorter.best_tile, shorter.n_moves, shorter.seconds) == (4, 4, 1, 1.5)
    assert (shorter.moves, shorter.spawns) == (("left",), ((0, 3, 2),))
    assert game.undo(2).final_board.tolist() == START
    assert game.undo(2).score == 0
    assert (game.score, game.n_moves) == (12, 2)  # the game itself stays as it is


@given(st.integers(0, 200), st.integers(1, 200))
@settings(max_examples=25, deadline=None)
def test_a_game_undone_is_the_game_cut_short(n_moves, n_undone):
    whole = solve_2048("greedy", rng=0, max_moves=n_moves, progress=False)
    if n_undone > n_moves:
        with pytest.raises(ValueError, match=f"at most {n_moves}, the moves of this game"):
            whole.undo(n_undone)
        return
    short = solve_2048("greedy", rng=0, max_moves=n_moves - n_undone, progress=False)
    undone = whole.undo(n_undone)
    assert (undone.moves, undone.spawns, undone.score) == (short.moves, short.spawns, short.score)
    assert (undone.final_board == short.final_board).all()
    assert undone.best_tile == short.best_tile


def test_a_game_undone_shares_no_array_and_can_be_played_on():
    game = by_hand()
    undone = game.undo(2)
    undone.start_board[:] = 0
    undone.final_board[:] = 0
    assert game.start_board.tolist() == START
    again = solve_2048("greedy", board=game.undo().final_board, rng=0, max_moves=3, progress=False)
    assert again.n_moves == 3


@pytest.mark.parametrize(
    ("n_moves", "error", "parts"),
    [
        (0, ValueError, ["`n_moves`", ">= 1", "got 0"]),
        (-1, ValueError, ["`n_moves`", "got -1"]),
        (3, ValueError, ["`n_moves`", "at most 2", "got 3", "Take back fewer moves."]),
        (10**30, ValueError, ["`n_moves`", "at most 2"]),
        (1.0, TypeError, ["`n_moves`", "an integer", "1.0"]),
        ("1", TypeError, ["`n_moves`", "'1'"]),
    ],
)
def test_what_cannot_be_undone_is_told(n_moves, error, parts):
    with pytest.raises(error) as caught:
        by_hand().undo(n_moves)
    assert all(part in str(caught.value) for part in parts), str(caught.value)


def test_nothing_can_be_undone_before_the_first_move():
    with pytest.raises(ValueError, match=r"at most 0, .* got 1\. Make a move first\."):
        by_hand().undo(2).undo()


def test_a_saved_game_comes_back(tmp_path, greedy):
    path = tmp_path / "games" / "first.json"
    greedy.save(path)
    assert same(GameResult.load(str(path)), greedy)
    assert [file.name for file in path.parent.iterdir()] == ["first.json"]


def test_games_with_strange_names_and_tiles_come_back(tmp_path):
    big = np.array([[2**16, 2**16, 0, 0]] + [[0] * 4] * 3)
    for name in ("棋手", "<b>\"'&", "\ud800", ""):
        game = GameResult(name, 2**17, 2**17, 1, ("left",), ((3, 3, 4),), big, big, 0.0)
        game.save(tmp_path / "game.json")
        again = GameResult.load(tmp_path / "game.json")
        assert again.player == name
        assert again.final_board.tolist() == [[2**17, 0, 0, 0], [0] * 4, [0] * 4, [0, 0, 0, 4]]


def spoil(**changes):
    def change(content):
        for key, value in changes.items():
            content[key] = value(content[key]) if callable(value) else value

    return change


def spoilt(path, game, change, *, sealed):
    """Write a game, changed; sealed again by someone who knows how, or not."""
    game.save(path)
    content = json.loads(path.read_text())
    old = content.pop("sha256")
    change(content)
    path.write_text(json.dumps({**content, "sha256": seal(content) if sealed else old}))


CHANGES = [
    (spoil(format="else"), "format"),
    (spoil(score=lambda score: score + 4), "points"),
    (spoil(score=float("nan")), "points"),
    (spoil(score="many"), "points"),
    (spoil(moves=lambda moves: moves[:-1]), "a move or a tile"),
    (spoil(moves=lambda moves: ["north", *moves[1:]]), "a move or a tile"),
    (spoil(moves=7), "int"),
    (spoil(spawns=lambda spawns: [[9, 0, 2], *spawns[1:]]), "a move or a tile"),
    (spoil(spawns=lambda spawns: [[0, 0, 8], *spawns[1:]]), "a move or a tile"),
    (spoil(spawns=lambda spawns: spawns[::-1]), "breaks the rules at move"),
    (spoil(spawns=7), "int"),
    (spoil(spawns=lambda spawns: [[float("inf"), 0, 2], *spawns[1:]]), "infinity"),
    (spoil(start_board=[[3] * 4] * 4), "got 3"),
    (spoil(start_board=[[2**100] * 4] * 4), "whole numbers"),
    (spoil(seconds=float("nan")), "cannot take nan seconds"),
    (spoil(seconds=-1), "cannot take -1.0 seconds"),
    (spoil(seconds=10**400), "too large"),
    (lambda content: content.pop("moves"), "moves"),
]


@pytest.mark.parametrize(("change", "part"), CHANGES)
def test_a_file_that_breaks_the_rules_is_refused_in_words_though_sealed(tmp_path, greedy, change, part):
    path = tmp_path / "game.json"
    spoilt(path, greedy, change, sealed=True)
    with pytest.raises(ValueError, match="is no saved game, or a damaged one") as caught:
        GameResult.load(path)
    assert part in str(caught.value)
    assert "Save a game first" in str(caught.value)


@pytest.mark.parametrize("change", [spoil(player="best"), spoil(seconds=0.5), spoil(score=4), spoil(extra=1)])
def test_a_changed_file_is_refused_by_its_seal(tmp_path, greedy, change):
    path = tmp_path / "game.json"
    spoilt(path, greedy, change, sealed=False)
    with pytest.raises(ValueError, match=r"is no saved game, or a damaged one: its content does not match its seal"):
        GameResult.load(path)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_no_damage_gives_another_game_or_a_foreign_error(tmp_path_factory, greedy, data):
    path = tmp_path_factory.getbasetemp() / "damaged.json"
    greedy.save(path)
    good = path.read_bytes()
    at = data.draw(st.integers(0, len(good) - 1))
    flipped = good[:at] + bytes([good[at] ^ data.draw(st.integers(1, 255))]) + good[at + 1 :]
    to = data.draw(st.integers(at + 1, len(good)))
    bad = data.draw(st.sampled_from([flipped, good[:at], good[at:], good[:at] + good[to:], good[:to] + good[at:]]))
    path.write_bytes(bad)
    try:
        again = GameResult.load(path)
    except ValueError as error:
        words = str(error)
    else:
        assert same(again, greedy)  # a space that became another space
        return
    assert "is no saved game, or a damaged one" in words


BAD_FILES = {
    "empty": b"", "open": b"{", "list": b"[1, 2]", "null": b"null", "binary": b"\xff\xfe\x00", "zeros": bytes(1000),
    "deep": b"[" * 100_000, "number": b"9" * 10_000, "text": b"2048",
    "no content": b'{"format": "ailiteracy 2048 game 2"}', "the format before": b'{"format": "ailiteracy 2048 game 1"}',
}  # fmt: skip


@pytest.mark.parametrize("content", BAD_FILES.values(), ids=BAD_FILES)
def test_what_is_no_saved_game_is_refused_in_words(tmp_path, content):
    path = tmp_path / "game.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="is no saved game, or a damaged one"):
        GameResult.load(path)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "game.json"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=r"it has 16,777,217 bytes, more than 16,777,216"):
            GameResult.load(path)
        assert tracemalloc.get_traced_memory()[1] < 1e6
    finally:
        tracemalloc.stop()


def test_what_is_no_file_is_refused_in_words(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no saved game at .* Save a game first"):
        GameResult.load(tmp_path / "none.json")
    with pytest.raises(ValueError, match="it is a folder"):
        GameResult.load(tmp_path)
    for call in (GameResult.load, by_hand().save):
        with pytest.raises(TypeError, match="`path` must be a path"):
            call(3)
        with pytest.raises(ValueError, match="`path` must be a path that is not empty"):
            call("")
        with pytest.raises(ValueError, match="without the zero character"):
            call("a\0b")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with a name")
def test_a_pipe_neither_hangs_nor_is_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ValueError, match="it is a device or a pipe"):
        GameResult.load(tmp_path / "pipe")
    with pytest.raises(FileExistsError, match=r"it is a device or a pipe\. Choose another name"):
        by_hand().save(tmp_path / "pipe")
    assert (tmp_path / "pipe").is_fifo()


def test_a_folder_is_not_replaced(tmp_path):
    with pytest.raises(IsADirectoryError, match="it is a folder"):
        by_hand().save(tmp_path)


def test_a_full_disk_leaves_the_old_file_and_no_half_one(tmp_path, monkeypatch):
    by_hand().save(tmp_path / "game.json")
    write = pathlib.Path.write_text

    def half(path, text, **arguments):
        write(path, text[: len(text) // 2], **arguments)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(pathlib.Path, "write_text", half)
    for name in ("game.json", "other.json"):
        with pytest.raises(OSError, match=r"cannot write '.*\.json': No space left on device\. Free some space"):
            by_hand().undo().save(tmp_path / name)
    assert [file.name for file in tmp_path.iterdir()] == ["game.json"]
    assert GameResult.load(tmp_path / "game.json").n_moves == 2


def test_a_file_that_the_system_does_not_let_grow_is_not_left_behind(tmp_path, greedy):
    resource = pytest.importorskip("resource", reason="this system has no limit of a file's size")
    assert signal.getsignal(signal.SIGXFSZ) == signal.SIG_IGN  # Python turns the signal into an error
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, hard))
    try:
        with pytest.raises(OSError, match=r"cannot write '.*game\.json': File too large\. Free some space"):
            greedy.save(tmp_path / "game.json")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


def test_a_game_that_breaks_the_rules_says_where():
    wrong = GameResult("hand", 0, 2, 1, ("up",), ((0, 0, 2),), np.array(START), np.array(START), 0.0)
    with pytest.raises(ValueError, match=r"the game breaks the rules at move 1: up, then a 2\."):
        list(wrong.boards())
