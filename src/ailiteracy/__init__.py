"""Understand artificial intelligence by running it.

Call a function, see an idea work, then open the short file behind it. In reading order:

- ``ailiteracy.basics``: from one neuron to a trained network; start with ``basics.backprop_demo()``.
- ``ailiteracy.games``: searching ahead and judging positions; start with ``games.solve_2048()``.
- ``ailiteracy.vision``: from pixels to labels; start with ``vision.train_resnet()``.
- ``ailiteracy.nlp``: from text to answers; start with ``nlp.answer(question, context)``.
- ``ailiteracy.training``: the one training loop that the subjects share.
- ``ailiteracy.check``: exercises, with a hint and never the answer.
- ``ailiteracy.quiz``: questions to find out what stayed; start with ``ailiteracy quiz`` in a terminal.

Importing the package loads none of them: each subject arrives when its name is first used.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
