import contextlib
import errno
import logging
import os

import numpy as np
import pytest

from ailiteracy.games import NTupleNetwork, _learners, ntuple_player, ntuple_training, solve_2048, train_ntuple
from ailiteracy.games.ntuple import check_tuples


def train(**settings):
    return train_ntuple("5x4", progress=False, **settings)


@pytest.mark.parametrize("method", ["td", "tc"])
def test_compiled_learning_gives_the_weights_of_the_plain_code(method, monkeypatch):
    compiled = train(n_games=3, method=method, rng=5)
    monkeypatch.setattr(_learners, "numba_is_there", lambda: False)
    plain = train(n_games=3, method=method, rng=5)
    assert np.array_equal(plain.scores, compiled.scores)
    assert np.array_equal(plain.best_tiles, compiled.best_tiles)
    assert np.array_equal(plain.n_moves, compiled.n_moves)
    assert np.array_equal(plain.network.weights, compiled.network.weights)
    assert compiled.network.weights.any()


def test_it_learns():
    result = train(n_games=3_000)
    assert result.scores[:30].mean() < 4_000
    assert result.scores[-500:].mean() > 12_000  # counting empty cells reaches about 3,000
    assert (result.best_tiles[-500:] >= 2048).mean() > 0.1
    game = solve_2048(ntuple_player(result.network, depth=0), rng=0, progress=False)
    assert game.score > 3_000


def test_the_same_seed_learns_the_same():
    first, second, other = train(n_games=200, rng=1), train(n_games=200, rng=1), train(n_games=200, rng=2)
    assert np.array_equal(first.network.weights, second.network.weights)
    assert not np.array_equal(first.scores, other.scores)


def test_scores_and_tiles_fit_together():
    result = train(n_games=50)
    assert len(result.scores) == len(result.best_tiles) == len(result.n_moves) == 50
    assert (result.scores > 0).all()
    assert set(result.best_tiles.tolist()) <= {2**rank for rank in range(3, 16)}
    assert "50 games" in repr(result)
    assert result.seconds > 0


def test_optimism_is_the_value_of_every_board_at_the_start():
    setting = {"method": "tc", "optimism": 800.0, "seeds": np.array([1])}
    state = ntuple_training.first_state(((0, 1), (0, 4)), **setting)
    assert state.network.value(np.zeros((4, 4), dtype=int)) == pytest.approx(800.0)
    assert state.errors.shape == (512, 2)


def test_threads_learn_together():
    result = train(n_games=2_001, n_jobs=2)
    assert len(result.scores) == 2_001
    assert result.scores[-300:].mean() > 8_000


@pytest.mark.parametrize("method", ["td", "tc"])
def test_learning_goes_on_from_a_checkpoint_as_if_never_stopped(tmp_path, method):
    place = tmp_path / "learning.npz"
    whole = train(n_games=120, method=method)
    train(n_games=50, method=method, checkpoint=place)
    again = train(n_games=120, method=method, checkpoint=place)
    assert np.array_equal(again.scores, whole.scores)
    assert np.array_equal(again.network.weights, whole.network.weights)
    assert len(train(n_games=1, method=method, checkpoint=place).scores) == 120  # nothing left to do


@pytest.mark.parametrize("compiled", [True, False])
def test_an_interrupt_keeps_all_games(tmp_path, monkeypatch, compiled):
    place = tmp_path / "learning.npz"
    n_games = 60 if compiled else 3
    if not compiled:
        monkeypatch.setattr(_learners, "numba_is_there", lambda: False)
    whole = train(n_games=n_games)

    def interrupted(*_):
        raise KeyboardInterrupt

    class Bar:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def update(self, n):
            if n:
                interrupted()

        def set_postfix_str(self, *_, **__):
            pass

    monkeypatch.setattr(_learners, "GAMES_AT_ONCE", 20)
    with monkeypatch.context() as patch:
        patch.setattr(ntuple_training, "progress_bar", lambda *_, **__: Bar())
        with pytest.raises(KeyboardInterrupt):
            train(n_games=n_games, checkpoint=place)
    again = train(n_games=n_games, checkpoint=place)
    assert np.array_equal(again.scores, whole.scores)
    assert np.array_equal(again.network.weights, whole.network.weights)


def test_ctrl_c_while_threads_play_keeps_their_games(tmp_path, monkeypatch):
    import concurrent.futures

    place = tmp_path / "learning.npz"
    whole = train(n_games=40)

    def stop(futures, timeout):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(concurrent.futures, "wait", stop)
        with pytest.raises(KeyboardInterrupt):
            train(n_games=40, checkpoint=place)
    with np.load(place) as content:
        assert len(content["games"]) <= 40
    again = train(n_games=40, checkpoint=place)
    assert np.array_equal(again.scores, whole.scores)


def test_time_is_up():
    result = train(n_games=10**6, max_seconds=0.3)
    assert 0 < len(result.scores) < 10**6
    assert len(train(n_games=10**6, max_seconds=1e-9).scores) >= 1


@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda data: b"no archive"])
def test_a_damaged_checkpoint_is_refused_and_stays(tmp_path, damage):
    place = tmp_path / "learning.npz"
    train(n_games=5, checkpoint=place)
    place.write_bytes(damage(place.read_bytes()))
    before = place.read_bytes()
    with pytest.raises(ValueError, match=r"no checkpoint, or a damaged one.*Choose another file"):
        train(n_games=5, checkpoint=place)
    assert place.read_bytes() == before


def test_a_place_that_cannot_be_written_is_told_before_the_first_game(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"cannot write .*Choose a folder you may write to"):
        train(n_games=10**7, checkpoint=tmp_path / "file" / "learning.npz")


@contextlib.contextmanager
def no_file_larger_than(n_bytes):
    """A limit on the size of files stands for the full disk."""
    resource = pytest.importorskip("resource", reason="this system has no limit of a file's size")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


FULL = r"cannot write '.*{}': File too large\. Free some space, or choose another disk\."


def test_a_full_disk_at_the_end_is_told_in_words_and_leaves_the_old_checkpoint(tmp_path):
    place = tmp_path / "learning.npz"
    train(n_games=5, checkpoint=place)
    before = place.read_bytes()
    with no_file_larger_than(5_000), pytest.raises(OSError, match=FULL.format("learning.npz")):
        train(n_games=8, checkpoint=place)
    assert place.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["learning.npz"]
    assert len(train(n_games=8, checkpoint=place).scores) == 8


def test_a_disk_that_is_full_for_a_while_stops_the_saving_and_not_the_learning(tmp_path, monkeypatch, caplog):
    place, savez, calls = tmp_path / "learning.npz", np.savez, []

    def full_at_first(file, **arrays):
        calls.append(len(arrays["games"]))
        if len(calls) < 3:
            file.write(b"half")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        savez(file, **arrays)

    monkeypatch.setattr(np, "savez", full_at_first)
    monkeypatch.setattr(ntuple_training, "SAVE_EVERY", 0)
    monkeypatch.setattr(_learners, "GAMES_AT_ONCE", 10)
    result = train(n_games=40, checkpoint=place)
    assert len(calls) >= 5
    assert calls[-1] == 40
    warnings = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    told = "Free some space, or choose another disk. Learning goes on, and the next save tries again."
    assert [warning.partition("No space left on device. ")[2] for warning in warnings] == [told, told]
    monkeypatch.undo()
    assert np.array_equal(result.network.weights, train(n_games=40).network.weights)
    assert np.array_equal(train(n_games=40, checkpoint=place).scores, result.scores)
    assert [path.name for path in tmp_path.iterdir()] == ["learning.npz"]


def test_the_log_says_beforehand_how_much_memory_learning_takes(monkeypatch, caplog):
    caplog.set_level(logging.INFO, logger="ailiteracy")
    told = []
    monkeypatch.setattr(ntuple_training, "first_state", lambda *_, **__: told.append(caplog.text) or 1 / 0)
    for tuples, method in (("4x6", "tc"), ("4x6", "td"), ("5x4", "tc")):
        caplog.clear()
        with pytest.raises(ZeroDivisionError):  # nothing of that size is made in a test
            train_ntuple(tuples, method=method, n_games=1, progress=False)
    for text, size in zip(told, ("805 MB", "268 MB", "4 MB"), strict=True):
        assert f"n-tuple network, {size} of memory" in text


def test_it_says_the_memory_that_it_takes(caplog):
    caplog.set_level(logging.INFO, logger="ailiteracy")
    for method in ("td", "tc"):
        setting = {"method": method, "optimism": 0.0, "seeds": np.array([1])}
        state = ntuple_training.first_state(check_tuples("5x4"), **setting)
        taken = state.network.weights.nbytes + state.errors.nbytes
        caplog.clear()
        train(n_games=1, method=method)
        assert f"n-tuple network, {taken / 1e6:,.0f} MB of memory" in caplog.text


def test_a_checkpoint_of_other_arguments_is_refused(tmp_path):
    place = tmp_path / "learning.npz"
    train(n_games=5, checkpoint=place)
    with pytest.raises(ValueError, match=r"`method` must be 'td' as in this call in the checkpoint .* got 'tc'"):
        train(n_games=5, method="td", checkpoint=place)
    with pytest.raises(ValueError, match="`tuples` must be"):
        train_ntuple("4x5", n_games=5, checkpoint=place, progress=False)


def test_a_checkpoint_of_another_seed_is_refused_and_one_without_a_seed_goes_on(tmp_path):
    place = tmp_path / "learning.npz"
    train(n_games=2, rng=0, checkpoint=place)
    with pytest.raises(ValueError, match=r"`rng` must be 1 as in this call .* got 0"):
        train(n_games=2, rng=1, checkpoint=place)
    assert len(train(n_games=3, rng=None, checkpoint=place).scores) == 3
    assert len(train(n_games=4, rng=0, checkpoint=place).scores) == 4  # the seed is still known


def test_a_checkpoint_that_cannot_be_written_is_an_error_and_leaves_nothing(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises((ValueError, IsADirectoryError)):
        train(n_games=5, checkpoint=folder)
    assert list(tmp_path.iterdir()) == [folder]


BAD = {
    "no games": ({"n_games": 0}, ValueError, "`n_games` must be an integer from 1"),
    "half a game": ({"n_games": 1.5}, TypeError, "`n_games`"),
    "unknown method": ({"method": "tdl"}, ValueError, "Did you mean 'td'?"),
    "a rate of 0": ({"learning_rate": 0}, ValueError, "`learning_rate`"),
    "a rate of 3": ({"learning_rate": 3}, ValueError, "`learning_rate`"),
    "endless optimism": ({"optimism": float("inf")}, ValueError, "`optimism`"),
    "no threads": ({"n_jobs": 0}, ValueError, "`n_jobs` must be an integer from 1 to 256"),
    "a seed of text": ({"rng": "a"}, TypeError, "`rng`"),
    "no time": ({"max_seconds": 0}, ValueError, "`max_seconds`"),
    "a path of another type": ({"checkpoint": 3}, TypeError, "`checkpoint`"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input(case):
    settings, kind, text = BAD[case]
    with pytest.raises(kind) as caught:
        train(**settings)
    assert text in str(caught.value)


def test_the_result_draws_its_learning_curve_and_saves_its_network(tmp_path):
    result = train(n_games=60)
    figure = result.plot()
    assert [ax.get_ylabel() for ax in figure.axes] == ["mean score", "share of games"]
    assert "<" in result._repr_html_()
    result.save(tmp_path / "net.npz")
    assert np.array_equal(NTupleNetwork.load(tmp_path / "net.npz").weights, result.network.weights)


def test_a_network_on_a_full_disk_is_told_in_words_and_the_old_one_stays(tmp_path):
    result = train(n_games=60)
    result.save(tmp_path / "net.npz")
    before = (tmp_path / "net.npz").read_bytes()
    for name in ("net.npz", "other.npz"):
        with no_file_larger_than(2_000), pytest.raises(OSError, match=FULL.format(name)):
            result.save(tmp_path / name)
    assert (tmp_path / "net.npz").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["net.npz"]
