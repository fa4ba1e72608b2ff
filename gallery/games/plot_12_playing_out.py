"""
Can random games judge a position?
==================================

A program without any formula plays the game to its end with random moves and counts who wins. You see this fail at a
trap, a tree of moves that mends it, and the same search playing another game. Games with chance are skipped.
"""

# %%
# Count random games
# ------------------
# The naive way: try each move, let chance play on, a thousand times over, and take the move that won most.

# sphinx_gallery_tags = ["games", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import numpy as np

from ailiteracy.games import PlayoutSearch, TwoPlayerGame, search_by_playouts, solve_tictactoe

LINES = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]


def winner(cells):
    return next((cells[a] for a, b, c in LINES if cells[a] == cells[b] == cells[c] != "."), None)


def play_out(cells, mark, rng):
    while not winner(cells) and "." in cells:
        empty = [cell for cell in range(9) if cells[cell] == "."]
        cell = empty[rng.integers(len(empty))]
        cells, mark = cells[:cell] + mark + cells[cell + 1 :], "XO"[mark == "X"]
    return {"O": 1, "X": -1, None: 0}[winner(cells)]


# %%
# X holds two opposite corners, O the centre, and O is to move. The mean result runs from -1, all lost, to 1, all won.

board, rng = ["X..", ".O.", "..X"], np.random.default_rng(0)
cells, truth = "".join(board), solve_tictactoe(board).move_values
for cell in (1, 2, 3):
    after, move = cells[:cell] + "O" + cells[cell + 1 :], divmod(cell, 3)
    mean = np.mean([play_out(after, "X", rng) for _ in range(5000)])
    print(f"O to {move}: mean {mean:+.2f}, with perfect play", "X wins" if truth[move] > 0 else "a draw")

# %%
# Random games send O to the corner (0, 2), and there O loses: X takes the last corner and threatens two lines at once.
# A random X finds that answer in one game of five, too seldom to spoil the mean. More playouts would not help.

# %%
# Grow a tree where it matters
# ----------------------------
# Tree search keeps the moves it has tried and spends the next playout where the results were good for the player who
# moves there, X's moves included. X's good answer soon gets most of the playouts after (0, 2).

result = search_by_playouts(board)
print(isinstance(result, PlayoutSearch), result)
_ = result.plot()

# %%
# Notice the corners: few visits and a negative mean. An edge in the middle of a side is the most visited move, and it
# holds the draw.

# %%
# The more it knows, the less it spends on the corners.

for n_playouts in (20, 100, 500, 2500):
    search = search_by_playouts(board, n_playouts=n_playouts)
    share = (search.visits[0, 2] + search.visits[2, 0]) / n_playouts
    print(f"{n_playouts:>5} playouts: {share:.0%} on the corners, best move {search.best_move}")

# %%
# Which move next?
# ----------------
# The choice inside the tree is a bargain between a good mean and a move tried little: mean + c * sqrt(ln N / n), with n
# visits of the move and N of its parent. With c = 0 only the mean counts, and a move that began badly is never tried
# again.

for exploration in (0.0, 1.4, 20.0):
    search = search_by_playouts(board, exploration=exploration)
    print(f"c = {exploration:>4}: best move {search.best_move}, visits", *search.visits.values())

# %%
# A large c spreads the playouts evenly, which is the naive way again, and may end in the same losing corner.

# %%
# It does not know the game
# -------------------------
# Four functions describe a game. In Nim, two players take one to three stones in turn, and who takes the last one wins.
# A position is the player and the stones left.

nim = TwoPlayerGame(
    legal_moves=lambda position: range(1, min(3, position[1]) + 1),
    after=lambda position, taken: (1 - position[0], position[1] - taken),
    to_move=lambda position: position[0],
    winner=lambda position: None if position[1] else 1 - position[0],
)
result = search_by_playouts((0, 10), game=nim)
print(result)
_ = result.plot()

# %%
# Notice the bar of 2: it leaves 8 stones. Whoever leaves a multiple of four wins, and nobody told the search.

# %%
# On the empty board 1,000 playouts for each move are nearly enough: in 1,000 games against perfect play, 500 with each
# mark, the search lost 14, and none of 1,000 against random moves. Larger games do not give in so easily: Go has some
# 250 moves at each turn, and random games there say little. The next lesson puts a network in their place.

# %%
# Try it
# ------
# Give the search 10 stones and 20 playouts, with ``rng`` from 0 to 9. How often is it wrong, and how many playouts end
# that?
