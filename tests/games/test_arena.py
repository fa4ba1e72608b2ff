import math

import numpy as np
import pytest

from ailiteracy.games import ArenaResult, legal_moves, play_many, solve_2048
from ailiteracy.games.arena import wilson_interval


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
        (lambda: made([2048]).reached(0), ValueError, ["`tile`", ">= 2", "got 0"]),
        (lambda: made([2048]).reached("2048"), TypeError, ["`tile`", "'2048'"]),
    ],
)
def test_bad_input_is_refused_in_words(call, error, parts):
    with pytest.raises(error) as caught:
        call()
    assert all(part in str(caught.value) for part in parts), str(caught.value)
