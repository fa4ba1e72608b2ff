"""
Which cuts are right when chance is the opponent?
=================================================

Alpha-beta skips most of a game between two players. You see why the same cut never happens against chance, then two
ways that work: bounds on the value, which keep the best move exactly, and probability, which nearly does.
"""

# %%
# The cut that never happens
# --------------------------
# "safe" is worth 6. Each other move leads to a number by chance. The naive idea is alpha-beta's: cut a move as soon as
# the other player can hold it below 6. But there is no other player, and nobody limits what is still to come: after a
# 1, the rest of "risky" could be a million.

# sphinx_gallery_tags = ["games", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt
import numpy as np

from ailiteracy.games import PrunedSearch, expectimax_tree, pruned_values, solve_2048

tree = {"safe": 6, "risky": [(0.5, 1), (0.5, 9)], "wild": [(0.25, 8), (0.5, 2), (0.25, 10)]}
print(expectimax_tree(tree))
print(expectimax_tree(tree, bounds=(-1e9, 1e9)))

# %%
# Without limits (or with limits that say nothing) all six leaves are judged. A program that compares with an infinite
# *beta*, as in alpha-beta, cuts nothing at all.

# %%
# A limit on what is to come
# --------------------------
# Suppose that no leaf is above 10. After the 1, "risky" is worth at most 0.5 * 1 + 0.5 * 10 = 5.5, less than 6: its
# other outcome need not be known. This is Star1.

cut = expectimax_tree(tree, bounds=(0, 10))
print(cut)
print("known only from above:", cut.at_most)

# %%
# The order decides again: with the best move first, the others are cut earlier. Twelve moves, four outcomes each:

rng = np.random.default_rng(1)
moves = {f"move {i}": [(0.25, leaf) for leaf in rng.integers(11, size=4).tolist()] for i in range(12)}
means = {name: sum(leaf for _, leaf in outcomes) for name, outcomes in moves.items()}
for order, reverse in (("worst move first", False), ("best move first", True)):
    ordered = {name: moves[name] for name in sorted(moves, key=means.get, reverse=reverse)}
    search = expectimax_tree(ordered, bounds=(0, 10))
    print(f"{order}: {search.n_judged} of 48 leaves judged, the best value is {search.value}")

# %%
# Bounds on 2048
# --------------
# Moves keep the sum of all tiles, and few tiles with that sum are the best that can be. So there is a highest value for
# each board, and moves that look good are searched first.

boards = list(solve_2048("depth-2-bounded", rng=0, max_moves=1200).boards())[100::40]
full = [pruned_values(board, depth=3, compiled=True) for board in boards]
bounded = [pruned_values(board, depth=3, bounds=True, compiled=True) for board in boards]
print("the same best moves:", [a.best for a in full] == [b.best for b in bounded])
print("the same values, to the last bit:", [a.value for a in full] == [b.value for b in bounded])
n_full, n_bounded = (sum(search.n_judged for search in searches) for searches in (full, bounded))
print(f"boards judged: {n_bounded:,} instead of {n_full:,}, {n_bounded / n_full:.0%}")

# %%
# Unlikely lines of play
# ----------------------
# Three new tiles in three given places have a probability of one in thousands. A line of play below a least probability
# is judged at once, which leaves less to do the more cells are empty.

for least in (0.0003, 0.001, 0.003):
    likely = [pruned_values(board, depth=3, min_probability=least, compiled=True) for board in boards]
    n_same = sum(a.best == c.best for a, c in zip(full, likely, strict=True))
    share = sum(search.n_judged for search in likely) / n_full
    print(f"from {least}: {share:.0%} of the boards judged, the same move {n_same} times out of {len(boards)}")

# %%
figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
n_empty = np.array([(board == 0).sum() for board in boards])
kinds = (("everything", full, "ko"), ("bounds", bounded, "C0s"), ("probability", likely, "C1^"))
for shift, (name, searches, style) in enumerate(kinds):
    counts = [search.n_judged for search in searches]
    ax.plot(n_empty + 0.2 * (shift - 1), counts, style, alpha=0.6, label=name)
ax.set(yscale="log", xlabel="empty cells", ylabel="boards judged for one move", title="Three tiles ahead")
_ = ax.legend()

# %%
# Notice that bounds help everywhere and keep the answer, while probability takes the top off the roomy boards, where
# depth explodes.

print("each point is a", PrunedSearch.__name__, "such as:", bounded[0])

# %%
# Try it
# ------
# With ``opponent=True`` choices belong to Max and Min by turns. Build a tree in which ``probe=True`` (Star2) saves
# leaves.
