"""Typical wrong answers to the exercises on neurons and reward, with a part of the hint that each must get."""

import math

import numpy as np


def total(x, w):
    return sum(a * b for a, b in zip(x, w, strict=True))


def step(w, b, x, target, *, error=None):
    error = target - int(x @ w + b > 0) if error is None else error
    return w + error * x, b + error


def slope(y):
    return y * (1 - y)


def last(y, t):
    return slope(y) * (t - y)


def both(hidden, weights, delta, slope=slope):
    return delta, [slope(y) * w * delta for y, w in zip(hidden, weights, strict=True)]


NEURONS = {
    "neurons-fires": [
        (lambda x, w, t: int(total(x, w) >= t), "equals the threshold"),
        (lambda x, w, t: total(x, w), "compare it"),
        (lambda x, w, t: int(sum(x) > t), "without their weights"),
        (lambda x, w, t: int(total(x, w) > 0), "threshold had no effect"),
        (lambda x, w, t: int(total(x, w) < t), "not below"),
        (lambda x, w, t: total(x, w) > t, "A plain int is asked for"),
    ],
    "neurons-and-not": [
        ([1, -1, -0.5], "fires, and should stay silent when x1 is 0 and x2 is 0"),
        ([1, 1, 0.5], "fires, and should stay silent when x1 is 0 and x2 is 1"),
        ([1, -1, 1], "stays silent, and should fire when x1 is 1 and x2 is 0"),
        ([1, 0, 0.5], "fires, and should stay silent when x1 is 1 and x2 is 1"),
        ([1, -1], "three numbers"),
        (["1", -1, 0.5], "finite numbers"),
        ([1, -1, math.nan], "finite numbers"),
        (lambda x1, x2: x1 > x2, "not for a function"),
        (..., "Nothing was handed in"),
    ],
    "neurons-xor-neurons": [
        ([[1, 1, 0.5], [1, 1, 1.5], [1, 1, 0.5]], "should stay silent when x1 is 1 and x2 is 1"),
        ([[1, 1, 0.5], [1, 1, 1.5], [1, -1, 1]], "should fire when x1 is 0 and x2 is 1"),
        ([[1, 1, 0.5], [1, 1, 1.5]], "three neurons"),
        ([[1, 1, 0.5], [1, 1], [1, -1, 0.5]], "Neuron 2: a list of three numbers"),
        ([1, -1, 0.5], "Neuron 1: a list of three numbers"),
        (..., "Nothing was handed in"),
    ],
    "neurons-perceptron-step": [
        (lambda w, b, x, t: step(w, b, x, t, error=2 * t - 1), "after a right answer"),
        (
            lambda w, b, x, t: step(w, b, x, t, error=int(x @ w + b > 0) - t),
            "moved away from an input for which it should fire",
        ),
        (lambda w, b, x, t: (step(w, b, x, t)[0], b), "the bias did not move"),
        (lambda w, b, x, t: (step(w, b, x, t)[0], b + (step(w, b, x, t)[1] - b) * x.sum()), "by the error alone"),
        (lambda w, b, x, t: step(w, b, x, t, error=t - int(x @ w + b >= 0)), "exactly 0"),
        (lambda w, b, x, t: (w + step(w, b, x, t)[1] - b, step(w, b, x, t)[1]), "without the inputs"),
        (lambda w, b, x, t: step(w, b, x, t, error=max(0, t - int(x @ w + b > 0))), "firing when it should not"),
        (lambda w, b, x, t: step(w, b, x, t, error=t - (x @ w + b)), "size of the sum"),
        (lambda w, b, x, t: (w.__iadd__(x), b + 1), "changes its input"),
    ],
    "neurons-deltas": [
        (lambda h, w, y, t: both(h, w, slope(y) * (y - t)), "the signs are wrong"),
        (lambda h, w, y, t: both(h, w, t - y), "first lacks the slope"),
        (lambda h, w, y, t: (last(y, t), [b * last(y, t) for b in w]), "a hidden neuron has a slope too"),
        (lambda h, w, y, t: (last(y, t), [slope(a) * last(y, t) for a in h]), "through the weight"),
        (lambda h, w, y, t: (last(y, t), [slope(y) * b * last(y, t) for b in w]), "at its own output"),
        (lambda h, w, y, t: (last(y, t), both(h, w, t - y)[1]), "its delta, not the error"),
        (lambda h, w, y, t: both(h, w, (1 - y * y) * (t - y), lambda a: 1 - a * a), "slope of tanh"),
        (lambda h, w, y, t: (last(y, t), [a * last(y, t) for a in h]), "changes of the weights"),
    ],
}


def moved(Q, s, a, rate, target):
    return float(Q[s, a] + rate * (target - Q[s, a]))


def target(Q, reward, after, over, discount):
    return reward if over else reward + discount * Q[after].max()


def draw(guesses, epsilon, rng, *, greedy=None):
    if rng.random() < epsilon:
        return int(rng.integers(4))
    return guesses.index(max(guesses)) if greedy is None else greedy


def draw_others(guesses, epsilon, rng):
    best = guesses.index(max(guesses))
    others = [action for action in range(4) if action != best]
    return int(rng.choice(others)) if rng.random() < epsilon else best


def sweep(rows, discount, *, n=100, step=-1.0, arrive=10.0, goal=0.0, choose=max, walls=True, late=1.0):
    """Value iteration with a switch for each of its usual mistakes."""
    values = np.zeros((len(rows), len(rows[0])))
    for _ in range(n):
        new = np.zeros_like(values)
        for i, row in enumerate(rows):
            for j, mark in enumerate(row):
                if mark != ".":
                    continue
                worth = []
                for a, b in ((i - 1, j), (i, j + 1), (i + 1, j), (i, j - 1)):
                    outside = not (0 <= a < len(rows) and 0 <= b < len(row))
                    a, b = (i, j) if outside or (walls and rows[a][b] == "#") else (a, b)
                    reward = arrive if rows[a][b] == "G" else step
                    later = goal if rows[a][b] == "G" else values[a, b]
                    worth.append(late * reward + discount * later)
                new[i, j] = choose(worth)
        values = new
    for i, row in enumerate(rows):
        for j, mark in enumerate(row):
            values[i, j] = goal if mark == "G" else values[i, j]
    return values


REWARD = {
    "reward-discounted-return": [
        (lambda r, d: sum(r), "discount had no effect"),
        (lambda r, d: sum(d ** (k + 1) * x for k, x in enumerate(r)), "in full"),
        (lambda r, d: sum(d**k * x for k, x in enumerate(r[::-1])), "not the first"),
        (lambda r, d: r[0] + d * sum(r[1:]), "discounts once more"),
        (lambda r, d: sum(d**k * x for k, x in enumerate(r)) / len(r), "this is a mean"),
    ],
    "reward-q-update": [
        (lambda Q, s, a, r, n, over, rate, d: moved(Q, s, a, rate, r + d * Q[n].max()), "episode is over"),
        (lambda Q, s, a, r, n, over, rate, d: moved(Q, s, a, rate, r + d * Q[n, a]), "not this one again"),
        (lambda Q, s, a, r, n, over, rate, d: moved(Q, s, a, rate, r + d * Q[n].mean()), "not the mean of all"),
        (lambda Q, s, a, r, n, over, rate, d: moved(Q, s, a, rate, r + d * Q[n].min()), "not its worst"),
        (lambda Q, s, a, r, n, over, rate, d: moved(Q, s, a, rate, r + d * Q[s].max()), "not of this one"),
        (lambda Q, s, a, r, n, over, rate, d: moved(Q, s, a, rate, target(Q, r, n, over, 1)), "discount is missing"),
        (lambda Q, s, a, r, n, over, rate, d: moved(Q, s, a, rate, d * target(Q, r, n, over, 1)), "reward itself"),
        (lambda Q, s, a, r, n, over, rate, d: moved(Q, s, a, rate, target(Q, 0, n, over, d)), "reward is left out"),
        (lambda Q, s, a, r, n, over, rate, d: float(target(Q, r, n, over, d)), "all the way"),
        (lambda Q, s, a, r, n, over, rate, d: float(Q[s, a] + rate * target(Q, r, n, over, d)), "share of the target"),
        (lambda Q, s, a, r, n, over, rate, d: moved(Q, s, a, -rate, target(Q, r, n, over, d)), "away from"),
        (
            lambda Q, s, a, r, n, over, rate, d: rate * float(target(Q, r, n, over, d) - Q[s, a]),
            "how far the guess moves",
        ),
        (lambda Q, s, a, r, n, over, rate, d: Q.__setitem__((s, a), r) or 0.0, "changes its input"),
    ],
    "reward-explore": [
        (lambda g, e, rng: draw(g, 1 - e, rng), "wrong way round"),
        (draw_others, "may be the best one too"),
        (lambda g, e, rng: g.index(max(g)), "taken every time"),
        (lambda g, e, rng: draw(g, 1.0, rng), "all actions are equally likely|wrong way round"),
        (lambda g, e, rng: draw(g, e, rng) if e in (0, 1) else int(rng.integers(4)), "all actions are equally likely"),
        (lambda g, e, rng: draw(g, e, rng, greedy=2), "this is the last"),
        (lambda g, e, rng: draw(g, e, rng, greedy=3), "which is not its share"),
        (lambda g, e, rng: max(g), "A plain int is asked for"),
        (lambda g, e, rng: 7, "7 came"),
        (lambda g, e, rng: draw(g, e, np.random.default_rng()), "draw from `rng` alone"),
    ],
    "reward-grid-values": [
        (lambda rows, d: sweep(rows, d, goal=10.0), "the goal pays once"),
        (lambda rows, d: sweep(rows, d, step=0.0), "every step"),
        (lambda rows, d: sweep(rows, d, late=d), "not discounted itself"),
        (lambda rows, d: sweep(rows, d, n=1), "one sweep"),
        (lambda rows, d: sweep(rows, d, n=2), "so few sweeps"),
        (lambda rows, d: sweep(rows, d, choose=np.mean), "not the mean of all four"),
        (lambda rows, d: sweep(rows, 1.0, n=50), "discount had no effect"),
        (lambda rows, d: sweep(rows, d, walls=False), "into a wall"),
        (lambda rows, d: sweep(rows, d, arrive=9.0), "does not cost 1 as well"),
        (lambda rows, d: sweep(rows, d).tolist(), "A NumPy array is asked for"),
    ],
}

WRONG = {**NEURONS, **REWARD}
