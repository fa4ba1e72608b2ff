"""Exercises against the library: its own functions pass the checkers, and the solutions agree with them at random."""

import numpy as np
import pytest
import torch
from exercise_solutions import solution
from sklearn.model_selection import GroupShuffleSplit
from torch import nn
from torch.nn import functional as F

from ailiteracy import basics, check, games, nlp, training, vision
from ailiteracy.games import mcts, tictactoe
from ailiteracy.nlp import byte_pairs, spans


def board(rng):
    return rng.choice([0, 0, 2, 2, 4, 8], (4, 4)).tolist()


def game(rng, depth):
    if depth == 0 or (depth < 3 and rng.random() < 0.2):
        return int(rng.integers(10))
    return [game(rng, depth - 1) for _ in range(rng.integers(1, 4))]


def chance_game(rng, depth):
    if depth == 0:
        return float(rng.integers(-9, 10))
    if depth % 2:
        return {name: chance_game(rng, depth - 1) for name in "abc"[: rng.integers(1, 4)]}
    shares = rng.dirichlet(np.ones(rng.integers(1, 4)))
    return [(float(share), chance_game(rng, depth - 1)) for share in shares]


def expectimax(tree):
    return max(games.expectimax_tree({"start": tree}).values.values())


def tile_value(two, four):
    n = len(two)
    return expectimax([*((0.9 / n, value) for value in two), *((0.1 / n, value) for value in four)])


def cut_leaves():
    tree = {"A": [4, 6], "B": [3, 7, 9], "C": [8, 2, 5], "D": [10, 1]}
    return [tree[name][place] for name, place in games.alpha_beta(tree).cut]


def uct_bounds(totals, visits, exploration):
    pairs = zip(totals.tolist(), visits.tolist(), strict=True)
    return np.array([mcts.ucb1(t, n, visits.sum(), exploration) if n else np.inf for t, n in pairs])


def grid_values(rows, discount):
    text = "\n".join(rows).replace(".", "S", 1)
    return np.nan_to_num(basics.value_iteration(text, discount=discount).values)


def grid(rng):
    while True:
        marks = rng.choice([".", ".", ".", "#"], (3, 4))
        marks[rng.integers(3), rng.integers(4)] = "G"
        rows = ["".join(row) for row in marks]
        try:
            basics.GridWorld("\n".join(rows).replace(".", "S", 1))
        except ValueError:  # no way to the goal
            continue
        return rows


def flat_width(side, channels, layers):
    for kernel, stride, padding in layers:
        side = vision.output_size(side, kernel, stride=stride, padding=padding)
    return channels * side * side


def receptive_field(layers):
    return vision.receptive_field([nn.Conv2d(1, 1, kernel, stride=stride) for kernel, stride in layers])[-1].field


def mirror(images, which):
    return vision.alternating_flip(torch.tensor(images), 0, first=torch.tensor(which)).numpy()


def split_series(series, share, seed):
    splitter = GroupShuffleSplit(n_splits=1, test_size=share, random_state=seed)
    return next(splitter.split(series, groups=series))


def next_probability(tokens, before, after, n_kinds):
    """The library counts <eos> and <unk> among the kinds, and an end that follows the last token."""
    model = nlp.train_ngrams([tokens], 2, smoothing="add-k", k=1)
    assert (n_kinds, before) == (len(model.vocabulary), before)
    assert before != tokens[-1]
    return model.probability(after, [before])


def sentence(rng, n=20):
    tokens = [*rng.choice(list("abcd"), n).tolist(), "z"]
    return tokens, str(rng.choice(tokens[:-1])), str(rng.choice(tokens)), len(set(tokens)) + 2


def best_pair(words):
    pair = byte_pairs.best_pair(byte_pairs.count_pairs([(list(word.encode()), n) for word, n in words.items()]))
    return bytes(pair).decode()


def best_span(start, end, longest):
    everywhere = np.ones(len(start), bool)
    return spans.best_spans(np.array(start), np.array(end), everywhere, longest=longest, n_best=1)[0][:2]


def windows(ids, length, stride):
    return tuple(part.tolist() for part in nlp.next_token_windows(ids, length, stride=stride))


def causal_weights(scores):
    hidden = torch.ones(scores.shape, dtype=torch.bool).triu(1)
    return torch.tensor(scores).masked_fill(hidden, -torch.inf).softmax(dim=1).numpy()


def last_logits(logits, lengths):
    batch = nlp.pad_batch([[1] * int(length) for length in lengths], 0)
    return logits[np.arange(len(lengths)), batch.last.numpy()]


def answer_targets(prompt, answer, end, length):
    """A second pair of `length` tokens sets the length of the batch."""
    other = ([1], [1] * (length - 1))
    inputs, targets = nlp.collate_instructions([(prompt, answer), other], end)
    return inputs[0].tolist(), targets[0].tolist()


# For each exercise: the library's way to the same result, and a random input.
ORACLES = {
    "games-slide-row": (lambda row: games.slide_row(row)[0], lambda rng: (board(rng)[0],)),
    "games-points-up": (lambda rows: games.move(rows, "up")[1], lambda rng: (board(rng),)),
    "games-legal-moves": (games.legal_moves, lambda rng: (board(rng),)),
    "games-tile-value": (tile_value, lambda rng: tuple(rng.normal(size=(2, rng.integers(1, 6))).tolist())),
    "games-expectimax": (expectimax, lambda rng: (chance_game(rng, 5),)),
    "games-minimax": (lambda tree: int(games.full_search(tree).value), lambda rng: (game(rng, 5),)),
    "games-leaves-seen": (lambda tree: games.alpha_beta(tree).n_seen, lambda rng: (game(rng, 5),)),
    "games-winner": (
        lambda rows: tictactoe.winner("".join(rows)) or "",
        lambda rng: (tuple("".join(row) for row in rng.choice(list("XO."), (3, 3))),),
    ),
    "games-uct-bounds": (
        uct_bounds, lambda rng: (rng.normal(0, 3, 5), np.array([*rng.integers(0, 5, 4), 2]), rng.random()),
    ),
    "neurons-fires": (
        lambda x, w, t: basics.threshold_neuron(x, w, threshold=t).output,
        lambda rng: (*rng.integers(-2, 3, (2, 4)).tolist(), int(rng.integers(-3, 4))),
    ),
    "reward-grid-values": (grid_values, lambda rng: (grid(rng), 0.8)),
    "vision-convolve": (
        lambda image, kernel, stride: vision.convolve(image, kernel, stride=stride),
        lambda rng: (rng.normal(size=(7, 9)), rng.normal(size=rng.integers(1, 5, 2)), int(rng.integers(1, 4))),
    ),
    "vision-max-pool": (vision.max_pool, lambda rng: (rng.normal(size=(7, 9)), int(rng.integers(1, 5)))),
    "vision-flat-width": (
        flat_width, lambda rng: (40, int(rng.integers(1, 9)), [(3, 1, 1), (5, 2, int(rng.integers(0, 3))), (2, 2, 0)]),
    ),
    "vision-conv-parameters": (
        lambda a, b, k, bias: sum(weight.numel() for weight in nn.Conv2d(a, b, k, bias=bias).parameters()),
        lambda rng: (*rng.integers(1, 6, 3).tolist(), bool(rng.random() < 0.5)),
    ),
    "vision-receptive-field": (receptive_field, lambda rng: (rng.integers(1, 5, (4, 2)).tolist(),)),
    "vision-mirror": (mirror, lambda rng: (rng.normal(size=(6, 3, 4, 5)), rng.random(6) < 0.5)),
    "vision-class-accuracy": (training.class_accuracy, lambda rng: (rng.integers(0, 3, (4, 4)),)),
    "vision-top-k": (
        lambda logits, labels, k: training.top_k_accuracy(labels, logits, k=k),
        lambda rng: (rng.normal(size=(20, 5)), rng.integers(0, 5, 20), int(rng.integers(1, 6))),
    ),
    "language-best-pair": (
        best_pair,
        lambda rng: ({"".join(rng.choice(list("abc"), n)): int(rng.integers(1, 9)) for n in (2, 3, 4, 5, 6)},),
    ),
    "language-merge-pair": (
        byte_pairs.merge_pair, lambda rng: (rng.integers(1, 3, 12).tolist(), tuple(rng.integers(1, 3, 2).tolist()), 9),
    ),
    "language-windows": (
        windows, lambda rng: (rng.integers(0, 99, 30).tolist(), int(rng.integers(1, 9)), int(rng.integers(1, 9))),
    ),
    "language-best-span": (best_span, lambda rng: (*rng.normal(size=(2, 9)).tolist(), int(rng.integers(1, 10)))),
    "language-nearest": (
        lambda word, words, vectors: nlp.VectorSpace(tuple(words), vectors).nearest(word, top=1)[0][0],
        lambda rng: ("c", list("abcde"), rng.normal(size=(5, 3))),
    ),
    "transformers-layer-norm": (
        lambda x: nlp.layer_norm(torch.tensor(x)).numpy(), lambda rng: (rng.normal(3, 2, (4, 6)),),
    ),
    "transformers-causal-weights": (causal_weights, lambda rng: (rng.normal(size=(6, 6)),)),
    "transformers-attend": (
        lambda Q, K, V: F.scaled_dot_product_attention(*map(torch.tensor, (Q, K, V))).numpy(),
        lambda rng: (rng.normal(size=(3, 4)), rng.normal(size=(5, 4)), rng.normal(size=(5, 2))),
    ),
    "transformers-token-probabilities": (
        lambda z, t, k: nlp.token_probabilities(torch.tensor(z), temperature=t, top_k=k).numpy(),
        lambda rng: (rng.normal(size=9), float(rng.choice([0.0, 0.3, 1.0, 3.0])), int(rng.integers(1, 10))),
    ),
    "transformers-last-logits": (last_logits, lambda rng: (rng.normal(size=(4, 6, 3)), rng.integers(1, 7, 4))),
    "transformers-answer-targets": (
        answer_targets, lambda rng: (rng.integers(0, 9, 4).tolist(), rng.integers(0, 9, 3).tolist(), 8, 9),
    ),
}  # fmt: skip
# These differ from the library in what they count or draw, so that only one of the two comparisons holds.
CHECKED_ONLY = {"games-cut-leaves": cut_leaves(), "vision-split-series": split_series}
RANDOM_ONLY = {
    "language-next-probability": (next_probability, sentence),
    "language-token-f1": (nlp.f1_score, lambda rng: tuple(" ".join(rng.choice(list("bcde"), 4)) for _ in range(2))),
}


@pytest.mark.parametrize("name", [*ORACLES, *CHECKED_ONLY])
def test_the_library_passes(name):
    result = check.check(name, ORACLES[name][0] if name in ORACLES else CHECKED_ONLY[name], seconds=60)
    assert result, result.hint


@pytest.mark.parametrize("name", [*ORACLES, *RANDOM_ONLY])
def test_the_solution_agrees_with_the_library(name):
    library, draw = {**ORACLES, **RANDOM_ONLY}[name]
    mine, rng = solution(name), np.random.default_rng(0)
    for _ in range(30):
        args = draw(rng)
        got, want = mine(*args), library(*args)
        if isinstance(want, str | list | tuple) and not isinstance(want, np.ndarray):
            assert got == want, args
        else:
            np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-9)
