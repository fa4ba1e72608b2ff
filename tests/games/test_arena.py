import functools
import importlib.util
import io
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time

import joblib
import numpy as np
import pytest
from scipy import stats

from ailiteracy._cli_2048 import compare
from ailiteracy.games import ArenaResult, _saved_games, arena, legal_moves, play_many, solve_2048
from ailiteracy.games._sealed import seal
from ailiteracy.games.arena import bootstrap_interval, student_interval, wilson_interval


def test_scores_depend_neither_on_the_number_of_processes_nor_on_chance():
    alone = play_many("greedy", 6, rng=1, progress=False)
    together = play_many("greedy", 6, rng=1, n_jobs=2, progress=False)
    assert (alone.scores == together.scores).all()
    assert (alone.best_tiles == together.best_tiles).all()
    assert (alone.scores != play_many("greedy", 6, rng=2, progress=False).scores).any()


def test_the_first_games_of_many_are_the_games_of_few():
    assert (play_many("random", 3, progress=False).scores == play_many("random", 8, progress=False).scores[:3]).all()


def test_each_game_can_be_played_again_from_its_seed():
    result = play_many("random", 3, rng=9, progress=False)
    for seed, score in zip(result.seeds, result.scores, strict=True):
        assert solve_2048("random", rng=int(seed), progress=False).score == score


def test_a_function_can_play_many_games():
    result = play_many(lambda board: legal_moves(board)[-1], 2, progress=False)
    assert result.player == "<lambda>"
    assert (result.n_moves > 10).all()


def made(best_tiles):
    n_games = len(best_tiles)
    ones = np.ones(n_games)
    return ArenaResult("hand", np.arange(n_games) * 10, np.array(best_tiles), ones.astype(int) * 50, ones / 2, ones)


def test_the_share_of_games_that_reached_a_tile():
    result = made([1024, 2048, 4096, 512])
    assert result.reached(2048)[0] == 0.5
    assert result.reached(1024)[0] == 0.75
    assert result.reached(8192)[0] == 0
    assert result.moves_per_second == 100


@pytest.mark.parametrize(("hits", "trials"), [(0, 10), (1, 10), (5, 10), (95, 100), (100, 100)])
def test_the_ends_of_wilsons_interval_are_where_the_share_lies_196_deviations_away(hits, trials):
    # The defining equation, solved here by bisection: |share - p| = 1.96 sqrt(p (1 - p) / n).
    share = hits / trials

    def inside(p):
        return abs(share - p) <= 1.96 * math.sqrt(p * (1 - p) / trials)

    def edge(good, bad):
        for _ in range(60):
            middle = (good + bad) / 2
            good, bad = (middle, bad) if inside(middle) else (good, middle)
        return good

    start = (share + 1.96**2 / (2 * trials)) / (1 + 1.96**2 / trials)  # the middle of the interval lies inside
    assert wilson_interval(hits, trials) == pytest.approx((edge(start, 0.0), edge(start, 1.0)), abs=1e-9)


SKEWED = np.random.default_rng(0).exponential(1000, size=200).astype(int)


def test_the_interval_of_a_mean_is_that_of_scipys_bootstrap():
    peer = stats.bootstrap((SKEWED,), np.mean, n_resamples=20_000, method="percentile", rng=1).confidence_interval
    width = peer.high - peer.low
    low, high = bootstrap_interval(SKEWED)
    assert abs(low - peer.low) < 0.05 * width  # both draw by chance
    assert abs(high - peer.high) < 0.05 * width


def test_the_interval_of_a_mean_holds_the_true_mean_about_95_times_in_100(monkeypatch):
    monkeypatch.setattr(arena, "RESAMPLES", 500)
    rng = np.random.default_rng(0)
    ends = [bootstrap_interval(rng.exponential(size=60)) for _ in range(200)]
    held = sum(low <= 1 <= high for low, high in ends)
    assert 0.88 <= held / 200 <= 0.98  # of so skewed values 60 are few: it falls a little short of 95 %


@pytest.mark.parametrize("n", [2, 3, 5, 10, 29])
def test_the_interval_of_few_games_holds_the_true_mean_95_times_in_100(n):
    values = np.random.default_rng(0).normal(size=(1_000, n))
    low, high = np.array([student_interval(row) for row in values]).T
    assert 0.93 <= np.mean((low <= 0) & (high >= 0)) <= 0.97
    peer = stats.t.interval(0.95, n - 1, values[0].mean(), stats.sem(values[0]))
    assert (low[0], high[0]) == pytest.approx(peer)


def test_the_interval_of_a_mean_is_the_same_each_time_and_shrinks_to_equal_scores():
    result = play_many("random", 30, progress=False)
    low, high = result.mean_interval()
    assert low < result.scores.mean() < high
    assert (low, high) == result.mean_interval()
    scores = made([2048] * 2).scores
    assert made([2048] * 2).mean_interval() == student_interval(scores)
    assert bootstrap_interval(np.array([7, 7, 7])) == (7, 7)
    with pytest.raises(ValueError, match=r"one game does not show .* Play more: play_many\(player, 100\)"):
        made([2048]).mean_interval()


def equal(result, other):
    return all(
        (getattr(result, key) == getattr(other, key)).all() for key in ("scores", "best_tiles", "n_moves", "seeds")
    )


class Stop:
    """Plays one game after the other and is interrupted in one of them."""

    def __init__(self, at, how=KeyboardInterrupt):
        self.at, self.how, self.plain = at, how, arena._play_one

    def __call__(self, player, seed):
        self.at -= 1
        if self.at < 0:
            raise self.how
        return self.plain(player, seed)


@pytest.mark.parametrize("stops", [[0], [1], [4], [9], [3, 2, 1]])
def test_a_run_broken_off_goes_on_as_if_nothing_had_been(tmp_path, monkeypatch, stops):
    path, whole = tmp_path / "runs" / "greedy.json", play_many("greedy", 10, rng=3, progress=False)
    for at in stops:
        with monkeypatch.context() as patch:
            patch.setattr(arena, "_play_one", Stop(at))
            with pytest.raises(KeyboardInterrupt):
                play_many("greedy", 10, rng=3, save_to=path, progress=False)
    assert len(json.loads(path.read_text())["games"]) == sum(stops)
    left = Stop(10 - sum(stops), AssertionError)  # no game is played again
    monkeypatch.setattr(arena, "_play_one", left)
    assert equal(play_many("greedy", 10, rng=3, save_to=str(path), progress=False), whole)
    assert left.at == 0
    assert equal(play_many("greedy", 10, rng=3, save_to=path, progress=False), whole)
    assert [file.name for file in path.parent.iterdir()] == ["greedy.json"]


ENDLESS = """
import sys
from ailiteracy.games import _saved_games, play_many

_saved_games.SAVE_EVERY = 0.2
play_many("greedy", 10**6, n_jobs=int(sys.argv[1]), save_to=sys.argv[2], progress=False)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot send Ctrl-C to one process")
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_real_interrupt_keeps_the_finished_games(tmp_path, n_jobs):
    path = tmp_path / "games.json"
    command = [sys.executable, "-c", ENDLESS, str(n_jobs), path]
    # A shell starts background jobs deaf to SIGINT, and their children would be deaf too.
    hearing = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=hearing) as run:
        while run.poll() is None and not (path.exists() and path.stat().st_size > 5_000):
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        try:
            assert "KeyboardInterrupt" in run.communicate(timeout=60)[1]
        finally:
            run.kill()
    n_saved = len(json.loads(path.read_text())["games"])
    assert n_saved > 50
    more = n_saved + 5
    assert equal(play_many("greedy", more, save_to=path, progress=False), play_many("greedy", more, progress=False))
    assert [file.name for file in tmp_path.iterdir()] == ["games.json"]


def test_an_error_in_a_game_loses_no_other_game_and_processes_may_go_on(tmp_path):
    path, counts = tmp_path / "games.json", []

    def forgetful(board):
        counts.append(0)
        return legal_moves(board)[0] if len(counts) < 500 else "no idea"

    with pytest.raises(ValueError, match="legal direction"):
        play_many(forgetful, 10, save_to=path, progress=False)
    n_saved = len(json.loads(path.read_text())["games"])
    assert 1 <= n_saved < 10

    def first(board):
        return legal_moves(board)[0]

    first.__name__ = "forgetful"  # functions are told apart by their names
    together = play_many(first, 10, n_jobs=2, save_to=path, progress=False)
    assert equal(together, play_many(first, 10, progress=False))


def test_a_run_may_go_on_with_more_games_or_be_asked_for_fewer(tmp_path):
    path, whole = tmp_path / "games.json", play_many("random", 8, progress=False)
    play_many("random", 5, save_to=path, progress=False)
    assert equal(play_many("random", 8, save_to=path, progress=False), whole)
    kept = path.read_bytes()
    assert equal(play_many("random", 3, save_to=path, progress=False), play_many("random", 3, progress=False))
    assert path.read_bytes() == kept
    assert equal(play_many("random", 8, rng=np.random.default_rng(0), save_to=path, progress=False), whole)


def test_games_are_saved_now_and_then(tmp_path, monkeypatch):
    path, clock, seen = tmp_path / "games.json", iter(range(0, 1000, 4)), []

    def watched(player, seed):
        seen.append(len(json.loads(path.read_text())["games"]))
        return 4, 4, 1, 0.1

    monkeypatch.setattr(arena, "_play_one", watched)
    monkeypatch.setattr(_saved_games.time, "monotonic", lambda: next(clock))
    play_many("random", 10, save_to=path, progress=False)
    assert seen == [0, 0, 0, 3, 3, 3, 6, 6, 6, 9]  # on this clock a game takes 4 seconds


def test_a_disk_that_is_full_for_a_while_stops_the_saving_and_not_the_play(tmp_path, monkeypatch, caplog):
    path, write, calls = tmp_path / "games.json", _saved_games.write_sealed, []

    def full_at_first(place, content):
        calls.append(len(content["games"]))
        if len(calls) in (2, 3):  # the first write, before any game, finds room
            raise OSError("No space left on device.")
        write(place, content)

    monkeypatch.setattr(_saved_games, "write_sealed", full_at_first)
    monkeypatch.setattr(_saved_games, "SAVE_EVERY", -1)
    games = play_many("random", 5, save_to=path, progress=False)
    assert calls == [0, 1, 2, 3, 4, 5, 5]
    warnings = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert warnings == ["No space left on device. Play goes on, and the next save tries again."] * 2
    monkeypatch.undo()
    assert equal(games, play_many("random", 5, progress=False))
    assert len(json.loads(path.read_text())["games"]) == 5


def other(**changes):
    return {"player": "random", "n_games": 3, "rng": 0, **changes}


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (other(player="greedy"), "holds games of another player: 'random', not 'greedy'."),
        (other(rng=1), "holds games of other seeds: rng differs."),
        (other(rng=1, n_games=1), "holds games of other seeds: rng differs."),
        (other(), "another version of this package: "),
    ],
)
def test_a_file_of_other_games_is_refused_in_words(tmp_path, monkeypatch, arguments, part):
    path = tmp_path / "games.json"
    play_many("random", 2, save_to=path, progress=False)
    kept = path.read_bytes()
    if "another version" in part:
        monkeypatch.setattr(_saved_games, "__version__", "0.0.1")
    with pytest.raises(ValueError, match=r"Choose another file for save_to, or delete this one") as caught:
        play_many(**arguments, save_to=path, progress=False)
    assert part in str(caught.value)
    assert path.read_bytes() == kept


def drop(key):
    return lambda content: content.pop(key)


@pytest.mark.parametrize(
    "change",
    [
        drop("games"), drop("seeds"), drop("player"), lambda content: content.update(games=[[1, 2]]),
        lambda content: content.update(games=7), lambda content: content.update(seeds=[]),
        lambda content: content.update(games=[["a", 2, 3, 4]] * 2), lambda content: content.update(format="else"),
    ],
)  # fmt: skip
def test_a_damaged_file_of_games_is_refused_in_words(tmp_path, change):
    path = tmp_path / "games.json"
    play_many("random", 2, save_to=path, progress=False)
    content = json.loads(path.read_text())
    del content["sha256"]
    change(content)
    path.write_text(json.dumps({**content, "sha256": seal(content)}))
    with pytest.raises(ValueError, match="is no file of games, or a damaged one"):
        play_many("random", 2, save_to=path, progress=False)
    path.write_text(path.read_text()[:-20])
    with pytest.raises(ValueError, match="is no file of games, or a damaged one"):
        play_many("random", 2, save_to=path, progress=False)


def test_a_place_that_cannot_be_written_to_is_told_before_the_first_game(tmp_path, monkeypatch):
    monkeypatch.setattr(arena, "_play_one", Stop(0, AssertionError))
    (tmp_path / "taken").write_text("x")
    with pytest.raises(OSError, match="cannot write"):
        play_many("random", 2, save_to=tmp_path / "taken" / "games.json", progress=False)
    with pytest.raises(ValueError, match="it is a folder"):
        play_many("random", 2, save_to=tmp_path, progress=False)


@pytest.mark.parametrize("backend", ["threading", "multiprocessing", "loky", "sequential"])
def test_every_backend_of_joblib_gives_the_same_games(backend):
    with joblib.parallel_config(backend):
        together = play_many("greedy", 40, rng=1, n_jobs=2, progress=False)  # more than one round
    assert equal(together, play_many("greedy", 40, rng=1, progress=False))


ON_RAY = """
import joblib, ray
from ray.util.joblib import register_ray
from ailiteracy.games import legal_moves, play_many

ray.init(num_cpus=2, include_dashboard=False)
register_ray()
with joblib.parallel_config("ray"):
    named = play_many("greedy", 40, rng=1, n_jobs=2, progress=False)
    called = play_many(lambda board: legal_moves(board)[-1], 20, rng=1, n_jobs=-1, progress=False)
print("SCORES", named.scores.tolist(), called.scores.tolist())
ray.shutdown()
"""


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="ray is not installed: pip install ray")
def test_a_ray_cluster_gives_the_same_games():
    # Ray's sockets want a short path, shorter than that of tmp_path.
    with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as folder:
        own = {**os.environ, "RAY_USAGE_STATS_ENABLED": "0", "RAY_TMPDIR": folder}
        call = [sys.executable, "-c", ON_RAY]
        done = subprocess.run(call, env=own, capture_output=True, text=True, timeout=300)
    named = play_many("greedy", 40, rng=1, progress=False)
    called = play_many(lambda board: legal_moves(board)[-1], 20, rng=1, progress=False)
    assert f"SCORES {named.scores.tolist()} {called.scores.tolist()}" in done.stdout, done.stderr[-2000:]


class Terminal(io.StringIO):
    """What stands for stderr in a terminal, where bars are drawn."""

    def isatty(self):
        return True


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_bar_tells_how_many_games_are_played(monkeypatch, n_jobs):
    monkeypatch.setattr(sys, "stderr", Terminal())
    play_many("greedy", 20, n_jobs=n_jobs)
    assert "greedy:" in sys.stderr.getvalue()
    assert "0/20" in sys.stderr.getvalue()


def test_the_bar_counts_the_games_that_are_left(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "stderr", Terminal())
    play_many("greedy", 5, save_to=tmp_path / "games.json", progress=False)
    assert sys.stderr.getvalue() == ""
    play_many("greedy", 12, save_to=tmp_path / "games.json")
    assert "0/7" in sys.stderr.getvalue()


def test_the_command_that_compares_players_has_a_bar_for_each(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stderr", Terminal())
    compare(["random", "greedy"], games=10, as_json=True)
    for name in ("random:", "greedy:"):
        assert name in sys.stderr.getvalue()
    assert sys.stderr.getvalue().count("0/10") == 2
    assert [row["player"] for row in json.loads(capsys.readouterr().out)] == ["random", "greedy"]


def test_functions_travel_to_other_processes_or_are_refused_in_words():
    last = play_many(lambda board: legal_moves(board)[-1], 4, n_jobs=2, progress=False)
    assert equal(last, play_many(lambda board: legal_moves(board)[-1], 4, progress=False))
    lock = threading.Lock()

    def locked(board):
        with lock:
            return legal_moves(board)[0]

    assert play_many(locked, 1, progress=False).scores[0] > 0
    with pytest.raises(TypeError, match=r"`player` must be a function that can be sent .* Use n_jobs=1, or keep"):
        play_many(locked, 2, n_jobs=2, progress=False)


def test_loading_a_player_is_not_charged_to_its_first_game(monkeypatch):
    calls = []
    monkeypatch.setattr(arena, "solve_2048", lambda player, **arguments: calls.append(arguments) or game_of_nothing())
    arena._get_ready.cache_clear()
    play_many("greedy", 2, progress=False)
    arena._get_ready.cache_clear()
    assert [arguments.get("max_moves") for arguments in calls] == [1, None, None]


def game_of_nothing():
    return solve_2048("greedy", rng=0, max_moves=0, progress=False)


def test_text_and_figure_tell_the_games():
    result = made([1024, 2048, 4096, 512])
    assert "2048 reached in 50% of them" in str(result)
    left, right = result.plot().axes
    assert sum(bar.get_height() for bar in left.patches) == 4
    assert [bar.get_height() for bar in right.patches] == [1, 0.75, 0.5, 0.25]
    assert "<img" in result._repr_html_()


@pytest.mark.parametrize(
    ("call", "error", "parts"),
    [
        (lambda: play_many("random", 0), ValueError, ["`n_games`", "got 0"]),
        (lambda: play_many("random", 2.0), TypeError, ["`n_games`", "2.0"]),
        (lambda: play_many("random", 2, n_jobs=0), ValueError, ["`n_jobs`", "not 0", "-1 for every processor"]),
        (lambda: play_many("random", 2, n_jobs="all"), TypeError, ["`n_jobs`", "'all'"]),
        (lambda: play_many("randon", 2), ValueError, ["`player`", "Did you mean 'random'?"]),
        (lambda: play_many("random", 2, rng="x"), TypeError, ["`rng`", "'x'"]),
        (lambda: play_many("random", 2, rng=None, save_to="x"), ValueError, ["`rng`", "a seed", "None", "Pass rng=0."]),
        (lambda: play_many("random", 2, save_to=3), TypeError, ["`save_to`", "a path", "got 3"]),
        (lambda: play_many("random", 2, save_to=""), ValueError, ["`save_to`", "not empty"]),
        (lambda: made([2048]).reached(0), ValueError, ["`tile`", ">= 2", "got 0"]),
        (lambda: made([2048]).reached("2048"), TypeError, ["`tile`", "'2048'"]),
    ],
)
def test_bad_input_is_refused_in_words(call, error, parts):
    with pytest.raises(error) as caught:
        call()
    assert all(part in str(caught.value) for part in parts), str(caught.value)
