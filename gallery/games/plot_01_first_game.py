"""
A computer wins 2048 by looking ahead
=====================================

Four players meet the same rules. You see why random moves fail, why greed fails later, and how a player that looks a
few tiles ahead gets to 2048 and beyond. How the search works inside is the next example.
"""

# %%
# The rules in three calls
# ------------------------
# A row slides to the left; equal neighbours merge, and a tile made by a merge does not merge again in the same move.

# sphinx_gallery_tags = ["games", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 2

from ailiteracy.games import add_tile, is_over, legal_moves, move, new_board, slide_row

for row in ([2, 2, 4, 0], [2, 2, 2, 2], [2, 0, 2, 4]):
    print(row, "becomes", slide_row(row))

# %%
# A whole board moves in one of four directions, then chance adds a 2 or, once in ten times, a 4.

board = new_board(rng=1)
print(board, "may move", legal_moves(board))
after, points = move(board, "left")
print(add_tile(after, rng=1), "after a move to the left and a new tile")

# %%
# Random moves
# ------------
# The simplest player takes any legal move.

from ailiteracy.games import choose_move, list_players, solve_2048

game = solve_2048("random", rng=0)
print(game)
print("No move left:", is_over(game.final_board))
_ = game.plot()

# %%
# Notice how the large tiles lie scattered: each one keeps its neighbours from merging.

# %%
# Greed
# -----
# The next two rungs look at the board after each move. *greedy* counts empty cells; *one-ply* also wants the largest
# tile in a corner and the rows in order, on average over the next tile.

for player in ("greedy", "one-ply"):
    print(solve_2048(player, rng=0))

# %%
# Better, but both judge a move by what the board looks like now, and are surprised by what comes next.

# %%
# Looking ahead
# -------------
# The best built-in player tries every move, every tile that may follow, every answer to it, and so on. Here it stops
# after 1,500 moves; without ``max_moves`` it goes on to the end.

game = solve_2048("best", rng=0, max_moves=1500)
print(game)
_ = game.plot()

# %%
# Notice the corner: the largest tiles line up along one side in falling order, so that each merge prepares the next.

# %%
# Ask a player, or be one
# -----------------------
# A function from a board to a direction is a player too.

for name, what in list_players().items():
    print(f"{name:>10}: {what}; here it moves", choose_move(board, name))


def corner_lover(board):
    return next(name for name in ("down", "left", "right", "up") if name in legal_moves(board))


print(solve_2048(corner_lover, rng=0))

# %%
# A game can be kept in a file and played again: ``game.save("game.json")``, then ``GameResult.load("game.json")``.

from ailiteracy.games import GameResult

print(isinstance(game, GameResult), "- it has", sum(1 for _ in game.boards()), "boards")

# %%
# Try it
# ------
# Write a player that never moves up while another move is legal and prefers moves that merge. Does it beat *greedy*?
