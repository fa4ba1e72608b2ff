"""2048: strength, speed, memory and start-up time of every rung, measured on this machine.

    python benchmarks/games_2048.py                      all rungs, a few minutes
    python benchmarks/games_2048.py --games 100          as many games of the searching player
    python benchmarks/games_2048.py --notes FOLDER       also the programs of the course, for ratios

Each rung plays seeds 0, 1, 2 ... on one core. Start-up is measured in fresh processes, with an empty and a full cache.
"""

import argparse
import collections
import importlib.util
import os
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import time

import numpy as np

from ailiteracy.games import solve_2048
from ailiteracy.games.arena import wilson_interval

GAMES = {"random": 1000, "greedy": 1000, "one-ply": 300}  # quick enough to play many
NOTES = {
    "random": "auto_2048",
    "greedy": "auto_2048_intelligent",
    "one-ply": "auto_2048_ai",
    "expectimax, 3 chance layers": "auto_2048_optimized",
}
START = "import time; began = time.perf_counter()\nfrom ailiteracy.games import choose_move, new_board\n"
START += "choose_move(new_board(0)); print(time.perf_counter() - began)"


def measure(player, n_games):
    solve_2048(player, rng=0, max_moves=1, progress=False)  # compile outside the clock
    began = time.process_time()
    games = [solve_2048(player, rng=seed, progress=False) for seed in range(n_games)]
    return games, time.process_time() - began


def row(player, games, cpu):
    scores = np.array([game.score for game in games])
    low, middle, high = np.quantile(scores, [0.05, 0.5, 0.95])
    n_reached = sum(game.best_tile >= 2048 for game in games)
    ends = wilson_interval(n_reached, len(games))
    seconds = [game.seconds for game in games]
    n_moves = sum(game.n_moves for game in games)
    return (
        f"{player:>11} {len(games):5d} {scores.mean():9,.0f} {low:8,.0f} {middle:8,.0f} {high:8,.0f}"
        f"  {n_reached / len(games):4.0%} ({ends[0]:.0%}-{ends[1]:.0%}) {n_moves / cpu:12,.0f}"
        f" {np.mean(seconds):8.2f} {np.max(seconds):8.2f}"
    )


def first_call(cache):
    """Seconds from the start of Python's imports to the first move of the default player."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
    done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True, env=environment)
    return float(done.stdout)


def random_turn(program, board):
    """The loop of the course's random program, which has no function of its own for a move."""
    while program.can_move(board):
        after = random.choice([program.move_left, program.move_right, program.move_up, program.move_down])(board)
        if not program.boards_equal(board, after):
            return "", after
    return "", None


def notes_speed(folder, name, seconds=20.0):
    """Moves per second of processor time of a course program, its own functions in a loop of ours."""
    spec = importlib.util.spec_from_file_location(name, pathlib.Path(folder) / f"{name}.py")
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    random.seed(0)
    choose = getattr(program, "choose_best_move", None) or (lambda board: random_turn(program, board))
    n_moves, began = 0, time.process_time()
    board = program.init_board()
    while time.process_time() - began < seconds:
        _, after = choose(board)
        if after is None:
            board = program.init_board()
            continue
        board = after
        program.add_random_tile(board)
        n_moves += 1
    return n_moves / (time.process_time() - began)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--games", type=int, default=10, help="games of the searching player")
    parser.add_argument("--notes", help="folder of the course programs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        print(f"first move, empty cache: {first_call(cache):.1f} s; full cache: {first_call(cache):.1f} s")
    print("     player games      mean       5%   median      95%  2048 reached      moves/CPU-s   s/game  longest")
    speed = {}
    for player, n_games in {**GAMES, "expectimax": options.games}.items():
        games, cpu = measure(player, n_games)
        speed[player] = sum(game.n_moves for game in games) / cpu
        print(row(player, games, cpu), flush=True)
        tiles = collections.Counter(game.best_tile for game in games)
        print("            best tiles:", ", ".join(f"{tile} in {tiles[tile]}" for tile in sorted(tiles)), flush=True)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    for rung, name in NOTES.items() if options.notes else ():
        theirs = notes_speed(options.notes, name)
        ratio = speed[rung.split(",")[0]] / theirs
        print(f"{name}: {theirs:,.2f} moves/CPU-s; {rung} here: {ratio:,.1f} times as fast")


if __name__ == "__main__":
    main()
