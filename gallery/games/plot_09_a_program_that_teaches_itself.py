"""
Can a program learn 2048 without being told what is good?
=========================================================

So far people chose what a player looks for: room, order, merges. Here the program finds out by playing. You see a table
of numbers become a judgement, the learning curve of a few seconds, and what looking ahead adds. Stages are skipped.
"""

# %%
# A judgement that knows nothing
# ------------------------------
# An n-tuple network looks at small groups of cells, its *tuples*. Each has a table with one weight for every pattern it
# can show. The value of a board adds up the weights that the board and its mirror images and turns pick out.

# sphinx_gallery_tags = ["games", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import numpy as np

from ailiteracy.games import NTupleNetwork, NTuplePlayer, NTupleResult, ntuple_player, play_many, train_ntuple

network = NTupleNetwork.zeros([(0, 1, 2, 3), (0, 1, 4, 5)])
board = np.array([[64, 32, 16, 8], [0, 2, 4, 0], [0, 0, 2, 0], [0, 0, 0, 0]])
print(network)
print("value of the board:", network.value(board))

# %%
# What it should learn
# --------------------
# The value of a board is the points still to come. Nobody knows them, but two boards in a row must agree: the first is
# worth the points of the next move plus the value after it. The difference is the error to learn from, and the only
# teacher. At first all values are 0, so the player only sees the points of the next move:

print(network.move_values(board))
print(play_many(ntuple_player(network, depth=0), 100, rng=0))

# %%
# Learning by playing
# -------------------
# Play a game, go through it backwards, correct every board's value by what followed. Five tuples of four cells, 3,000
# games, some seconds.

learned = train_ntuple("5x4", n_games=3_000, rng=0, progress=False)
print(isinstance(learned, NTupleResult), learned.best_tiles.max(), f"{learned.scores[-300:].mean():,.0f}")
_ = learned.plot()

# %%
# Notice how steep the curve is at the start: patterns of small tiles are seen in every game and are learned first. The
# tile 2048 comes later, because the patterns around it are seen only by a player that is good already.

# %%
# One learning rate for all, or one for each weight?
# --------------------------------------------------
# TD(0) corrects every weight by the same share of the error, and somebody has to choose that share. Temporal coherence,
# the default, starts with the whole error; a weight slows down by itself once its errors cancel out.

settings = {"TD(0), 0.01": ("td", 0.01), "TD(0), 0.1": ("td", 0.1), "TD(0), 1": ("td", 1.0), "coherence": ("tc", 1.0)}
for name, (method, rate) in settings.items():
    result = train_ntuple("5x4", n_games=2_000, method=method, learning_rate=rate, rng=1, progress=False)
    print(f"{name:>11}:", [f"{block.mean():,.0f}" for block in np.array_split(result.scores, 5)])

# %%
# Notice the third line: a rate that is too high learns nothing at all. A tenth of it learns well and stays behind
# coherence, and a hundredth crawls; with coherence there is nothing to choose.

# %%
# Learning and looking ahead
# --------------------------
# A search mends what the table gets wrong. The same network, asked right after the move and one chance layer later:

for depth in (0, 1):
    result = play_many(ntuple_player(learned.network, depth=depth), 30, rng=0)
    print(f"depth {depth}: mean {result.scores.mean():,.0f}, 2048 in {result.reached(2048)[0]:.0%}")

# %%
# The network that comes with the package has four tuples of six cells and learned for more than an hour. Asked right
# after the move, without a look ahead:

player = ntuple_player(depth=0)
print(isinstance(player, NTuplePlayer), play_many(player, 10, rng=0))

# %%
# What did it find out?
# ---------------------
# Nobody mentioned corners. The same tiles with the largest one in the middle, on an edge and in a corner, as the
# network in the package values them:

middle = np.array([[2, 0, 0, 0], [0, 512, 4, 0], [0, 128, 64, 0], [0, 0, 0, 0]])
for name, shift in {"middle": (0, 0), "edge": (-1, 0), "corner": (-1, -1)}.items():
    print(f"{name:>7}: {player.weights().value(np.roll(middle, shift, axis=(0, 1))):,.0f}")

# %%
# Notice the order: it found by itself what people write into their formulas.

# %%
# Try it
# ------
# Invent tuples of your own, such as ``[(0, 1, 2, 4, 5)]``. Does one large tuple beat two small ones after 3,000 games?
