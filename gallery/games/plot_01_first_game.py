"""
What exactly are the rules of 2048?
===================================

Sliding looks simple, and the obvious program for it is wrong. You see the rule that most first programs miss, which
part of a turn is the player's and which is chance's, and a whole game that can be taken back, kept in a file and
played again. How a player finds good moves is left to the next examples.
"""

# %%
# Merge neighbours until nothing merges: wrong
# --------------------------------------------
# A row slides to the left, and equal neighbours merge. The naive program does just that.

# sphinx_gallery_tags = ["games", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 1


def slide_naively(row):
    tiles, n = [tile for tile in row if tile], 0
    while n + 1 < len(tiles):
        if tiles[n] == tiles[n + 1]:
            tiles[n : n + 2], n = [2 * tiles[n]], 0  # merge, and look again from the start
        else:
            n += 1
    return tiles + [0] * (len(row) - len(tiles))


print(slide_naively([2, 2, 4, 0]))

# %%
# One move made an 8 out of two 2s and a 4. In the game it takes two moves: a tile made by a merge does not merge
# again in the same move. That is the **merge-once** rule.

from ailiteracy.games import slide_row

for row in ([2, 2, 4, 0], [2, 2, 2, 2], [2, 2, 2, 0], [4, 0, 4, 2]):
    print(row, "naively", slide_naively(row), "by the rules", slide_row(row)[0], "for", slide_row(row)[1], "points")

# %%
# A turn has two halves
# ---------------------
# The player slides the whole board, and with the same board and direction the outcome is always the same.

from ailiteracy.games import is_over, legal_moves, move, new_board

board = new_board(rng=1)
print(board, "may move", legal_moves(board))
after, points = move(board, "left")

# %%
# Then chance adds a tile to an empty cell: a 2, or once in ten times a 4. Here are three ways the same move can go on.

from ailiteracy.games import add_tile

for seed in range(3):
    print(add_tile(after, rng=seed).tolist())

# %%
# The game ends when no direction changes the board. Without the half of chance it is a mere puzzle, problem 20052 of
# the course's judge: from this board, how large a tile can be reached in at most four moves?

from ailiteracy.games import largest_tile

puzzle = [[2, 4, 8], [2, 8, 16], [4, 4, 2]]
print(largest_tile(puzzle, 4))

# %%
# A whole game
# ------------
# A player chooses, chance answers, a thousand times over. These are the built-in players; the best one stops here after
# 1,500 moves.

from ailiteracy.games import choose_move, list_players, solve_2048

print(list(list_players()), "- greedy would move", choose_move(board, "greedy"))
game = solve_2048("best", rng=0, max_moves=1500)
print(game)
_ = game.plot()

# %%
# Notice the order: the large tiles keep together along one side, so that each merge prepares the next.

# %%
# A game is a value
# -----------------
# A game is its first board, the moves, and the tiles that chance added; the boards and the score follow by the rules.

print(game.moves[:4], game.spawns[:4], sum(1 for _ in game.boards()), "boards")
print(is_over(game.final_board), game.score, "and two moves before", game.undo(2).score)

# %%
# So a file needs no more than that, and a file that someone changed does not pass as a game.

import pathlib
import tempfile

from ailiteracy.games import GameResult

with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder, "game.json")
    game.save(path)
    print(GameResult.load(path).score == game.score)
    path.write_text(path.read_text().replace(f'"score": {game.score}', '"score": 999999'))
    try:
        GameResult.load(path)
    except ValueError as error:
        print(str(error).split(": ", 1)[1])

# %%
# Try it
# ------
# A function from a board to a direction is a player too: ``solve_2048(your_function)``. Write one that moves down or
# left while it may. How far does it get?
