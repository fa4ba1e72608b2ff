"""The compiled deep search against nneonneo/2048-ai, the best known C++ program: same boards, one core each.

    python benchmarks/games_against_nneonneo.py                          our own speeds
    python benchmarks/games_against_nneonneo.py --peer DRIVER            also same moves and ratios
    python benchmarks/games_against_nneonneo.py --notes FOLDER           also the course's program with a cache
    python benchmarks/games_against_nneonneo.py --boards 500 --deep 20   a quick look

DRIVER is built from that repository's sources and games_nneonneo_driver.cpp beside this file:

    git clone https://github.com/nneonneo/2048-ai
    (cd 2048-ai && ./configure)
    g++ -O3 -I 2048-ai benchmarks/games_nneonneo_driver.cpp -o driver

It takes the most chance layers as its argument, 0 for the rule max(3, different tiles - 2) alone. On stdin it reads
boards, one hexadecimal number a line: the rank of the first tile in bits 0 to 3, and so on. It writes a line for each
board, the number of the best move (0 up, 1 down, 2 left, 3 right, -1 none), and at the end a line "cpu SECONDS", the
processor time of its searches alone.

Both take turns in blocks of boards, so that a busy moment of the machine hits both.
"""

import argparse
import importlib.util
import pathlib
import random
import subprocess
import time

import numpy as np

from ailiteracy.games import move_values, new_board
from ailiteracy.games._fast2048 import pack, unpack
from ailiteracy.games._fastdeep import packed_values
from ailiteracy.games._fastgame import play

ORDER = ("up", "down", "left", "right")  # the peer takes the first of equals in this order
LEAST = 0.0001
EVERY = 37  # moves from one board to the next
BLOCKS = 10


def peer_scores():
    """The peer's published formula for a row, in its float32: room, merges, order, sum of powers."""
    f = np.float32
    ranks = np.arange(2**16)[:, None] >> np.arange(0, 16, 4) & 15  # (65536, 4)
    n_empty = (ranks == 0).sum(axis=1)
    n_merged = np.array([sum(n for n in runs(row) if n > 1) for row in ranks.tolist()])
    steps = np.diff(ranks.astype(float) ** 4, axis=1)
    disorder = np.minimum(np.maximum(steps, 0).sum(axis=1), np.maximum(-steps, 0).sum(axis=1))
    powers = np.zeros(2**16, dtype=f)
    for column in ranks.T:
        powers = (powers + column.astype(float) ** 3.5).astype(f)
    value = f(200_000) + f(270) * n_empty.astype(f) + f(700) * n_merged.astype(f)
    return value - f(47) * disorder.astype(f) - f(11) * powers


def runs(row):
    """How often each tile follows itself once the gaps are closed."""
    lengths, last = [], None
    for rank in filter(None, row):
        if rank == last:
            lengths[-1] += 1
        else:
            lengths.append(1)
        last = rank
    return lengths


def boards_of_games(n_boards, seed):
    """Every 37th board of games of the searching player, in random order, all of which can still move."""
    found = []
    while len(found) < n_boards:
        rng = np.random.default_rng([seed, len(found)])
        board = new_board(rng)
        directions = range(EVERY)
        while len(directions) == EVERY:
            directions, _, _, board = play(board, "expectimax", rng, EVERY)
            if len(directions) == EVERY and move_values(board, depth=0) and board.sum() < 2**16 - 64:
                found.append(pack(board))
    return [found[i] for i in np.random.default_rng(seed).permutation(len(found))[:n_boards]]


def depth_of(board, cap):
    n_ranks = len({int(board) >> shift & 15 for shift in range(0, 64, 4)} - {0})
    return min(max(3, n_ranks - 2), cap or 15)


def ours(boards, cap, scores):
    """The moves and the processor time."""
    values, began = [], time.process_time()
    for board in boards:
        values.append(packed_values(board, depth_of(board, cap), LEAST, scores)[0])
    seconds = time.process_time() - began
    return [ORDER.index(max(ORDER, key=lambda name: found.get(name, -1))) for found in values], seconds


def theirs(driver, boards, cap):
    lines = "\n".join(f"{int(board):016x}" for board in boards)
    done = subprocess.run([driver, str(cap)], input=lines, capture_output=True, text=True, check=True)
    *moves, last = done.stdout.strip().split("\n")
    return [int(line.split()[0]) for line in moves], float(last.split()[1])


def against_peer(driver, boards, cap, scores):
    same, seconds = 0, np.zeros(2)
    for block in np.array_split(np.array(boards), min(BLOCKS, len(boards))):
        moves, ours_took = ours(block, cap, scores)
        seconds[0] += ours_took
        if driver:
            their_moves, theirs_took = theirs(driver, block, cap)
            seconds[1] += theirs_took
            same += sum(a == b for a, b in zip(moves, their_moves, strict=True))
    name = f"depth at most {cap}" if cap else "depth by the rule"
    text = f"{name}: {len(boards):5d} boards, ours {len(boards) / seconds[0]:8.1f} moves/CPU-s"
    if driver:
        text += f", peer {len(boards) / seconds[1]:8.1f}, ratio {seconds[1] / seconds[0]:.2f}"
        text += f", same move {same / len(boards):.2%}"
    print(text, flush=True)


def two_threads(boards, scores, n_slow=30):
    """Wall time of one thread over that of two on the boards that take longest."""
    work = {board: packed_values(board, depth_of(board, 8), LEAST, scores)[1] for board in boards}
    slow = sorted(boards, key=work.__getitem__)[-n_slow:]
    took = {1: 0.0, 2: 0.0}
    for board in slow:
        for n_jobs in took:
            began = time.perf_counter()
            packed_values(board, depth_of(board, 0), LEAST, scores, n_jobs=n_jobs)
            took[n_jobs] += time.perf_counter() - began
    print(
        f"two threads: {took[1] / took[2]:.2f} times as fast as one, {n_slow} slow boards, {took[1]:.1f} s", flush=True
    )


def against_notes(folder, boards, seconds=60.0):
    """The course's player with a cache and ours look through 3 chance layers of the same boards."""
    path = pathlib.Path(folder) / "auto_2048_optimized.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    random.seed(0)
    boards = [unpack(int(board)) for board in boards]
    began, done = time.process_time(), 0
    while time.process_time() - began < seconds and done < len(boards):
        program.choose_best_move(boards[done].tolist())
        done += 1
    notes = done / (time.process_time() - began)
    began = time.process_time()
    for board in boards:
        move_values(board, depth=3, compiled=True)
    speed = len(boards) / (time.process_time() - began)
    print(
        f"3 chance layers: ours {speed:,.0f} moves/CPU-s, notes {notes:.2f} ({done} boards), ratio {speed / notes:,.0f}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", help="the driver; without it only our own speeds are measured")
    parser.add_argument("--notes", help="folder of the course programs")
    parser.add_argument("--boards", type=int, default=5000, help="for depths 3 and 4")
    parser.add_argument("--deep", type=int, default=5000, help="boards for the depth by the rule")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.peer and not pathlib.Path(options.peer).is_file():
        parser.error(f"no driver at {options.peer}; build it, or leave --peer out")
    if min(options.boards, options.deep) < 1:
        parser.error("--boards and --deep must be at least 1")
    boards, scores = boards_of_games(max(options.boards, options.deep), options.seed), peer_scores()
    packed_values(boards[0], 3, LEAST, scores)  # compile outside the clock
    for cap in (3, 4):
        against_peer(options.peer, boards[: options.boards], cap, scores)
    against_peer(options.peer, boards[: options.deep], 0, scores)
    two_threads(boards[: min(240, options.deep)], scores)
    if options.notes:
        against_notes(options.notes, boards)


if __name__ == "__main__":
    main()
