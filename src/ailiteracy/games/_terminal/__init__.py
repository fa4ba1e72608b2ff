"""The parts of ``terminal.py``.

In reading order:

- ``screen.py``: how a board becomes text.
- ``keys.py``: how bytes become keys.
- ``tty.py``: the terminal itself, and lines where there is none; ``windows_keys.py``: its keys on Windows.
- ``open_game.py``: a game that goes on, with undo and file.
- ``playing.py``: the loop of a person who plays.
- ``watching.py``: the loop of a player that is watched.
"""
