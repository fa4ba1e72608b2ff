"""
Why can a search skip half of a game and still be right?
========================================================

Two players look ahead at each other. You see minimax by hand on six numbers, alpha-beta cutting a branch that cannot
matter, and how much the order of moves decides. Games too large to search to the end are skipped.
"""

# %%
# A game as a tree
# ----------------
# Max chooses A, B or C, then Min chooses one of two numbers. Max wants the number to be high, Min wants it low.
# The naive plan is to go where the highest number is.

# sphinx_gallery_tags = ["games", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 2

import numpy as np

from ailiteracy.games import TreeSearch, alpha_beta, full_search

tree = {"A": [3, 5], "B": [2, 6], "C": [9, 1]}
hopeful = max(tree, key=lambda name: max(tree[name]))
print("Max hopes for", max(tree[hopeful]), "in", hopeful, "and gets", min(tree[hopeful]))

# %%
# Minimax by hand
# ---------------
# Min has a say too: a branch is worth its lowest number. The definition is a function of three lines.


def value(node, maximise):
    if isinstance(node, int):
        return node
    children = node.values() if isinstance(node, dict) else node
    return (max if maximise else min)(value(child, not maximise) for child in children)


print({name: value(child, maximise=False) for name, child in tree.items()}, "so Max gets", value(tree, maximise=True))

# %%
# ``full_search`` does the same and keeps the whole story.

result = full_search(tree)
print(result)
_ = result.plot()

# %%
# Notice the bold line: Max moves to A, Min answers with 3. All six leaves were looked at.

# %%
# What need not be looked at
# --------------------------
# After A, Max is sure of 3: that is *alpha*. The first leaf of B says that Min can reach 2 there. Whatever the other
# leaf is, Max will not go to B. Alpha-beta cuts it.

pruned = alpha_beta(tree)
print(pruned)
_ = pruned.plot()

# %%
# Notice the cross: B is worth at most 2, and nobody needs to know more. C is not cut, since after 9 it could still have
# been better than A.

# %%
# The trace tells what was known at each step; *beta* is what Min is sure of.

for visit in pruned.trace:
    print(visit)

# %%
# Order decides
# -------------
# A larger game: six moves, three choices at each, 729 leaves. The same tree is sorted so that each player finds the
# best move first, or last.

numbers = iter(np.random.default_rng(0).permutation(729).tolist())


def build(n_moves):
    return [build(n_moves - 1) for _ in range(3)] if n_moves else next(numbers)


def in_order(node, maximise, best_first):
    if isinstance(node, int):
        return node
    children = [in_order(child, not maximise, best_first) for child in node]
    return sorted(children, key=lambda child: value(child, not maximise), reverse=maximise == best_first)


# %%
# The value is the same every time, the work is not.

game = build(6)
orders = {
    "best move last": in_order(game, True, best_first=False),
    "as it came": game,
    "best move first": in_order(game, True, best_first=True),
}
for name, ordered in orders.items():
    search = alpha_beta(ordered)
    same = isinstance(search, TreeSearch) and search.value == full_search(ordered).value
    print(f"{name:>15}: {search.n_seen} of 729 leaves, the value of minimax: {same}")

# %%
# With the best move first, 27 + 27 - 1 = 53 leaves prove the value. That is why game programs try promising moves
# first.

_ = alpha_beta(orders["best move first"]).plot()

# %%
# Notice the crosses: to refute a move, one good answer is enough; the other answers are cut.

# %%
# Try it
# ------
# Change one number of ``tree`` so that both B and C lose their second leaf, then one so that nothing is cut.
