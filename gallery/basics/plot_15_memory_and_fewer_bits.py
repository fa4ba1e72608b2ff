"""
How much memory does a model need, and what do fewer bits cost?
===============================================================

You will replace a rule of thumb by a count of what is really kept, and then squeeze the weights of a small classifier
into 8, 4 and 2 bits to see when its answers suffer. Methods that look at data while they round are skipped.
"""

# %%
# A rule of thumb says that a model needs 2.5 to 3 bytes of memory for each parameter. For seven billion that is 17.5 to
# 21 GB. Two bytes are the weights. What is the rest?

# sphinx_gallery_tags = ["basics", "intermediate", "2 min"]
# sphinx_gallery_thumbnail_number = 1

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

from ailiteracy.basics import MemoryResult, QuantizedMatrix, memory_needed, quantize_matrix

seven: MemoryResult = memory_needed(7e9, layers=32, width=4096, context=4096)
for batch in (1, 4, 16):
    result = memory_needed(7e9, layers=32, width=4096, context=4096, batch=batch)
    print(f"{batch:>2} texts at once: {result.inference_bytes / 7e9:.2f} bytes a parameter")

# %%
# The keys and values of all earlier tokens are kept, for each layer and each text: the *cache*. So the rule is too much
# for one text and far too little for sixteen.

print(seven)
_ = seven.plot()

# %%
# Notice the left panel: fewer bits shrink the weights and leave the cache. Dividing the whole sum by four, as the rule
# would have it, promises too much. On the right, Adam's two averages take twice the room of the weights.
#
# Whole numbers in the place of floats
# ------------------------------------
# The largest weight of a group becomes 127, the others in proportion, rounded. One scale for the whole matrix is the
# naive way. It works until one weight is much larger than the others.

weights = np.random.default_rng(0).normal(size=(64, 256))
weights[0, 0] = 100
for group in ("matrix", "row", 64):
    small: QuantizedMatrix = quantize_matrix(weights, group=group)
    typical = np.abs(small.restored() - small.original).mean()
    print(f"a scale for each {group}: mean error {typical:.4f}, {small.bits_per_weight:.2f} bits a weight")

# %%
# With small groups the large weight spoils few others. The price is a float for each group. The figure shows what four
# bits make of the same weights.

_ = quantize_matrix(weights[1:], bits=4, group=64).plot()

# %%
# Notice the flat step at 0: all small weights became 0. Elsewhere the steps are smeared, since each group has its own.
#
# What it costs in answers
# ------------------------
# A network of 64, 32 and 10 neurons reads handwritten digits. Only its weights change, not its biases.

X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X / 16, y, test_size=0.3, stratify=y, random_state=0)
network = MLPClassifier((32,), max_iter=200, tol=1e-3, random_state=0).fit(X_train, y_train)
trained = [matrix.copy() for matrix in network.coefs_]
print(f"float: {network.score(X_test, y_test):.1%} of {len(y_test)} digits right")
for bits in (8, 4, 2):
    small = [quantize_matrix(matrix, bits=bits) for matrix in trained]
    network.coefs_ = [matrix.restored() for matrix in small]
    error = max(matrix.relative_error for matrix in small)
    print(f"{bits} bits: {network.score(X_test, y_test):.1%} right, relative error up to {error:.3f}")

# %%
# Notice that 8 bits change nothing that matters, and that 2 bits, which leave -1, 0 and 1 times a scale, do.

# %%
# Try it
# ------
# Is it the first layer or the second that suffers from 2 bits? Put one of them back. And how many digits would the test
# need to tell 4 bits from floats with confidence?

network.coefs_ = [trained[0], quantize_matrix(trained[1], bits=2).restored()]
print(f"2 bits in the second layer only: {network.score(X_test, y_test):.1%}")
