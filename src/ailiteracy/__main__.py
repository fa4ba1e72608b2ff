"""The command `ailiteracy`, and `python -m ailiteracy` where the script is not on the path.

The idea: the command is loaded inside of the call, so that Ctrl-C ends in one line from the first moment on.
*Left out*: options of its own. *Next*: ``cli.py``.
"""

import sys

__all__ = ["main"]


def main() -> None:
    """Load the command and run it."""
    try:
        from .cli import main as command

        command()
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
