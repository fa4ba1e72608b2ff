"""Searching ahead and judging positions: 2048 from random to strong play, and games of two players.

In reading order:

- ``rules.py``: 2048's rules, to be read; ``puzzles2048.py``: a puzzle on them.
- ``players.py``: the ladder of players; ``choose_move``.
- ``expectimax.py``: looking ahead at chance.
- ``pruning.py``: looking ahead at chance with cuts that keep the answer; ``pruning2048.py``: the same on 2048 boards.
- ``game.py``: one whole game; ``solve_2048``.
- ``result.py``: a finished game: replay, undo, file.
- ``replay.py``: a game as a figure, an animation, a web page.
- ``terminal.py``: play, watch, be a player; its parts stand in ``_terminal``.
- ``arena.py``: many games at once, statistics with intervals.
- ``ntuple.py``: a value function that teaches itself; ``ntuple_training.py``: how it learns; ``learned.py``: its use.
- ``minimax.py``: looking ahead at an opponent; alpha-beta with its trace.
- ``tictactoe.py``: the smallest full game, solved.
- ``mcts.py``: judging by playing out; tree search.
- ``policynet.py``: a small network that names good moves and the likely winner; ``puct.py``: a search that listens to
  it; ``selfplay.py``: learning from its own games; ``selftaught.py``: the player that comes out.

Compiled twins, by numba, tested equal to the plain files:

- ``_fast2048.py``: rules on 64-bit boards; ``_fastsearch.py``: expectimax; ``_fastgame.py``: whole games.
- ``_fastpruning.py``: search with cuts; ``_fastdeep.py``: deep search along the likely lines of play;
  ``_fastthreads.py``: the moves of a board searched at the same time.
- ``_fastvalues.py``, ``_fastntuple.py``: networks and their search; ``_fastplay.py``: games with them;
  ``_fastlearning.py``: learning.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
