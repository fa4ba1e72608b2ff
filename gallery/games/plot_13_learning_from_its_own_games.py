"""
Told the rules and nothing else, a program learns not to lose
=============================================================

A network and a search teach each other by playing against themselves, as AlphaZero does. You see why the network
cannot do it alone, how the defeats against perfect play fall to none, and a proof. Larger games are skipped.
"""

# %%
# Imitate yourself
# ----------------
# The naive way: a network plays against itself and is trained to prefer the moves it made. With a search of one
# position, the "search" is just the network's favourite move.

# sphinx_gallery_tags = ["games", "advanced", "1 min"]
# sphinx_gallery_thumbnail_number = 2

import tempfile
from pathlib import Path

from ailiteracy.games import SelfPlayResult, train_selfplay

alone = train_selfplay(n_iterations=12, n_games=64, n_simulations=1, progress=False)
print(alone)
_ = alone.plot()

# %%
# Notice the two sides: on the right the policy's loss falls nicely, on the left nothing gets better. The network learns
# to predict itself. Its moves become a habit and not a skill.

# %%
# Let a search be the teacher
# ---------------------------
# Now 30 positions are looked at before each move. The network's policy says where to look first, its value says who is
# winning, and the search, a few moves deep, sees what both overlooked. The network is trained to prefer what the search
# preferred, and to foresee how the game ended; the next search starts from a better network.

taught = train_selfplay(n_iterations=20, n_games=64, n_simulations=30, progress=False)
print(taught)
_ = taught.plot()

# %%
# Notice that with search the defeats are nearly gone after six iterations; alone most are gone after three, and the
# last ones only at the end. In between the search even lost more than the network alone. The policy's loss stays high,
# since among equally good moves nothing can be foreseen.

# %%
# Games against perfect play
# --------------------------
# Nobody wins against perfect play, so a draw is all there is to reach. The network alone, then with search:

for n_simulations in (0, 5, 30):
    print(f"{n_simulations:>2} positions:", taught.against_perfect(200, n_simulations=n_simulations, rng=1))

# %%
# Notice the middle row: five positions are spread over up to nine moves, and such a search knows less than the network.

# %%
# A proof for every opponent
# --------------------------
# Perfect play is not the only opponent: a strange move may lead where the program has never been. Tic-tac-toe is small
# enough to try every reply at every turn and collect the boards on which the program has lost.

players = {"imitation": alone, "taught by search": taught}
for name, player in players.items():
    counts = [len(player.ways_to_lose(n_simulations=n)) for n in (0, 30)]
    print(f"{name}: {counts[0]} ways to lose for the network alone, {counts[1]} with a search of 30 positions")

# %%
# Notice the zeros: no opponent whatever can beat the second player. Search helps the first one too, and not enough.

# %%
# Keep what was learned
# ---------------------
# A player goes into one file. With ``train_selfplay(checkpoint="training.npz")`` the training itself can be stopped and
# goes on later, to the same player.

with tempfile.TemporaryDirectory() as folder:
    taught.save(Path(folder) / "player.npz")
    print(SelfPlayResult.load(Path(folder) / "player.npz").choose_cell(["XX.", "OO.", "..."]))

# %%
# Longer training
# ---------------
# ``train_selfplay()`` at its defaults plays 3,840 games and takes about 25 seconds. Five of five trainings, seeds 0 to
# 4, ended without a way to lose, with search and by the network alone.

# %%
# Try it
# ------
# Train with ``rng=1``, and with half as many positions. When does the network alone stop losing?
