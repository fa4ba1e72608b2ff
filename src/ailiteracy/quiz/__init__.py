"""Questions to find out what stayed, on the command line and on the website, from one bank.

``quiz.load_quiz(subject)`` returns the questions, ``quiz.grade(item, answer)`` judges an answer,
``quiz.grade_file(path)`` judges a file that a learner exported. The files, in reading order:

- ``items.py``: one question, and the bank of them, read from one TOML file for each subject.
- ``grading.py``: right or not, by kind of question; code with blanks can be run.
- ``results.py``: the answers of a learner as a file, the same from the terminal and from the website.
- ``player.py``: which questions come next, how they look in a terminal, what a typed line means.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
