"""From one neuron to a trained network.

Start with ``backprop_demo()``: it trains a small network and shows how its loss fell. All of it is plain numpy.
The files, in reading order.

Neurons and back-propagation, without torch:

- ``neuron.py``: one neuron with given weights: it fires when the sum is above its threshold.
- ``clouds.py``: points in the plane in two classes, from blobs to a spiral.
- ``gates.py``: the problems to learn, "and" to "xor", or your own (X, y).
- ``perceptron.py``: one neuron that learns from its mistakes; AND and OR work, XOR cannot.
- ``backprop.py``: a network with hidden layers learns XOR by back-propagation.
- ``one_step.py``: one step of back-propagation with every number.
- ``network.py``: the forward pass and the gradients, by hand.
- ``autograd.py``: numbers that remember how they were made, and find the slopes of any formula.
- ``gradcheck.py``: whether a gradient is right.

Problems of a judge, learning by reward, what computers can do:

- ``paths.py``: a judge problem, paths through a layered country counted by fast exponentiation.
- ``neuron_graph.py``: a judge problem, neurons on a graph in topological order.
- ``matrices.py``: a judge problem, A * B + C in one process or several.
- ``processes.py``: when a second process makes it faster.
- ``puzzles.py``: the judge problems as text.
- ``gridworld.py``: worlds made of squares, written as text.
- ``planning.py``: value iteration, the best way when the map is known.
- ``qlearning.py``: Q-learning, the best way found by walking.
- ``compute.py``: what this machine can compute with.
- ``roofline.py``: how fast it multiplies matrices, and what the limit is.
- ``quantize.py``: a matrix in 8, 4 or 2 bits.
- ``model_memory.py``: the memory a model needs to answer and to learn.

Learning from data:

- ``lines.py``: a fitted line, and every line on the way to it.
- ``linear.py``: a line by gradient descent, by hand and by a layer; how long a step may be.
- ``points.py``: circles, moons and blobs, the same points in every call.
- ``stacks.py``: networks as stacks of layers; linear layers in a row are one layer.
- ``classify.py``: networks learn to tell points apart.
- ``boundaries.py``: the border that any classifier draws in the plane.
- ``threshold.py``: one number to find, and how exactly the data tell it.
- ``iris.py``: three kinds of flowers by four lengths.
- ``cluster.py``: the same flowers with labels and without.
- ``fitting.py``: a network learns a curve.
- ``shapes.py``: error by width and depth.

Steps, slopes and overfitting:

- ``optimizers.py``: nine ways to step downhill, and one for matrices, written out.
- ``surfaces.py``: places to walk downhill on.
- ``descent.py``: the optimizers race, each with the rate that suits it.
- ``descent_result.py``: the walks as table, figure and animation.
- ``schedules.py``: learning-rate schedules as plain functions.
- ``schedule_shapes.py``: all schedules side by side, and the momentum that two of them change.
- ``gradients.py``: gradients that vanish and explode, layer by layer.
- ``clipping.py``: a gradient that is too long, cut and not cut.
- ``accumulation.py``: a large batch in small pieces, with the same gradient.
- ``regularize.py``: learning too little and learning by heart, and what helps.
- ``regularize_result.py``: the curves and the table of it.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
