"""Time XOR against another script that trains the same network, and count the seeds that learn it.

    python benchmarks/basics_xor.py [SCRIPT] [--runs 7] [--seeds 100]

SCRIPT is a Python file that trains a 2-4-1 network on XOR for 10,000 epochs when it is run. It, the plain code and the
compiled twin take turns, so that a busy machine slows all. Its import of numpy is not counted, nor is the compiling,
and nothing it prints is shown.
"""

import argparse
import contextlib
import io
import runpy
import statistics
import time

from ailiteracy.basics import backprop_demo


def seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def run_script(path):
    with contextlib.redirect_stdout(io.StringIO()):
        runpy.run_path(path, run_name="__main__")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("script", nargs="?", help="the script to compare with")
    parser.add_argument("--runs", type=int, default=7, help="runs of each")
    parser.add_argument("--seeds", type=int, default=100, help="seeds 0 to SEEDS - 1 are tried; 0 for none")
    options = parser.parse_args()

    ours, twins, theirs = [], [], []
    backprop_demo(epochs=1, compiled=True, progress=False)
    for run in range(options.runs):
        ours.append(seconds(lambda run=run: backprop_demo(rng=run, progress=False)))
        twins.append(seconds(lambda run=run: backprop_demo(rng=run, compiled=True, progress=False)))
        if options.script:
            theirs.append(seconds(lambda: run_script(options.script)))
    print(f"backprop_demo(): median {statistics.median(ours):.3f} s, fastest {min(ours):.3f} s, n = {len(ours)}")
    print(f"compiled=True: median {statistics.median(twins):.4f} s, fastest {min(twins):.4f} s, n = {len(twins)}")
    plain, twin = backprop_demo(progress=False), backprop_demo(compiled=True, progress=False)
    print(f"largest difference of a weight: {abs(plain.network.parameters - twin.network.parameters).max():.1e}")
    if theirs:
        print(f"{options.script}: median {statistics.median(theirs):.3f} s, fastest {min(theirs):.3f} s")
        ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
        print(f"ratio: median of the pairs {ratio:.2f}, of the fastest {min(ours) / min(theirs):.2f}")
        speed_up = statistics.median(b / a for a, b in zip(twins, theirs, strict=True))
        print(f"compiled, times as fast: median of the pairs {speed_up:.1f}, fastest {min(theirs) / min(twins):.1f}")
    if options.seeds:
        solved = sum(backprop_demo(rng=seed, progress=False).accuracy == 1 for seed in range(options.seeds))
        print(f"seeds with four right answers: {solved} of {options.seeds}")


if __name__ == "__main__":
    main()
