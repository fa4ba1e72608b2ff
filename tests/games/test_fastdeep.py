"""Deep search along likely lines: equal to its definition without a memory, nearly equal with one."""

import numpy as np
import pytest

from ailiteracy.games import _fastdeep as deep
from ailiteracy.games import evaluate
from ailiteracy.games._fast2048 import pack, tables
from ailiteracy.games.expectimax import line_scores
from ailiteracy.games.rules import DIRECTIONS, possible_moves

CROWDED = np.array([[2, 4, 8, 2], [16, 2, 32, 8], [2, 64, 4, 16], [4, 8, 0, 2]])
ROOMY = np.array([[64, 32, 16, 4], [2, 8, 4, 2], [0, 2, 0, 0], [2, 0, 0, 4]])
LOST = np.array([[2, 4, 2, 4], [4, 2, 4, 2], [2, 4, 2, 4], [4, 2, 4, 2]])


def score(ranks, table):
    lines = (ranks * 16 ** np.arange(4)).sum(axis=-1)
    first = [table[line] for line in lines]
    second = [table[line] for line in (ranks.T * 16 ** np.arange(4)).sum(axis=-1)]
    return sum(first[1:], first[0]) + sum(second[1:], second[0])


def plain_values(board, depth, least, table):
    """The definition, word for word, in numbers of the table's type."""
    number = table.dtype.type
    n_boards = 0

    def chance(after, depth, probability):
        nonlocal n_boards
        if depth == 0 or probability < number(least):
            return max(number(0), number(score(np.log2(np.maximum(after, 1)).astype(int), table)))
        empty = np.argwhere(after == 0)
        probability, total = number(probability / len(empty)), number(0)
        for row, column in empty:
            for tile, share in ((2, number(0.9)), (4, number(0.1))):
                n_boards += 1
                new = after.copy()
                new[row, column] = tile
                best = max(
                    [number(0)] + [chance(x, depth - 1, probability * share) for x in possible_moves(new).values()]
                )
                total += best * share
        return number(total / len(empty))

    values = {name: chance(after, depth, number(1)) for name, after in possible_moves(board).items()}
    return values, n_boards


@pytest.fixture(scope="module")
def float32_table():
    """A table no sum of which is a whole number, so that rounding shows."""
    return (tables().scores / 7).astype(np.float32)


def test_depth_0_is_the_judgement_after_the_move():
    values, n_boards = deep.cut_values(CROWDED, 0, 0.0)
    assert values == {name: evaluate(after) for name, after in possible_moves(CROWDED).items()}
    assert n_boards == 0


@pytest.mark.parametrize(
    ("board", "depth", "least"),
    [(CROWDED, 1, 0.0), (CROWDED, 2, 0.0), (CROWDED, 3, 0.01), (CROWDED, 6, 0.03), (ROOMY, 1, 0.0), (ROOMY, 3, 0.03)],
)
def test_without_memory_the_definition_is_met_to_the_last_bits(board, depth, least, float32_table):
    expected, n_boards = plain_values(board, depth, least, tables().scores.astype(np.float64))
    values, n_found = deep.cut_values(board, depth, least, remember=False)
    assert values == pytest.approx(expected, rel=1e-9)
    assert list(values) == list(expected)
    assert n_found == n_boards
    # Sums of float32 agree only when they are added up in the same order.
    expected, n_boards = plain_values(board, depth, least, float32_table)
    values, n_found = deep.cut_values(board, depth, least, float32_table, remember=False)
    assert values == {name: float(value) for name, value in expected.items()}
    assert n_found == n_boards


def test_random_boards_without_memory():
    rng = np.random.default_rng(0)
    for _ in range(10):
        board = np.where(rng.random((4, 4)) < 0.1, 0, 2 ** rng.integers(1, 12, (4, 4)))
        expected, n_boards = plain_values(board, 2, 0.02, tables().scores.astype(np.float64))
        assert deep.cut_values(board, 2, 0.02, remember=False) == (pytest.approx(expected, rel=1e-9), n_boards)


def test_a_cut_looks_at_fewer_boards_and_changes_little():
    full, n_full = deep.cut_values(ROOMY, 4, 0.0)
    cut, n_cut = deep.cut_values(ROOMY, 4, 0.001)
    assert n_cut < n_full / 5
    assert cut == pytest.approx(full, rel=0.01)
    assert cut != full


def test_the_memory_saves_work_and_without_a_cut_changes_nothing_but_rounding():
    slow, n_slow = deep.cut_values(CROWDED, 4, 0.0, remember=False)
    quick, n_quick = deep.cut_values(CROWDED, 4, 0.0)
    assert n_quick < 0.7 * n_slow
    assert quick == pytest.approx(slow, rel=1e-6)  # it keeps float32


def test_values_do_not_depend_on_earlier_searches_nor_on_threads():
    first = deep.cut_values(ROOMY, 5, 0.0003)
    deep.cut_values(CROWDED, 4, 0.0001)
    assert deep.cut_values(ROOMY, 5, 0.0003) == first
    for n_jobs in (2, 3):
        found = deep.cut_values(ROOMY, 5, 0.0003, n_jobs=n_jobs)
        assert found == first
        assert list(found[0]) == list(first[0])
        assert deep.cut_values(ROOMY, 3, 0.001, remember=False, n_jobs=n_jobs) == deep.cut_values(
            ROOMY, 3, 0.001, remember=False
        )


def test_stamps_start_again_before_they_overflow():
    for depth, (_, counts) in ((3, deep._own.small), (deep.LEAST_DEEP, deep._own.large)):
        expected = deep.cut_values(CROWDED, depth, 0.001)
        counts[deep.STAMP] = deep.LAST_STAMP - deep.STAMPS  # the memory is full of entries with low stamps
        for _ in range(3):
            assert deep.cut_values(CROWDED, depth, 0.001) == expected
        assert counts[deep.STAMP] < 100 * deep.STAMPS


def test_memory_prefers_deeper_entries_and_forgets_other_searches():
    memory = np.zeros((1, 2), dtype=deep.ENTRY)  # every board has the same place
    scores = tables().scores.astype(np.float64)
    board, other, third = pack(CROWDED), pack(ROOMY), pack(ROOMY.T)
    counts = np.zeros(2, dtype=np.int64)
    expected = deep.root_value(board, 3, 0.001, tables().moves, scores, np.zeros((0, 2), deep.ENTRY), counts)
    assert deep.root_value(board, 3, 0.001, tables().moves, scores, memory, counts) == pytest.approx(expected, rel=0.01)
    assert memory[0, 0]["board"] == board
    deep.keep(other, counts[deep.STAMP] + 1, 5.0, memory)  # less deep: it does not push the first entry out
    deep.keep(third, counts[deep.STAMP] + 2, 6.0, memory)
    assert memory["board"].tolist() == [[board, third]]
    assert deep.recall(third, counts[deep.STAMP] + 2, memory) == 6.0
    assert deep.recall(third, counts[deep.STAMP] + 3, memory) == deep.UNKNOWN  # more depth is wanted
    assert deep.recall(other, counts[deep.STAMP] + 1, memory) == deep.UNKNOWN


def test_the_own_table_is_that_of_the_plain_formula():
    rows = np.array([[1, 2, 3, 4], [0, 0, 0, 0], [15, 15, 1, 0]])
    numbers = (rows * 16 ** np.arange(4)).sum(axis=1)
    assert deep._own_scores()[numbers].tolist() == line_scores(rows).tolist()


def test_no_move_no_value():
    assert deep.cut_values(LOST, 3, 0.001) == ({}, 0)
    assert set(deep.cut_values(CROWDED, 1, 0.0)[0]) <= set(DIRECTIONS)


BAD = [
    ({"depth": -1}, ValueError, "`depth` must be an integer from 0 to 15, got -1"),
    ({"depth": 16}, ValueError, "`depth` must be an integer from 0 to 15, got 16"),
    ({"depth": 2.0}, TypeError, "`depth` must be an integer from 0 to 15, got 2.0"),
    ({"min_probability": 1}, ValueError, "`min_probability` must be below 1, got 1"),
    ({"min_probability": -0.1}, ValueError, "`min_probability` must be"),
    ({"min_probability": float("nan")}, ValueError, "`min_probability` must be"),
    ({"min_probability": "0"}, TypeError, "`min_probability` must be"),
    ({"n_jobs": 0}, ValueError, "`n_jobs` must be an integer from 1 to 64, got 0"),
    ({"remember": 1}, TypeError, "`remember` must be True or False, got 1"),
    ({"table": [1.0] * 65536}, TypeError, "`table` must be an ndarray of shape (65536,) of float32 or float64"),
    ({"table": np.zeros(65536, dtype=int)}, TypeError, "`table` must be an ndarray of shape (65536,)"),
    ({"table": np.zeros(10)}, TypeError, "`table` must be an ndarray of shape (65536,)"),
    ({"table": np.full(65536, np.nan)}, ValueError, "`table` must be finite numbers"),
    ({"board": np.zeros((3, 4), dtype=int)}, ValueError, "`board` must be 4 rows of 4 tiles"),
    ({"board": CROWDED + 1}, ValueError, "`board` must be 0 or tiles 2, 4, 8, 16"),
    ({"board": np.diag([2**15, 2**15, 0, 0])}, ValueError, "`board` must be a board whose tiles cannot add up to"),
]


@pytest.mark.parametrize(("change", "error", "words"), BAD)
def test_bad_input_is_named(change, error, words):
    arguments = {"board": CROWDED, "depth": 1, "min_probability": 0.0} | change
    with pytest.raises(error) as caught:
        deep.cut_values(**arguments)
    assert words in str(caught.value)
