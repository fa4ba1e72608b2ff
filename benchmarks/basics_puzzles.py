"""The judge problems: paths at the limits of the problem, and A * B + C in one process, threads, several processes.

    python benchmarks/basics_puzzles.py [--runs 21] [--jobs 2]
    python benchmarks/basics_puzzles.py --runs 200 --ways "processes by row" --sizes 16 32 48 64    the crossing alone

For A * B + C the ways take turns; the first run of each is not counted, and the fastest of the others is shown. The
processes are running when the clock starts; what starting them costs stands below the table.
"""

import argparse
import statistics
import time

import numpy as np

from ailiteracy.basics import compare_processes, solve_judge_problem
from ailiteracy.basics.processes import WAYS

SIZES = (4, 8, 16, 24, 32, 48, 64, 80, 96, 128, 192)


def largest_country():
    """The input of problem 29741 at its limits: a million cities, a hundred thousand layers."""
    costs = np.random.default_rng(0).integers(0, 101, size=(3, 10**6))
    return "\n".join(["1000000 100000 100", *(" ".join(map(str, row)) for row in costs)])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=21, help="runs of each")
    parser.add_argument("--jobs", type=int, default=2, help="processes and threads")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="rows and columns")
    parser.add_argument("--ways", nargs="+", default=list(WAYS), help="which ways to compare with one process")
    options = parser.parse_args()
    if options.ways == list(WAYS):
        time_paths(options.runs)
    time_matrices(options)


def time_paths(runs):
    text, seconds, busy = largest_country(), [], []
    for _ in range(runs):
        began, worked = time.perf_counter(), time.process_time()
        solve_judge_problem(29741, text)
        seconds.append(time.perf_counter() - began)
        busy.append(time.process_time() - worked)
    print("29741 at its limits, text included: median ", end="")
    print(f"{statistics.median(seconds):.2f} s ({statistics.median(busy):.2f} s of processor time), n = {runs}")


def time_matrices(options):
    result = compare_processes(options.sizes, ways=options.ways, n_jobs=options.jobs, runs=options.runs)
    print("rows  " + "".join(f"{way:>22}" for way in result.ways) + "   (milliseconds, fastest run)")
    for column, size in enumerate(result.sizes):
        times = (1000 * result.fastest(way)[column] for way in result.ways)
        print(f"{size:>4}  " + "".join(f"{t:>22.2f}" for t in times))
    print(f"starting {options.jobs} processes: {result.startup_seconds:.2f} s, once")
    for startup in (False, True) if "processes by row" in result.ways else ():
        size = result.crossing("processes by row", startup=startup)
        print(f"processes by row win from {size} rows on, the start {'' if startup else 'not '}counted")
    print(f"n = {options.runs} runs, seed 0, whole numbers from 0 to 99")


if __name__ == "__main__":
    main()
