import errno
import itertools
import os

import numpy as np
import pytest

from ailiteracy.games import selfplay
from ailiteracy.games.policynet import new_weights
from ailiteracy.games.selfplay import play_itself, train_selfplay
from ailiteracy.games.tictactoe import next_positions, reachable_positions

SMALL = {"n_games": 8, "n_simulations": 6, "n_hidden": 12, "progress": False}


def text(board):
    own, other = "XO" if (board == 1).sum() == (board == -1).sum() else "OX"
    return "".join({1: own, -1: other, 0: "."}[mark] for mark in board.tolist())


def same(one, other):
    for name, weight in one.weights.items():
        np.testing.assert_array_equal(weight, other.weights[name])
    for name in ("policy_losses", "value_losses", "network_defeats", "search_defeats"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_one_game_with_itself_leaves_one_sample_for_each_move():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        boards, policies, outcomes = play_itself(new_weights(8, rng), 1, 10, rng)
        positions = [text(board) for board in boards]
        assert positions[0] == "." * 9
        for before, after in itertools.pairwise(positions):
            assert after in next_positions(before).values()
        np.testing.assert_allclose(policies.sum(axis=1), 1, rtol=1e-6)
        assert (policies[boards != 0] == 0).all()
        # The player who moved last has won, and all samples of that player say so; or all say draw.
        last = outcomes[-1]
        assert last in (0, 1)
        assert outcomes.tolist() == [last if (len(outcomes) - 1 - k) % 2 == 0 else -last for k in range(len(outcomes))]
        assert last == 1 or len(outcomes) == 9


def test_games_side_by_side_differ_and_keep_their_own_outcomes():
    rng = np.random.default_rng(0)
    boards, policies, outcomes = play_itself(new_weights(8, rng), 40, 12, rng)
    assert {text(board) for board in boards} <= reachable_positions("." * 9)
    assert len(boards) == len(policies) == len(outcomes)
    assert 40 * 5 <= len(boards) <= 40 * 9
    assert len({text(board) for board in boards[-10:]}) > 3
    first = outcomes[:40]  # of the empty board, in the order of the games
    assert len(set(first.tolist())) > 1
    assert (outcomes[40:80] == -first).all()  # after one move every game still goes on
    for board, policy, outcome in zip(boards, policies, outcomes, strict=True):
        if (board == 0).sum() == 1:  # the last move of a full game is forced: its end is known
            after = next_positions(text(board))[int(policy.argmax())]
            lines = {after[k] + after[k + a] + after[k + 2 * a] for k, a in
                     ((0, 1), (3, 1), (6, 1), (0, 3), (1, 3), (2, 3), (0, 4), (2, 2))}  # fmt: skip
            assert outcome == (1 if lines & {"XXX", "OOO"} else 0)


def test_a_short_training_learns_to_hold_perfect_play():
    result = train_selfplay(n_iterations=12, n_games=64, n_simulations=30, progress=False)
    assert len(result.network_defeats) == 12
    assert result.network_defeats[0] > 30
    assert result.network_defeats[-1] < 20
    assert result.search_defeats[-1] == result.against_perfect(200)["defeats"] < 10
    assert result.value_losses[-1] < result.value_losses[0] / 2
    assert result.policy_losses[-1] < result.policy_losses[0]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_the_default_training_cannot_be_beaten(seed):
    result = train_selfplay(rng=seed, progress=False)
    for n_simulations in (0, 50):  # the network alone, and with search
        assert result.against_perfect(200, n_simulations=n_simulations, rng=seed + 100)["defeats"] == 0
        assert result.ways_to_lose(n_simulations=n_simulations) == []


def test_the_same_seed_gives_the_same_player():
    first = train_selfplay(n_iterations=2, rng=5, **SMALL)
    same(train_selfplay(n_iterations=2, rng=5, **SMALL), first)
    other = train_selfplay(n_iterations=2, rng=6, **SMALL)
    assert (other.weights["hidden"] != first.weights["hidden"]).any()


def test_a_longer_training_begins_as_a_shorter_one():
    short, long = (train_selfplay(n_iterations=n, **SMALL) for n in (1, 3))
    assert long.policy_losses[0] == short.policy_losses[0]
    assert len(long.policy_losses) == 3


def test_going_on_from_a_checkpoint_comes_to_the_same_player(tmp_path, monkeypatch):
    monkeypatch.setattr(selfplay, "WINDOW", 2)  # so that old games are dropped before and after the stop
    whole = train_selfplay(n_iterations=5, **SMALL)
    place = tmp_path / "training.npz"
    train_selfplay(n_iterations=3, checkpoint=place, **SMALL)
    same(train_selfplay(n_iterations=5, checkpoint=str(place), **SMALL), whole)
    same(train_selfplay(n_iterations=5, checkpoint=place, **SMALL), whole)  # nothing left to do
    same(train_selfplay(n_iterations=2, checkpoint=place, **SMALL), whole)
    same(train_selfplay(n_iterations=5, checkpoint=place, rng=None, **SMALL), whole)  # the seed is in the file
    assert [path.name for path in tmp_path.iterdir()] == ["training.npz"]


@pytest.mark.parametrize("where", ["play_itself", "train_on", "play_perfect"])
def test_ctrl_c_keeps_what_is_complete_and_loses_nothing(tmp_path, monkeypatch, where):
    whole = train_selfplay(n_iterations=4, **SMALL)
    calls, honest = [], getattr(selfplay, where)
    stop = 5 if where == "play_perfect" else 3  # two tests in each iteration: in the middle of the third

    def interrupted(*arguments):
        calls.append(where)
        if len(calls) == stop:
            raise KeyboardInterrupt
        return honest(*arguments)

    place = tmp_path / "training.npz"
    with monkeypatch.context() as patch:
        patch.setattr(selfplay, where, interrupted)
        stopped = train_selfplay(n_iterations=4, checkpoint=place, **SMALL)
    assert stopped.interrupted
    assert len(stopped.policy_losses) == 2
    same(stopped, train_selfplay(n_iterations=2, **SMALL))
    finished = train_selfplay(n_iterations=4, checkpoint=place, **SMALL)
    assert not finished.interrupted
    same(finished, whole)


def test_ctrl_c_before_the_first_iteration_is_complete(monkeypatch):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(selfplay, "train_on", interrupted)
    result = train_selfplay(n_iterations=4, **SMALL)
    assert result.interrupted
    assert len(result.policy_losses) == 0
    assert result.choose_cell(["..."] * 3) is not None


def test_a_checkpoint_of_other_settings_is_refused(tmp_path):
    place = tmp_path / "training.npz"
    train_selfplay(n_iterations=1, checkpoint=place, **SMALL)
    before = place.read_bytes()
    for name, value in {"n_games": 9, "n_simulations": 7, "n_hidden": 13, "learning_rate": 0.1, "rng": 1}.items():
        with pytest.raises(ValueError, match=rf"`checkpoint` must be a training with the same settings, here {name}="):
            train_selfplay(n_iterations=2, checkpoint=place, **{**SMALL, name: value})
    assert place.read_bytes() == before


def test_a_place_that_cannot_be_written_is_told_before_the_first_game(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"cannot write .*Choose a folder you may write to"):
        train_selfplay(n_iterations=10_000, n_games=1000, checkpoint=tmp_path / "file" / "x.npz", progress=False)


def test_a_full_disk_is_told_in_words_and_the_iterations_before_stay(tmp_path, monkeypatch):
    place = tmp_path / "training.npz"
    train_selfplay(n_iterations=1, checkpoint=place, **SMALL)
    before = place.read_bytes()

    def full(file, **arrays):
        file.write(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(np, "savez", full)
        with pytest.raises(OSError, match=r"cannot write '.*training\.npz': No space left on device\. Free some space"):
            train_selfplay(n_iterations=2, checkpoint=place, **SMALL)
    assert place.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["training.npz"]
    again = train_selfplay(n_iterations=2, checkpoint=place, **SMALL)
    same(again, train_selfplay(n_iterations=2, **SMALL))


def test_a_damaged_checkpoint_is_refused(tmp_path):
    place = tmp_path / "training.npz"
    train_selfplay(n_iterations=1, checkpoint=place, **SMALL)
    whole = place.read_bytes()
    for length in (0, 100, len(whole) // 2, len(whole) - 1):
        place.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"is no checkpoint, or a damaged one.*Remove the file to begin again"):
            train_selfplay(n_iterations=2, checkpoint=place, **SMALL)
    result = train_selfplay(n_iterations=1, **SMALL)
    result.save(place)  # a player is no checkpoint
    with pytest.raises(ValueError, match="is no checkpoint"):
        train_selfplay(n_iterations=2, checkpoint=place, **SMALL)


@pytest.mark.parametrize(
    ("options", "error", "parts"),
    [
        ({"n_iterations": 0}, ValueError, ["`n_iterations`", "from 1", "got 0"]),
        ({"n_iterations": 1.0}, TypeError, ["`n_iterations`", "an integer", "got 1.0"]),
        ({"n_games": 0}, ValueError, ["`n_games`", "from 1", "got 0"]),
        ({"n_games": 10**6}, ValueError, ["`n_games`", "from 1 to 5000"]),
        ({"n_simulations": 0}, ValueError, ["`n_simulations`", "from 1", "got 0"]),
        ({"n_simulations": 10**5}, ValueError, ["`n_simulations`", "to 1000"]),
        ({"n_hidden": 0}, ValueError, ["`n_hidden`", "from 1", "got 0"]),
        ({"n_hidden": "8"}, TypeError, ["`n_hidden`", "an integer", "got '8'"]),
        ({"learning_rate": 0}, ValueError, ["`learning_rate`", "> 0", "got 0"]),
        ({"learning_rate": float("nan")}, ValueError, ["`learning_rate`", "finite", "got nan"]),
        ({"rng": -1}, ValueError, ["`rng`", ">= 0", "got -1"]),
        ({"checkpoint": 3}, TypeError, ["`checkpoint`", "a path", "got 3"]),
        ({"checkpoint": ""}, ValueError, ["`checkpoint`", "not empty"]),
        ({"checkpoint": "."}, IsADirectoryError, ["cannot read '.'", "it is a folder"]),
        ({"progress": 1}, TypeError, ["`progress`", "True or False", "got 1"]),
    ],
)
def test_bad_input_is_told_what_is_wrong(options, error, parts):
    with pytest.raises(error) as caught:
        train_selfplay(**options)
    assert type(caught.value) is error
    for part in parts:
        assert part in str(caught.value)
