"""The one training loop, its results, metrics and schedules (torch).

Every network of the package learns in the same loop, and the loop is short enough to be read. In reading order:

- ``batches``: data in memory, handed out in batches.
- ``schedule``: how large a step to take, as the training goes on.
- ``metrics``: accuracy, confusion matrix, accuracy within each class.
- ``evaluation``: looking without learning.
- ``loop``: ``fit``, the loop itself.
- ``result``: the history and what else comes back.
- ``checkpoint``: saving a model and reading it back.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
