import pickle
import types

import numpy as np
import pytest

from ailiteracy.games import (
    NTupleNetwork,
    NTuplePlayer,
    _shipped,
    choose_move,
    is_over,
    learned,
    ntuple_player,
    play_many,
    solve_2048,
)
from ailiteracy.games.game import play_plainly
from ailiteracy.games.rules import new_board

BOARD = np.array([[2, 4, 0, 0], [2, 8, 16, 0], [64, 0, 2, 0], [128, 32, 16, 4]])


@pytest.fixture(scope="module")
def network():
    network = NTupleNetwork.zeros([(0, 1, 2, 3), (0, 1, 4, 5)])
    network.weights[:] = np.random.default_rng(0).integers(0, 50, size=len(network.weights))
    return network


@pytest.mark.parametrize("depth", [0, 1])
def test_a_compiled_game_is_the_plain_game(network, depth):
    player = ntuple_player(network, depth=depth)
    compiled = solve_2048(player, rng=3, max_moves=40, progress=False)
    rng = np.random.default_rng(3)
    board = new_board(rng)

    def choose(board, _):
        values = network.move_values(board, depth=depth)
        return max(values, key=values.__getitem__)

    moves, _, score, final = play_plainly(board, choose, rng, 40)
    assert compiled.moves == tuple(moves)
    assert compiled.score == score
    assert (compiled.final_board == final).all()


def test_a_search_forgets_what_weights_meant_before_they_were_changed(network):
    mine = NTupleNetwork(network.tuples, network.weights.copy())
    mine.move_values(BOARD, depth=1, compiled=True)
    mine.weights[:] = 0
    assert mine.move_values(BOARD, depth=1, compiled=True) == pytest.approx(mine.move_values(BOARD, depth=1))


def test_the_default_depth_grows_when_room_is_short():
    assert [learned.network_depth(n) for n in (0, learned.CROWDED, learned.CROWDED + 1, 16)] == [3, 3, 2, 2]


def test_the_player_takes_the_move_of_the_highest_value(network):
    values = network.move_values(BOARD, depth=1)
    assert choose_move(BOARD, ntuple_player(network, depth=1)) == max(values, key=values.__getitem__)


def test_more_time_searches_deeper(network):
    from ailiteracy.games import _fastplay

    shallow = ntuple_player(network, seconds_per_move=1e-6)
    deep = network.move_values(BOARD, depth=1, compiled=True)
    assert shallow(BOARD) == max(deep, key=deep.__getitem__)  # the first layer is always searched
    # With plenty of time the last layer decides; the table of nearly lost boards makes it quick.
    crowded = np.array([[2, 4, 8, 16], [4, 8, 16, 32], [8, 16, 32, 64], [16, 32, 64, 64]])
    values = network.move_values(crowded, depth=3, compiled=True)
    assert _fastplay.deepest_move(crowded, network, 0.5) in values


def test_a_search_with_a_clock_recovers_from_a_busy_moment():
    _fastplay = pytest.importorskip("ailiteracy.games._fastplay")
    network = NTupleNetwork.zeros("5x4")
    _fastplay._own.speed = 10  # nodes a second, as if the machine had stood still
    for _ in range(20):
        _fastplay.deepest_move(np.array([[2, 4, 8, 16], [0, 2, 4, 8], [0, 0, 2, 4], [0, 0, 0, 2]]), network, 0.01)
    assert _fastplay._own.speed > 1_000


def test_a_game_with_time_for_each_move(network):
    game = solve_2048(ntuple_player(network, seconds_per_move=0.002), rng=0, max_moves=20, progress=False)
    assert game.n_moves == 20
    assert game.player.startswith("ntuple ")
    assert game.player.endswith(", 0.002 s a move")


def test_a_board_beyond_the_packed_one_is_played_by_the_plain_rules(network):
    board = BOARD.copy()
    board[3, 0] = 65_536
    assert ntuple_player(network, depth=0)(board) in ("left", "right", "up", "down")
    assert ntuple_player(network, seconds_per_move=0.01)(board) in ("left", "right", "up", "down")
    assert solve_2048(ntuple_player(network, depth=0), board=board, rng=0, max_moves=3, progress=False).n_moves == 3


@pytest.fixture
def plain_depths(monkeypatch):
    """The depths that plain searches are asked for, where numba is missing."""
    depths, search = [], NTupleNetwork.move_values

    def noted(self, board, *, depth=0, compiled=False):
        assert not compiled
        depths.append(depth)
        return search(self, board, depth=depth)

    monkeypatch.setattr(learned, "numba_is_there", lambda: False)
    monkeypatch.setattr(NTupleNetwork, "move_values", noted)
    return depths


def test_without_numba_the_plain_code_searches_by_the_clock(network, plain_depths):
    assert ntuple_player(network, seconds_per_move=1e-6)(BOARD) in ("left", "right", "up", "down")
    assert plain_depths == [0]
    crowded = [[2, 4, 8, 16], [4, 8, 16, 32], [8, 16, 32, 64], [16, 32, 64, 64]]
    move = ntuple_player(network, seconds_per_move=3.0)(crowded)
    assert plain_depths[1:] == list(range(len(plain_depths) - 1))
    assert plain_depths[-1] >= 1
    values = network.move_values(crowded, depth=plain_depths[-1])
    assert move == max(values, key=values.__getitem__)


def test_a_plain_layer_that_would_take_too_long_is_not_begun(network, plain_depths, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(learned, "time", types.SimpleNamespace(perf_counter=lambda: now[0]))
    cost = {0: 0.001, 1: 0.1, 2: 10.0}
    noted = NTupleNetwork.move_values

    def timed(self, board, *, depth=0, compiled=False):
        now[0] += cost[depth]
        return noted(self, board, depth=depth)

    monkeypatch.setattr(NTupleNetwork, "move_values", timed)
    ntuple_player(network, seconds_per_move=1.0)(BOARD)  # 5 empty cells: a layer may take 120 times as long
    assert plain_depths == [0, 1]


def test_players_travel_to_other_processes(network):
    player = pickle.loads(pickle.dumps(ntuple_player(network, depth=0)))
    assert player(BOARD) == ntuple_player(network, depth=0)(BOARD)
    alone = play_many(ntuple_player(network, depth=0), 4, rng=1, progress=False)
    both = play_many(ntuple_player(network, depth=0), 4, rng=1, n_jobs=2, progress=False)
    assert np.array_equal(alone.scores, both.scores)


def test_bad_input(network):
    with pytest.raises(TypeError, match="`network` must be an NTupleNetwork or None, got 'best'"):
        ntuple_player("best")
    with pytest.raises(ValueError, match="`depth` must be an integer from 0 to 8, got -1"):
        ntuple_player(network, depth=-1)
    with pytest.raises(ValueError, match="`seconds_per_move` must be a finite number > 0"):
        ntuple_player(network, seconds_per_move=0)
    with pytest.raises(ValueError, match="`depth` must be None where `seconds_per_move` is given, got 1"):
        ntuple_player(network, depth=1, seconds_per_move=0.1)
    with pytest.raises(ValueError, match="`board` must be 4 rows of 4 tiles"):
        ntuple_player(network, depth=0)([[2]])


@pytest.mark.parametrize("options", [{"depth": 0}, {"depth": 1}, {"seconds_per_move": 0.05}])
@pytest.mark.parametrize("board", [[[2, 4, 2, 4], [4, 2, 4, 2]] * 2, [[0] * 4] * 4])
def test_a_board_without_a_move_is_refused(network, options, board):
    with pytest.raises(ValueError, match="`board` must be one on which a move is left"):
        ntuple_player(network, **options)(board)


def test_packing_rounds_to_steps_and_keeps_what_was_used_most():
    rng = np.random.default_rng(0)
    network = NTupleNetwork.zeros("5x4")
    used = rng.random(len(network.weights)) < 0.1
    network.weights[used] = rng.normal(size=used.sum()) * 1_000
    use = np.where(used, np.abs(network.weights), 0).astype(np.float32)
    packed = _shipped.pack_network(network, use, n_kept=20_000, step=16.0, story={"by": "a test"})
    again = _shipped.unpack_network(packed)
    assert again.tuples == network.tuples
    assert again.weights.dtype == np.int16
    kept = again.weights != 0
    assert kept.sum() == 20_000
    assert use[kept].min() >= use[used & ~kept].max()
    assert np.abs(16.0 * again.weights[kept] - network.weights[kept]).max() <= 8.0
    expected = NTupleNetwork(network.tuples, network.weights * kept).value(BOARD)
    assert again.value(BOARD) == pytest.approx(expected, abs=320)


def test_whole_numbers_give_the_same_values_compiled(network):
    small = NTupleNetwork(network.tuples, network.weights.astype(np.int16), 16.0)
    for depth in (0, 1):
        assert small.move_values(BOARD, depth=depth, compiled=True) == pytest.approx(
            small.move_values(BOARD, depth=depth), rel=1e-6
        )


def test_a_network_of_whole_numbers_is_saved_and_loaded(network, tmp_path):
    small = NTupleNetwork(network.tuples, network.weights.astype(np.int16), 16.0)
    small.save(tmp_path / "small.npz")
    again = NTupleNetwork.load(tmp_path / "small.npz")
    assert (again.step, again.weights.dtype) == (16.0, np.int16)
    assert again.value(BOARD) == small.value(BOARD)


def test_the_shipped_network_says_how_it_was_made():
    story = _shipped.shipped_story()
    assert story["call"].startswith('train_ntuple("4x6"')
    assert "rng=0" in story["call"]
    assert story["seconds"] > 0
    assert story["games"] > 100_000
    assert story["moves"] > story["games"]
    assert _shipped.PLACE.stat().st_size < 8_000_000
    assert repr(ntuple_player()) == repr(NTuplePlayer())


@pytest.mark.parametrize(("depth", "score"), [(0, 50_000), (1, 100_000)])
def test_the_shipped_network_is_strong(depth, score):
    result = play_many(ntuple_player(depth=depth), 30, rng=0, progress=False)
    assert result.scores.mean() > score
    assert result.reached(2048)[0] >= 0.9


def test_the_shipped_network_plays_to_the_end():
    game = solve_2048(ntuple_player(depth=0), rng=1, progress=False)
    assert is_over(game.final_board)
