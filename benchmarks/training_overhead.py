"""What does the training loop cost beside a bare PyTorch loop, and beside scikit-learn? Same weights and batches.

    OMP_NUM_THREADS=1 python benchmarks/training_overhead.py
    OMP_NUM_THREADS=1 python benchmarks/training_overhead.py --memory
    OMP_NUM_THREADS=1 python benchmarks/training_overhead.py --precision

Each pair runs both loops one after the other, in changing order, and counts processor time. For a step the median
ratio of the pairs is printed, for Iris the ratio of the medians.
The bare loop does what a tutorial's loop does: forward, loss, backward, step, and the loss added up. `fit` also counts
what is right, watches for nan and keeps the modes.
"""

import argparse
import functools
import statistics
import subprocess
import sys
import time
import warnings

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from ailiteracy.training import Batches, fit

MODELS = {  # inputs, hidden, classes, batch, batches in an epoch, epochs
    "step of 1-2 ms": (256, 512, 10, 64, 100, 4),
    "iris": (4, 10, 3, 16, 8, 40),
}


def network(n_inputs, n_hidden, n_classes):
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(n_inputs, n_hidden), nn.ReLU(), nn.Linear(n_hidden, n_classes))


def bare(model, batches, epochs, optimizer=None):
    optimizer = optimizer or torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    model.train()
    for _ in range(epochs):
        total = 0.0
        for inputs, targets in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(inputs), targets)
            loss.backward()
            optimizer.step()
            total += loss.item()


def ours(model, batches, epochs):
    sgd = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    fit(model, batches, optimizer=sgd, epochs=epochs, device="cpu")


def clock(run):
    started = time.process_time()
    run()
    return time.process_time() - started


def in_turn(first, second, pairs):
    """Return the times of both, which take turns."""
    times = ([], [])
    first(), second()  # warm up
    for number in range(pairs):
        for which in (0, 1) if number % 2 else (1, 0):
            times[which].append(clock((first, second)[which]))
    return times


def side_by_side(first, second, pairs):
    """Return the median times of both."""
    return [statistics.median(column) for column in in_turn(first, second, pairs)]


def median_time(run, n):
    run()  # warm up
    return statistics.median(clock(run) for _ in range(n))


def compare_loops(pairs):
    for name, (n_inputs, n_hidden, n_classes, size, n_batches, epochs) in MODELS.items():
        generator = torch.Generator().manual_seed(0)
        x = torch.randn(size * n_batches, n_inputs, generator=generator)
        y = torch.randint(n_classes, (len(x),), generator=generator)
        batches = Batches(x, y, batch_size=size)
        models = [network(n_inputs, n_hidden, n_classes) for _ in range(2)]
        ours(models[0], batches, epochs), bare(models[1], batches, epochs)
        assert all(torch.equal(a, b) for a, b in zip(models[0].parameters(), models[1].parameters(), strict=True))
        # What a call costs once, however long it is, is no cost of a step: a training of one step shows it.
        few = list(batches)[:1]
        once = [median_time(functools.partial(run, models[0], few, 1), pairs) for run in (ours, bare)]
        n_steps = 3 * epochs * n_batches
        times = in_turn(
            functools.partial(ours, models[0], batches, 3 * epochs),
            functools.partial(bare, models[1], batches, 3 * epochs),
            pairs,
        )
        step, plain = ([(t - first) / (n_steps - 1) for t in column] for column, first in zip(times, once, strict=True))
        ratios = sorted(a / b for a, b in zip(step, plain, strict=True))
        print(f"{name}: bare {statistics.median(plain) * 1e3:.3f} ms a step, fit {statistics.median(step) * 1e3:.3f} "
              f"ms, ratio {statistics.median(ratios):.3f} ({ratios[0]:.3f} to {ratios[-1]:.3f}); once "
              f"{once[0] * 1e3:.1f} ms (n = {pairs} pairs of {n_steps} steps)", flush=True)  # fmt: skip


def compare_iris(pairs, epochs=50):
    from sklearn.datasets import load_iris
    from sklearn.neural_network import MLPClassifier
    from sklearn.preprocessing import StandardScaler

    x, y = load_iris(return_X_y=True)
    x = StandardScaler().fit_transform(x)[:120].astype("float32")
    y = y[:120]
    inputs, targets = torch.tensor(x), torch.tensor(y)
    batches = Batches(inputs, targets, batch_size=16, shuffle=True)

    def mine():
        model = network(4, 10, 3)
        adam = torch.optim.Adam(model.parameters(), lr=0.01, fused=True)
        fit(model, batches, optimizer=adam, epochs=epochs, device="cpu")

    def plain():  # nothing is counted: what torch itself takes
        model = network(4, 10, 3)
        bare(model, batches, epochs, torch.optim.Adam(model.parameters(), lr=0.01, fused=True))

    def notes():  # a DataLoader, Adam, and the accuracy added up, as the course's loop does
        model = network(4, 10, 3)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
        loader = DataLoader(TensorDataset(inputs, targets), batch_size=16, shuffle=True)
        for _ in range(epochs):
            total = right = 0
            for xs, ys in loader:
                optimizer.zero_grad()
                outputs = model(xs)
                loss = F.cross_entropy(outputs, ys)
                loss.backward()
                optimizer.step()
                total += loss.item()
                right += (outputs.argmax(1) == ys).sum().item()

    def sklearn():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            MLPClassifier((10,), batch_size=16, learning_rate_init=0.01, alpha=0, max_iter=epochs, tol=0,
                          n_iter_no_change=epochs, random_state=0).fit(x, y)  # fmt: skip

    for (name, run), (other_name, other) in (
        (("fit", mine), ("the notes' loop", notes)),
        (("fit", mine), ("scikit-learn's MLPClassifier", sklearn)),
        (("a bare loop", plain), ("scikit-learn's MLPClassifier", sklearn)),
    ):
        first, second = side_by_side(run, other, pairs)
        print(f"iris, {epochs} epochs: {name} {first:.3f} s, {other_name} {second:.3f} s, ratio {first / second:.2f} "
              f"(n = {pairs} pairs)", flush=True)  # fmt: skip


# Prints how far the memory of a fresh process rises above what it holds before: weights of 160 MB, data of 400 MB.
MEMORY = """
import resource, sys, torch
from torch.nn import functional as F
from ailiteracy.training import Batches, fit
kind = sys.argv[1]
width = 10 if kind == "data" else 6324
model = torch.nn.Linear(width, width)
size = sum(weight.numel() for weight in model.parameters()) * 4
x = torch.ones(100_000, 1000) if kind == "data" else torch.randn(64, width)
rows = x[:, :width] if kind == "data" else x
batches = Batches(rows, torch.zeros(len(x), dtype=torch.long), batch_size=32, shuffle=True)
sgd = torch.optim.SGD(model.parameters(), lr=1e-6)
small = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
small.step()  # loads what torch loads at the first step
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
before = peak()
if kind == "bare":
    for _ in range(3):
        for inputs, targets in batches:
            sgd.zero_grad()
            F.cross_entropy(model(inputs), targets).backward()
            sgd.step()
else:
    check = [(x[:8, :width], torch.zeros(8, dtype=torch.long))] if "validation" in kind else None
    fit(model, batches, check, optimizer=sgd, epochs=3, ema=0.9 if "ema" in kind else 0.0, device="cpu")
if kind == "data":
    size = x.numel() * 4
print(f"{kind}: {(peak() - before) / size:.2f} copies more than at the start")
"""


def show_memory():
    print("peak memory, in copies of the weights (the first rises by the gradients); last line: in copies of the data")
    for kind in ("bare", "fit", "fit, validation", "fit, validation, ema", "data"):
        subprocess.run([sys.executable, "-c", MEMORY, kind], check=True)


def compare_precision():
    model = nn.Sequential(nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(),
                          nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10))  # fmt: skip
    batches = [(torch.randn(32, 3, 32, 32), torch.randint(10, (32,)))] * 4
    sgd = torch.optim.SGD(model.parameters(), lr=0.01)
    runs = [lambda name=name: fit(model, batches, optimizer=sgd, epochs=1, precision=name, device="cpu")
            for name in ("bfloat16", "float32")]  # fmt: skip
    half, full = side_by_side(*runs, 3)
    print(f"a convolutional network on this CPU: bfloat16 {half:.2f} s, float32 {full:.2f} s, ratio {half / full:.1f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=9)
    parser.add_argument("--memory", action="store_true", help="peak memory in copies of weights and data, instead")
    parser.add_argument("--precision", action="store_true", help="bfloat16 beside float32 on this CPU, instead")
    arguments = parser.parse_args()
    print(f"torch {torch.__version__}, {torch.get_num_threads()} thread(s)")
    if arguments.memory:
        show_memory()
    elif arguments.precision:
        compare_precision()
    else:
        compare_loops(arguments.pairs)
        compare_iris(arguments.pairs)


if __name__ == "__main__":
    main()
