"""From text to answers: reading a passage and pointing at the answer.

In reading order:

- ``qa.py``: ``answer``, and what comes back.
- ``reader.py``: the built-in reader of rules and counted features; ``_words.py`` cuts texts into tokens and reads
  the question (word lists in ``_word_lists.json``), ``_features.py`` holds what the reader notices,
  ``_reader_weights.json`` how much each observation counts.
- ``spans.py``: the neural reader: windows over the context, start and end scores, the best stretch.
- ``_models.py``: finding and loading a neural model without surprises.
- ``scores.py``: exact match and F1, to judge answers.
- ``_answer_figure.py``: the figure of an answer.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
