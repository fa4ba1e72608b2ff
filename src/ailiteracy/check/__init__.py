"""Exercises, and checkers that give a hint and never the answer.

``check.exercises()`` lists them, ``check.exercise(name)`` shows one with a start to copy, ``check.check(name, answer)``
says "right", or what is wrong with what was handed in. The files, in reading order:

- ``bank.py``: the exercises, read from one TOML file for each subject; the three calls.
- ``judge.py``: calls the learner's function, compares what comes back, words the hint.
- ``compare.py``: says how a result differs from what is asked for.
- ``together.py``: the same over all cases at once, where one result says little.
- ``limit.py``: stops a function that does not end.
- ``_neurons.py``: checkers for thresholds, the perceptron rule and deltas by hand.
- ``_tensors.py``: checkers for shapes, types, reductions, indexing, sharing.
- ``_autograd.py``: checkers for gradients.
- ``_linear.py``: checkers for a line fitted by gradient descent.
- ``_classify.py``: checkers for logits, losses and scores of a classifier.
- ``_layers.py``: checkers for networks and how they are used.
- ``_data.py``: checkers for batches, samplers and splits.
- ``_training.py``: checkers for a training step, clipping, stopping, rates and regularisation.
- ``_game_ways.py``: right and wrong ways to slide a row and to search a tree, for the next file.
- ``_games.py``: checkers for the rules of 2048, search in trees and values that learn.
- ``_reward.py``: checkers for returns, exploring, Q-learning and value iteration.
- ``_vision.py``: checkers for convolution, sizes, changed pictures, scores and splits.
- ``_language.py``: checkers for counting, pieces, windows, answers and vectors.
- ``_transformers.py``: checkers for norm, attention, sampling and padding.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
