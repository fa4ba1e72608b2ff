"""Time iris against scikit-learn's network and against another script, side by side, and count right answers.

    python benchmarks/basics_iris.py [SCRIPT] [--runs 9] [--seeds 20]

SCRIPT is a Python file with a function main() that trains a 4-10-3 network on iris (batches of 16, Adam with 0.01, 100
epochs). All take turns, so that a busy machine slows all. Imports are not counted; what a script prints is not shown.
"""

import argparse
import contextlib
import io
import runpy
import statistics
import time
import warnings

from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

from ailiteracy.basics import train_iris


def seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def scikit_learn(seed):
    """The same settings: no penalty, no early stopping, 100 passes; split and scaler are counted, as in ours."""
    data, target = load_iris(return_X_y=True)
    X, _, y, _ = train_test_split(data, target, test_size=0.2, random_state=seed, stratify=target)
    network = MLPClassifier(
        (10,), alpha=0, batch_size=16, learning_rate_init=0.01, max_iter=100, tol=0, n_iter_no_change=101,
        random_state=seed,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "not converged": all 100 passes are wanted
        network.fit(StandardScaler().fit_transform(X), y)


def load_script(path):
    main = runpy.run_path(path, run_name="loaded")["main"]

    def run():
        with contextlib.redirect_stdout(io.StringIO()):
            main()

    return run


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("script", nargs="?", help="the script to compare with")
    parser.add_argument("--runs", type=int, default=9, help="runs of each")
    parser.add_argument("--seeds", type=int, default=20, help="seeds 0 to SEEDS - 1 are tried; 0 for none")
    options = parser.parse_args()

    works = {"train_iris()": lambda seed: train_iris(seed=seed, progress=False), "MLPClassifier": scikit_learn}
    if options.script:
        script = load_script(options.script)
        works[options.script] = lambda seed: script()
    for work in works.values():
        work(0)  # the first run of anything pays for what is loaded late
    times = {name: [] for name in works}
    for run in range(options.runs):
        for name, work in works.items():
            times[name].append(seconds(lambda work=work, run=run: work(run)))
    ours = times["train_iris()"]
    for name, column in times.items():
        ratio = statistics.median(a / b for a, b in zip(ours, column, strict=True))
        fastest = min(ours) / min(column)
        print(f"{name}: median {statistics.median(column):.3f} s; ours takes {ratio:.2f} times, fastest {fastest:.2f}")
    if options.seeds:
        accuracies = [train_iris(seed=seed, progress=False).test_accuracy for seed in range(options.seeds)]
        print(f"test accuracy, mean of seeds 0 to {options.seeds - 1}: {statistics.mean(accuracies):.4f}")
        print(f"from {min(accuracies):.4f} to {max(accuracies):.4f}")


if __name__ == "__main__":
    main()
