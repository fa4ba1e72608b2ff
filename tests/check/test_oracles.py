"""Exercises against the library: its own functions pass the checkers, and the solutions agree with them at random."""

import itertools

import numpy as np
import pytest
import torch
from exercise_solutions import solution
from sklearn.model_selection import GroupShuffleSplit
from torch import nn
from torch.nn import functional as F

from ailiteracy import basics, check, games, nlp, training, vision
from ailiteracy.games import mcts, ntuple, tictactoe
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


@pytest.mark.parametrize("gate", ["and", "or", "nand", "nor"])
def test_perceptron_steps_learn_what_the_library_learns(gate):
    step, (w, b) = solution("neurons-perceptron-step"), (np.zeros(2), 0.0)
    result = basics.perceptron_demo(gate)
    for _ in range(result.n_epochs):
        for x, target in zip(result.inputs, result.targets[:, 0], strict=True):
            w, b = step(w, b, x, int(target))
    np.testing.assert_array_equal(w, result.weights)
    assert b == result.bias


def test_neurons_that_were_handed_in_fire_as_the_librarys():
    def fires(neuron, *inputs):
        return basics.threshold_neuron(inputs, neuron[:2], threshold=neuron[2]).output

    (one, two, last), and_not = solution("neurons-xor-neurons"), solution("neurons-and-not")
    for x in itertools.product((0, 1), repeat=2):
        assert fires(last, fires(one, *x), fires(two, *x)) == (x[0] != x[1])
        assert fires(and_not, *x) == (x == (1, 0))


def test_deltas():
    example = basics.worked_example()
    y, w = example.forward, example.start
    last, hidden = solution("neurons-deltas")([y["y3"], y["y4"]], [w["w13"], w["w23"]], y["y5"], 0.5)
    assert [last, *hidden] == pytest.approx([example.deltas[name] for name in ("delta5", "delta3", "delta4")])


def test_deltas_of_wider_networks():
    """The slope of the loss for a bias is minus its neuron's delta."""
    for seed in range(5):
        network, x = basics.Network((2, 4, 1), rng=seed), np.random.default_rng(seed).normal(size=(1, 2))
        hidden = 1 / (1 + np.exp(-(x @ network.weights[0] + network.biases[0])))[0]
        out = network.forward(x)[0, 0]
        last, deltas = solution("neurons-deltas")(hidden.tolist(), network.weights[1][:, 0].tolist(), out, 1.0)
        gradient = network.loss_and_gradient(x, [1])[1]
        np.testing.assert_allclose(-gradient[[8, 9, 10, 11, 16]], [*deltas, last], rtol=1e-9)


def test_q_learning_steps_find_what_value_iteration_finds():
    world, update = basics.GridWorld("small"), solution("reward-q-update")
    floor = world.floor()
    Q = np.zeros((len(floor), 4))
    for _ in range(300):
        for state, action in np.ndindex(Q.shape):
            _, there, reward, over = world.outcomes(floor[state], action)[0]
            after = 0 if over else floor.index(there)
            Q[state, action] = update(Q, state, action, reward, after, over, 0.5, 0.9)
    best = basics.value_iteration(world, discount=0.9).Q
    np.testing.assert_allclose(Q, [best[square] for square in floor], atol=1e-6)


def test_the_discounted_return_is_what_the_start_is_worth():
    for n_steps in range(1, 6):
        rewards = [-1.0] * (n_steps - 1) + [10.0]
        world = basics.value_iteration("S" + "." * (n_steps - 1) + "G", discount=0.7)
        assert solution("reward-discounted-return")(rewards, 0.7) == pytest.approx(world.values[0, 0])


def test_td_update_moves_a_value_as_the_network_does():
    network, rng, value = games.NTupleNetwork.zeros("5x4"), np.random.default_rng(0), 0.0
    board = 2 ** rng.permutation(np.arange(1, 17) % 16).reshape(4, 4)  # sixteen tiles, all views of it different
    board[board == 1] = 0
    for points, later, rate in rng.random((5, 3)):
        ntuple.learn(network, board, points + later, rate=rate)
        value = solution("games-td-update")(value, points, later, rate)
        assert network.value(board) == pytest.approx(value, rel=1e-5)


def test_perplexity():
    model = nlp.train_ngrams(["so so", "so la", "la"], 2)
    chances = [step.probability for step in model.chain("so la so")]
    assert solution("language-perplexity")(chances) == pytest.approx(model.perplexity("so la so"))


@pytest.mark.parametrize(("channels", "stride"), [(4, 1), (6, 2)])
def test_residual(channels, stride):
    block, x = vision.ResidualBlock(4, channels, stride).eval(), torch.randn(2, 4, 8, 8)
    layers = nn.Sequential(block.conv1, block.norm1, nn.ReLU(), block.conv2, block.norm2)
    torch.testing.assert_close(solution("vision-residual")(x, layers, block.shortcut), block(x))


def test_normalized_channels_have_mean_0_and_deviation_1():
    rng = np.random.default_rng(0)
    train, other = rng.normal(5, 3, (6, 3, 4, 5)), rng.normal(5, 3, (2, 3, 4, 5))
    scaled, rest = solution("vision-normalize-channels")(train, other)
    np.testing.assert_allclose(scaled.mean(axis=(0, 2, 3)), 0, atol=1e-12)
    np.testing.assert_allclose(scaled.std(axis=(0, 2, 3)), 1)
    np.testing.assert_allclose(rest[:, 1] * train[:, 1].std() + train[:, 1].mean(), other[:, 1])


def test_exploring_is_what_q_learning_needs():
    """With epsilon 0 the first of equals; with epsilon 1 every action a quarter of the times."""
    explore, rng = solution("reward-explore"), np.random.default_rng(0)
    assert {explore([0.0, 2.0, 2.0, 1.0], 0.0, rng) for _ in range(50)} == {1}
    counts = np.bincount([explore([0.0, 2.0, 2.0, 1.0], 1.0, rng) for _ in range(4000)])
    assert np.abs(counts / 4000 - 0.25).max() < 0.03
