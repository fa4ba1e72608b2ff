"""The one training loop, its results, metrics and schedules (torch).

Every network of the package learns in the same loop, and the loop is short enough to be read. In reading order:

- ``batches``: data in memory, handed out in batches.
- ``schedule``: how large a step to take, as the training goes on.
- ``metrics``: accuracy, confusion matrix, precision, recall and F1, errors of numbers.
- ``scores``: ROC and precision-recall curves, top-k accuracy, perplexity.
- ``means``: means in which every sample counts the same.
- ``evaluation``: looking without learning.
- ``extras``: mixtures of samples, the average of the weights, the best weights.
- ``overlap``: whether two sets of batches share samples.
- ``refusals``: what a training refuses, and in which words.
- ``state``: everything that a step reads and changes.
- ``step``: one step: forward, backward, update.
- ``loop``: ``fit``, the loop itself.
- ``directions``: a matrix with all its directions equally strong, for the optimizer Muon.
- ``history``: the measures of every epoch.
- ``result``: what comes back.
- ``checkpoint``: saving a model and reading it back.
- ``generators``: where chance stands.
- ``resume``: saving a training and going on with it.
- ``processes``: several processes that train together.
- ``diagnosis``: what two loss curves say.
- ``tracking``: a record of each run, and several runs in one figure.
- ``tensorboard_log``: the same for TensorBoard, with histograms, pictures and graphs (extra ``tensorboard``).
- ``summary``: layers, shapes, parameters and multiply-adds of any model.
- ``hooks``: looking into a network while it runs.
- ``initialization``: where the weights start, and what that does to the signal.
- ``layers``: layers of one's own.
- ``collate``: samples of different sizes in one batch.
- ``sampling``: splitting within each class, drawing rare classes more often.
- ``caching``: reading each sample once, changing it anew every time.
- ``multitask``: several questions about each sample.
- ``batch_report``: looking at the data before training.
- ``export``: a network as an ONNX file, checked (extra ``onnx``).
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
