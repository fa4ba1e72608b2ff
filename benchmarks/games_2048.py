"""2048: start-up time, memory, and speed beside the course's programs. Strength is measured by games_ladder.py.

    python benchmarks/games_2048.py                      start-up, memory, moves per second of some rungs
    python benchmarks/games_2048.py --notes FOLDER       also the programs of the course, for ratios

Start-up is measured in fresh processes, with an empty and a full cache of machine code.
"""

import argparse
import importlib.util
import os
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import time

from ailiteracy.games import move_values, solve_2048

GAMES = {"random": 1000, "greedy": 1000, "one-ply": 300, "expectimax": 5, "best": 5}  # for the speed alone
NOTES = {
    "random": "auto_2048",
    "greedy": "auto_2048_intelligent",
    "one-ply": "auto_2048_ai",
    "3 chance layers": "auto_2048_optimized",
}
START = "import time; began = time.perf_counter()\nfrom ailiteracy.games import choose_move, new_board\n"
START += "choose_move(new_board(0)); print(time.perf_counter() - began)"


def moves_per_second(player, n_games):
    """Moves per second of processor time over games with seeds 0, 1, 2 ..."""
    solve_2048(player, rng=0, max_moves=1, progress=False)  # compile outside the clock
    began = time.process_time()
    n_moves = sum(solve_2048(player, rng=seed, progress=False).n_moves for seed in range(n_games))
    return n_moves / (time.process_time() - began)


def three_layers(board):
    """As many chance layers on every board as the course's program with a memory looks through."""
    values = move_values(board, depth=3, compiled=True)
    return max(values, key=values.get)


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
    parser.add_argument("--notes", help="folder of the course programs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        print(f"first move, empty cache: {first_call(cache):.1f} s; full cache: {first_call(cache):.1f} s")
    speed = {player: moves_per_second(player, n_games) for player, n_games in GAMES.items()}
    speed["3 chance layers"] = moves_per_second(three_layers, 2)
    for player, moves in speed.items():
        print(f"{player}: {moves:,.0f} moves per CPU-second", flush=True)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    for rung, name in NOTES.items() if options.notes else ():
        theirs = notes_speed(options.notes, name)
        ratio = speed[rung] / theirs
        print(f"{name}: {theirs:,.2f} moves/CPU-s; {rung} here: {ratio:,.1f} times as fast")


if __name__ == "__main__":
    main()
