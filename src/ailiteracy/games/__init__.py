"""Searching ahead and judging positions: 2048 from random to strong play, and games of two players.

In reading order:

- ``rules.py``: 2048's rules, to be read.
- ``players.py``: the ladder of players; ``choose_move``.
- ``expectimax.py``: looking ahead at chance.
- ``game.py``: one whole game; ``solve_2048``.
- ``result.py``: a finished game: replay, figure, file.
- ``arena.py``: many games at once, statistics with intervals.
- ``minimax.py``: looking ahead at an opponent; alpha-beta with its trace.
- ``tictactoe.py``: the smallest full game, solved.
- ``_fast2048.py``: the same rules and search on 64-bit boards, compiled by numba; tested equal.
- ``_fastgame.py``: whole games in compiled code.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
