import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ailiteracy.games import NTupleNetwork, expectimax, move
from ailiteracy.games.ntuple import TUPLES, best_move, check_tuples, entries, learn, n_entries

BOARD = np.array([[2, 4, 0, 0], [2, 8, 16, 0], [64, 0, 2, 0], [128, 32, 16, 4]])
boards = hnp.arrays(np.int64, (4, 4), elements=st.integers(0, 11)).map(lambda ranks: np.where(ranks > 0, 2**ranks, 0))
# Straight, square, scattered and backward tuples; few, because each set is compiled.
SOME_TUPLES = [((0, 1, 2, 3), (0, 1, 4, 5)), ((15, 3, 7), (2, 0, 9, 14)), ((8,),)]


def random_network(tuples="5x4", seed=0):
    network = NTupleNetwork.zeros(tuples)
    network.weights[:] = np.random.default_rng(seed).normal(size=len(network.weights)) * 100
    return network


def test_entries_by_hand():
    board = np.zeros((4, 4), dtype=np.int64)
    board[0, 0], board[0, 1] = 2, 8  # ranks 1 and 3
    found = entries(board, ((0, 1), (15,)))
    # The tuple (0, 1) sees 1 + 3 * 16 = 49; mirrored, the two cells lie at the other end of the row.
    assert found[:2] == [49, 256]
    assert found[2:4] == [0, 256]
    assert found[8:10] == [1, 256]  # transposed: the 8 has left the first row
    assert sorted(found[1::2]) == [256] * 6 + [257] * 2  # the corner 15 shows the 2 in two of the 8 views
    assert len(found) == 16


@given(boards)
@settings(max_examples=50, deadline=None)
def test_a_value_is_the_same_from_every_side(board):
    network = random_network()
    value = network.value(board)
    for turns in range(4):
        for view in (np.rot90(board, turns), np.rot90(board, turns)[:, ::-1]):
            assert network.value(view) == pytest.approx(value, rel=1e-4, abs=1e-2)


@given(boards, st.sampled_from(SOME_TUPLES))
@settings(max_examples=60, deadline=None)
def test_the_compiled_twin_picks_out_the_same_weights(board, tuples):
    fast = pytest.importorskip("ailiteracy.games._fastvalues")
    from ailiteracy.games._fast2048 import pack

    weights = np.random.default_rng(1).random(n_entries(tuples)).astype(np.float32)
    assert fast.value_function(tuples)(pack(board), weights) == NTupleNetwork(tuples, weights).value(board)


@given(boards, st.sampled_from(SOME_TUPLES), st.floats(-1e4, 1e4, width=32), st.booleans())
@settings(max_examples=60, deadline=None)
def test_the_compiled_twin_learns_the_same(board, tuples, target, coherent):
    fast = pytest.importorskip("ailiteracy.games._fastvalues")
    from ailiteracy.games._fast2048 import pack

    rng = np.random.default_rng(2)
    weights = rng.random(n_entries(tuples)).astype(np.float32)
    errors = rng.random((len(weights), 2)).astype(np.float32) if coherent else np.zeros((0, 2), dtype=np.float32)
    plain, plain_errors = NTupleNetwork(tuples, weights.copy()), errors.copy()
    new = learn(plain, board, target, rate=0.1, errors=plain_errors if coherent else None)
    assert (
        fast.learn_function(tuples, coherent=coherent)(pack(board), pack(board.T), target, 0.1, weights, errors) == new
    )
    assert np.array_equal(weights, plain.weights)
    assert np.array_equal(errors, plain_errors)


@given(boards)
@settings(max_examples=25, deadline=None)
def test_the_compiled_search_finds_the_same_values(board):
    network = random_network(seed=2)
    for depth in (0, 1):
        plain = network.move_values(board, depth=depth)
        assert network.move_values(board, depth=depth, compiled=True) == pytest.approx(plain, rel=1e-3, abs=0.1)


def test_depth_zero_by_hand():
    network = random_network()
    values = network.move_values(BOARD)
    after, points = move(BOARD, "up")
    assert values["up"] == points + network.value(after)
    direction, chosen, points = best_move(network, BOARD)
    assert values[direction] == max(values.values())
    assert (chosen == move(BOARD, direction)[0]).all()


def test_one_layer_by_hand():
    network = random_network()
    after, points = move(BOARD, "left")
    total = 0.0
    for row, column in np.argwhere(after == 0):
        for tile, share in ((2, 0.9), (4, 0.1)):
            new = after.copy()
            new[row, column] = tile
            total += share * max(network.move_values(new).values(), default=0.0)
    expected = points + total / (after == 0).sum()
    assert network.move_values(BOARD, depth=1)["left"] == pytest.approx(expected, rel=1e-5)


def test_a_lost_board_has_no_points_to_come():
    lost = [[2, 4, 2, 4], [4, 2, 4, 2], [2, 4, 2, 4], [4, 2, 4, 2]]
    assert random_network().move_values(lost) == {}
    assert best_move(random_network(), np.array(lost)) is None


def test_td_moves_the_value_by_the_rate_times_the_error():
    # No two views of this board pick out the same weight, so the value changes by exactly the rate times the error.
    network = NTupleNetwork.zeros([tuple(range(6))])
    board = np.arange(1, 17).reshape(4, 4)
    board = 2 ** np.minimum(board, 15)
    assert len(set(entries(board, network.tuples))) == 8
    assert learn(network, board, 100.0, rate=0.1) == pytest.approx(10.0)
    assert learn(network, board, 100.0, rate=0.1) == pytest.approx(19.0)


def test_temporal_coherence_by_hand():
    network = NTupleNetwork.zeros([tuple(range(6))])
    errors = np.zeros((len(network.weights), 2), dtype=np.float32)
    board = 2 ** np.minimum(np.arange(1, 17).reshape(4, 4), 15)
    # The first error (100) goes in whole; after +100 and -50 a weight moves by 50 / 150 of its share of the next one.
    assert learn(network, board, 100.0, rate=1.0, errors=errors) == pytest.approx(100.0)
    assert learn(network, board, 50.0, rate=1.0, errors=errors) == pytest.approx(50.0)  # 100 / 100 still learns fully
    assert learn(network, board, 80.0, rate=1.0, errors=errors) == pytest.approx(50.0 + 30.0 / 3, rel=1e-5)
    picked = entries(board, network.tuples)
    np.testing.assert_allclose(errors[picked], [[80.0, 180.0]] * 8)  # 100 - 50 + 30, and without signs


def test_saving_and_loading(tmp_path):
    network = random_network()
    network.save(tmp_path / "net.npz")
    again = NTupleNetwork.load(tmp_path / "net.npz")
    assert again.tuples == network.tuples
    assert np.array_equal(again.weights, network.weights)
    assert "5 tuples" in repr(again)
    assert "327,680 weights" in repr(again)


@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda data: b"no archive", lambda data: b""])
def test_a_damaged_file_is_refused(tmp_path, damage):
    place = tmp_path / "net.npz"
    random_network().save(place)
    place.write_bytes(damage(place.read_bytes()))
    with pytest.raises(ValueError, match="is no saved network, or a damaged one"):
        NTupleNetwork.load(place)


@pytest.mark.parametrize("weights", [
    np.zeros(2 * 16**4), np.zeros(10, dtype=np.float32), np.zeros(2 * 16**4, dtype=np.int16), [0.0],
], ids=["float64", "too few", "int16 with step 1", "a list"])  # fmt: skip
def test_weights_of_another_kind_are_refused(weights):
    with pytest.raises(ValueError, match=r"`weights` must be an array of float32 of shape \(131072,\)"):
        NTupleNetwork(SOME_TUPLES[0], weights)


def test_weights_that_lie_apart_are_put_together():
    apart = np.random.default_rng(0).random(4 * 16**4).astype(np.float32)[::2]
    network = NTupleNetwork(SOME_TUPLES[0], apart)
    plain = network.move_values(BOARD)
    assert network.move_values(BOARD, compiled=True) == pytest.approx(plain)


def test_weights_that_are_no_numbers_are_refused(tmp_path):
    network = random_network()
    network.weights[7] = np.nan
    network.save(tmp_path / "net.npz")
    with pytest.raises(ValueError, match="damaged network"):
        NTupleNetwork.load(tmp_path / "net.npz")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no network at .*none.npz.*train_ntuple"):
        NTupleNetwork.load(tmp_path / "none.npz")


BAD_TUPLES = {
    "unknown name": ("4x7", ValueError, "`tuples` must be one of '5x4', '4x5', '4x6', got '4x7'"),
    "a number": (3, TypeError, "`tuples` must be a name or a list of tuples of cells, got 3"),
    "nothing": ([], ValueError, "at least one tuple"),
    "an empty tuple": ([()], ValueError, "1 to 7 different cells"),
    "a cell twice": ([(0, 1, 1)], ValueError, "different cells"),
    "too many cells": ([tuple(range(8))], ValueError, "1 to 7 different cells"),
    "a cell outside": ([(0, 16)], ValueError, "from 0 to 15, got 16"),
    "a cell that is no number": ([(0, "a")], TypeError, "from 0 to 15, got 'a'"),
    "a flat list": ([0, 1, 2], TypeError, "a name or a list of tuples"),
}


@pytest.mark.parametrize("case", BAD_TUPLES)
def test_bad_tuples(case):
    tuples, kind, text = BAD_TUPLES[case]
    with pytest.raises(kind) as caught:
        check_tuples(tuples)
    assert text in str(caught.value)


def test_the_named_sets_count_their_entries():
    assert n_entries(TUPLES["5x4"]) == 5 * 65_536
    assert n_entries(TUPLES["4x6"]) == 4 * 16_777_216


def test_bad_depth_and_board():
    network = random_network()
    with pytest.raises(ValueError, match="`depth` must be an integer from 0 to 8, got 9"):
        network.move_values(BOARD, depth=9)
    with pytest.raises(ValueError, match="`board` must be 4 rows of 4 tiles"):
        network.value([[2]])


def test_tiles_above_the_packed_board_are_valued_by_the_plain_rules():
    board = BOARD.copy()
    board[3, 3] = 65_536
    assert not expectimax.fits_twin(board)
    network = random_network()
    assert network.move_values(board, compiled=True) == network.move_values(board)
