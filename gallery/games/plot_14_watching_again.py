"""
Where did the game go wrong?
============================

A score does not say which move lost a game. You see three ways to look at a finished game again: a picture of chosen
moments, a short animation, and a web page on which a stronger player comments on every move. How that player judges is
the subject of earlier examples.
"""

# %%
# First and last boards say little
# --------------------------------
# A player that looks no further than the next tile gets this far.

# sphinx_gallery_tags = ["games", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 1

from ailiteracy.games import solve_2048

game = solve_2048("one-ply", rng=0)
print(game)
_ = game.plot(moves=[0, game.n_moves])

# %%
# Notice that the last board is full and says nothing about when the trouble began.

# %%
# The moment before
# -----------------
# A judge that looks ahead values every move. Where the move that was played is worth much less than the best one, the
# game took a turn. These are the three most expensive moves of the last hundred.

from ailiteracy.games import move_values

costs = {}
for number, board in enumerate(game.boards()):
    if game.n_moves - 100 <= number < game.n_moves:
        values = move_values(board, compiled=True)
        costs[number] = max(values.values()) - values[game.moves[number]]
worst = sorted(sorted(costs, key=costs.get)[-3:])
for number in worst:
    print(f"move {number + 1}: {game.moves[number]} cost {costs[number]:,.0f}")

# %%
moments = sorted({number + step for number in worst for step in (0, 1)})
_ = game.plot(moves=moments)

# %%
# Notice the pairs: each board is followed by what became of it. A board is named by the number of moves before it.

# %%
# A short animation
# -----------------
# ``animate`` returns a matplotlib animation; ``writer="pillow"`` makes a GIF of it.

import pathlib
import tempfile

from PIL import Image

animation = game.animate(range(game.n_moves - 12, game.n_moves + 1), seconds_per_board=0.5)
folder = tempfile.TemporaryDirectory()
animation.save(pathlib.Path(folder.name, "end.gif"), writer="pillow")
with Image.open(pathlib.Path(folder.name, "end.gif")) as picture:
    print(picture.n_frames, "boards in", picture.size, "points")

# %%
# Notice how few empty cells are left for chance to be kind.

# %%
# The whole game with a commentary
# --------------------------------
# ``save_html`` writes one page that any browser opens without a network: play, pause, step, speed, and what the judge
# holds each direction to be worth. The button *Next move that the judge would not play* leads from one mistake to the
# next.

page = pathlib.Path(folder.name, "game.html")
game.save_html(page, judge="expectimax")
print(f"{page.stat().st_size / 1000:.0f} kB for {game.n_moves} moves; addresses in it: {page.read_text().count('://')}")
folder.cleanup()

# %%
# Any function from a board to a dict of values can be the judge, and ``every=10`` asks it before every tenth move only.

# %%
# At the keyboard
# ---------------
# ``ailiteracy 2048 play`` in a terminal is a game by arrow keys, with undo and hints; ``ailiteracy 2048 watch FILE``
# shows a saved one. The same calls work from Python, and where no terminal is there they read and write lines. Here
# the keys are typed beforehand: two moves, one taken back, and q.

import io
import sys

from ailiteracy.games import choose_move, person, play_in_terminal, watch_in_terminal

keyboard, sys.stdin = sys.stdin, io.StringIO("a\ns\nu\nq\n")
short = play_in_terminal(rng=7)
watch_in_terminal(short)
sys.stdin = io.StringIO("w\n")
print("A person is a player like any other:", choose_move(short.final_board, person))
sys.stdin = keyboard

# %%
# Try it
# ------
# Save the page of a game of your own player. Is the first expensive move before or after the first 256?
