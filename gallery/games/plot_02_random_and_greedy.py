"""
Why does a greedy player get stuck at 2048?
===========================================

The first two players that a program can be: one without any aim, one that takes what it can get at once. You see how
far each of them comes, and what greed leaves out. How the rules work is the example before; better players come next.
"""

# %%
# No aim at all
# -------------
# The simplest player takes any legal move. Here it is, written as a function from a board to a direction.

# sphinx_gallery_tags = ["games", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt
import numpy as np

from ailiteracy.games import choose_move, legal_moves, move, play_many, solve_2048

rng = np.random.default_rng(0)


def any_move(board):
    return rng.choice(legal_moves(board)).item()


for seed in range(3):
    print(solve_2048(any_move, rng=seed))

# %%
# The built-in player of the name *random* does the same in compiled code, so a thousand games take seconds.

random = play_many("random", 1000, rng=0)
for tile in (64, 128, 256, 512):
    print(f"{tile:>4} made in {random.reached(tile)[0]:.0%} of {len(random.scores):,} games")

# %%
# Greed
# -----
# A board with many empty cells is far from being lost. The greedy player looks at the board after each move and counts.

board = np.array([[2, 2, 8, 4], [2, 16, 8, 32], [0, 0, 0, 0], [0, 0, 0, 0]])
print(board)
for direction in legal_moves(board):
    print(f"{direction:>5} leaves {int((move(board, direction)[0] == 0).sum())} cells empty")
print("greedy moves", choose_move(board, "greedy"))

# %%
# *Up* and *down* merge twice, *left* and *right* once. Of equal moves the first is taken.

greedy = play_many("greedy", 1000, rng=0)
for result in (random, greedy):
    print(f"{result.player}: mean score {result.scores.mean():,.0f}, 512 in {result.reached(512)[0]:.1%} of the games")

# %%
# Nearly three times the score, and still far from 2048. What is missing?
#
# Where does the largest tile lie?
# --------------------------------
# People who play well keep it in a corner, out of the way. Here is where these two players have it.


def places_of_the_largest(player, n_games=40):
    places = np.zeros((4, 4))
    for seed in range(n_games):
        for board in solve_2048(player, rng=seed).boards():
            largest = board == board.max()
            places += largest / largest.sum()
    return places / places.sum()


figure, axes = plt.subplots(1, 2, figsize=(7, 3.5), layout="constrained")
for ax, player in zip(axes, ("random", "greedy"), strict=True):
    shares = places_of_the_largest(player)
    image = ax.imshow(shares, cmap="cividis", vmin=0, vmax=0.6)
    for (row, column), share in np.ndenumerate(shares):
        ax.text(column, row, f"{share:.0%}", ha="center", va="center", color="white" if share < 0.35 else "black")
    ax.set(title=player, xticks=[], yticks=[])
_ = figure.suptitle("Where the largest tile lies")

# %%
# Notice that without an aim the largest tile drifts to the middle, where it is in the way of all others. Greed has it
# at the top, yet next to the corner more often than in it. Does the player want it there?
#
# How often greed knows what it wants
# -----------------------------------

n_boards = n_undecided = 0
for seed in range(20):
    for board in solve_2048("greedy", rng=seed).boards():
        counts = [int((move(board, direction)[0] == 0).sum()) for direction in legal_moves(board)]
        n_boards += len(counts) > 1
        n_undecided += len(counts) > 1 and counts.count(max(counts)) > 1
print(f"of {n_boards:,} boards with a choice, several moves were equally good on {n_undecided / n_boards:.0%}")

# %%
# *Left* and *right* always merge the same number of pairs, and so do *up* and *down*: counting cells cannot tell them
# apart. The first one in the list is taken, which is *left* and explains the picture. A better player judges *where*
# tiles lie.

# %%
# Try it
# ------
# Write a player that is greedy for points: ``move(board, direction)[1]`` tells them. Is it better than *greedy*?
