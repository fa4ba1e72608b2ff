"""From one neuron to a trained network.

Start with ``backprop_demo()``: it trains a small network and shows how its loss fell. All of it is plain numpy.
The files, in reading order:

- ``gates.py``: the problems to learn, "and" to "xor", or your own (X, y).
- ``perceptron.py``: one neuron that learns from its mistakes; AND and OR work, XOR cannot.
- ``backprop.py``: a network with hidden layers learns XOR by back-propagation.
- ``one_step.py``: one step of back-propagation with every number.
- ``network.py``: the forward pass and the gradients, by hand.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
