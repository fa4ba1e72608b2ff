"""
Tic-tac-toe is a draw, and here is the proof
============================================

A game small enough to search to its end. You see every game counted one by one, a memory that makes the same search a
hundred times smaller, and a player that cannot be beaten. Symmetry, which would save more, is skipped.
"""

# %%
# Every game, one by one
# ----------------------
# The naive way: try every move, then every answer, until three marks stand in a line or the board is full.

# sphinx_gallery_tags = ["games", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 2

import numpy as np

from ailiteracy.games import TicTacToeResult, choose_cell, solve_tictactoe

LINES = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]


def won(cells):
    return any(cells[a] == cells[b] == cells[c] != "." for a, b, c in LINES)


def count(cells, mark, other):
    if won(cells) or "." not in cells:
        return 1, 1  # boards, finished games
    after = [count(cells[:i] + mark + cells[i + 1 :], other, mark) for i in range(9) if cells[i] == "."]
    return 1 + sum(boards for boards, _ in after), sum(games for _, games in after)


print("{:,} boards in {:,} games".format(*count("." * 9, "X", "O")))

# %%
# Half a million boards for a children's game. But most of them are old acquaintances: X in a corner, O in the centre, X
# in another corner is the same position in either order of the X.

# %%
# The same search with a memory
# -----------------------------
# Each position is worked out once: X takes the move of the highest value, O the lowest, as in minimax.

start = solve_tictactoe()
print(start)
print(dict(start.games))
_ = start.plot()

# %%
# Notice that no first move wins and none loses: whatever X does, O can hold the draw. Yet a player who moves at random
# does better with X, as the counts of games say.

# %%
# One move is enough to lose
# --------------------------
# X has taken a corner. Which answers hold? The number is 0 for a draw; for a win it grows with the cells left empty at
# the end, so that a quick win counts more.

corner = solve_tictactoe(["X..", "...", "..."])
print(corner)
_ = corner.plot()

# %%
# Notice the centre: seven of eight answers lose against perfect play.

# %%
# Why does the corner opposite lose? X takes a third corner, O has to close the row between, and the fourth corner
# threatens two lines; O can close only one of them.

trap = solve_tictactoe(["XOX", "...", "X.O"])
print(isinstance(trap, TicTacToeResult), trap.outcome, trap.move_values)

# %%
# A player that cannot be beaten
# ------------------------------
# ``choose_cell`` takes the best move. It plays O against 200 random players, then against itself.


def play(x_player, o_player):
    board = np.full((3, 3), ".")
    for turn in range(9):
        if choose_cell(board) is not None:  # the game goes on
            cell = (o_player if turn % 2 else x_player)(board)
            board[cell] = "XO"[turn % 2]
    return solve_tictactoe(board).outcome


# %%
# The random player draws from the empty cells.

rng = np.random.default_rng(0)
outcomes = [play(lambda board: tuple(rng.choice(np.argwhere(board == "."))), choose_cell) for _ in range(200)]
print({name: outcomes.count(name) for name in ("X wins", "draw", "O wins")})
print("against itself:", play(choose_cell, choose_cell))

# %%
# Try it
# ------
# Put O on an edge next to the X in the corner, and follow ``choose_cell`` move by move: where does the trap close?
