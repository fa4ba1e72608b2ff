"""`python -m ailiteracy`: the command where the script `ailiteracy` is not on the path.

The idea: nothing but a call. *Left out*: options of its own. *Next*: ``cli.py``.
"""

from .cli import main

if __name__ == "__main__":
    main()
