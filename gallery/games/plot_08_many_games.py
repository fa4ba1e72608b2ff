"""
Which 2048 player is better, and how sure are we?
=================================================

One game says little, because chance has a large part in it. You see how scores spread over many games, what an interval
says about a mean and about a share, and how a long run is broken off and gone on with. Statistical tests are skipped.
"""

# %%
# Two games each: not enough
# --------------------------
# The naive way is to let each player play twice and compare.

# sphinx_gallery_tags = ["games", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 1

from ailiteracy.games import ArenaResult, play_many

for seed in range(3):
    greedy, one_ply = (play_many(player, 2, rng=seed).scores.mean() for player in ("greedy", "one-ply"))
    print(f"two games each, try {seed}: greedy {greedy:,.0f}, one-ply {one_ply:,.0f}")

# %%
# The same player scores twice as much in one try as in another. Which number is right?

# %%
# Three hundred games each
# ------------------------
# Many games settle it. Every game has a seed of its own, so the same call gives the same scores again, with one process
# or with many.

results = {player: play_many(player, 300, rng=0) for player in ("random", "greedy", "one-ply")}
for result in results.values():
    share, low, high = result.reached(512)
    print(f"{result.player:>8}: mean {result.scores.mean():,.0f}; 512 in {share:.0%} ({low:.0%} to {high:.0%})")

# %%
_ = results["one-ply"].plot()

# %%
# Notice the two humps: the mean lies between them, where few games end.

# %%
# How far off may a mean be?
# --------------------------
# Had other games been played, the scores would be others. The *bootstrap* acts that out: it draws 300 scores from the
# 300, with replacement, takes their mean, and does so 2,000 times. The middle 95 % of these means are the interval.

for n_games in (30, 100, 300):
    few = play_many("one-ply", n_games, rng=0)
    low, high = few.mean_interval()
    print(f"{n_games:>3} games: mean {few.scores.mean():,.0f}, 95 % interval {low:,.0f} to {high:,.0f}")

# %%
# Ten times the games make an interval about three times as narrow: it shrinks with the square root. Of fewer than 30
# games the bootstrap's interval would be too narrow, so ``mean_interval`` takes Student's t distribution there.

# %%
# The player that looks ahead
# ---------------------------
# Its games are long; even one of them is beyond anything the others reach.

best = play_many("best", 1, rng=0)
print(best)
print("A result holds its data:", isinstance(best, ArenaResult), best.scores, best.best_tiles)

# %%
# Hours of games, broken off and gone on with
# -------------------------------------------
# With ``save_to`` the finished games are written to a file every ten seconds, and when the run is broken off. The
# same call again plays only what is missing, and the scores are those of a run without a break.

import pathlib
import tempfile

with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder, "games.json")
    play_many("one-ply", 200, rng=0, save_to=path)
    both = play_many("one-ply", 300, rng=0, save_to=path)
print("The same as in one go:", (both.scores == results["one-ply"].scores).all())

# %%
# What do 0 wins in 20 games tell?
# --------------------------------
# Not that winning is impossible. The interval says how large the true share may still be.

few = play_many("one-ply", 20, rng=5)
share, low, high = few.reached(2048)
print(f"2048 reached in {share:.0%} of 20 games: the true share lies between {low:.0%} and {high:.0%}")

# %%
# Try it
# ------
# How many games does *one-ply* need until the upper end for 2048 falls below 1 %?
