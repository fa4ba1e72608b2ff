"""2048: start-up time, memory, and speed beside the course's programs. Strength is measured by games_ladder.py.

    python benchmarks/games_2048.py                      start-up, memory, moves per second of some rungs
    python benchmarks/games_2048.py --start              start-up and memory alone
    python benchmarks/games_2048.py --depth-2            the three players that look 2 tiles ahead, on the same boards
    python benchmarks/games_2048.py --threads            a search by one thread and by two
    python benchmarks/games_2048.py --notes FOLDER       also the programs of the course, for ratios

Start-up is measured in fresh processes, with an empty and a full cache of machine code, and memory in one of them: the
most that a process held, as Linux tells it.
"""

import argparse
import importlib.util
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

import numpy as np

from ailiteracy.games import _fastpruning, move_values, pruned_values, solve_2048
from ailiteracy.games.players import chooser

GAMES = {"random": 1000, "greedy": 1000, "one-ply": 300, "expectimax": 5, "best": 5}  # for the speed alone
NOTES = {
    "random": "auto_2048",
    "greedy": "auto_2048_intelligent",
    "one-ply": "auto_2048_ai",
    "3 chance layers": "auto_2048_optimized",
}
SAME_MOVES = ("depth-2", "depth-2-cached", "depth-2-bounded")
BLOCK = 50  # boards of a game that a player gets in a row
START = """
import sys, time
began = time.perf_counter(), time.process_time()
from ailiteracy.games import choose_move, new_board
choose_move(new_board(0), sys.argv[1])
print(time.perf_counter() - began[0], time.process_time() - began[1])
"""
GAME = """
import sys
from ailiteracy.games import solve_2048
n_moves = solve_2048(sys.argv[1], rng=0, progress=False).n_moves
held = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(n_moves, int(held) / 1024)
"""


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


def side_by_side(n_games):
    """Moves per second of processor time of players that choose the same moves: the same boards, in turns."""
    # Two of them share a memory for boards, of which each gets its own here.
    own = _fastpruning._own
    memories = {name: (np.zeros_like(own.boards), np.zeros_like(own.values)) for name in SAME_MOVES}
    seconds, n_moves = dict.fromkeys(SAME_MOVES, 0.0), 0
    for seed in range(n_games):
        *boards, _ = solve_2048(SAME_MOVES[0], rng=seed, progress=False).boards()
        for first in range(0, len(boards), BLOCK):
            n_moves += len(boards[first : first + BLOCK])
            for name in SAME_MOVES:
                own.boards, own.values = memories[name]
                choose, began = chooser(name), time.process_time()
                for board in boards[first : first + BLOCK]:
                    choose(board, None)
                seconds[name] += time.process_time() - began
    return {name: n_moves / taken for name, taken in seconds.items()}


def two_threads(depth, n_boards):
    """Wall time of one thread over that of two, on boards of a game taken in turns."""
    boards = list(solve_2048("expectimax", rng=0, max_moves=40 * n_boards, progress=False).boards())[40::40]
    took = {1: 0.0, 2: 0.0}
    pruned_values(boards[0], depth=depth, compiled=True, n_jobs=2)  # the threads begin outside the clock
    for board in boards:
        for n_jobs in took:
            began = time.perf_counter()
            pruned_values(board, depth=depth, compiled=True, n_jobs=n_jobs)
            took[n_jobs] += time.perf_counter() - began
    print(f"{depth} layers deep, {len(boards)} boards: {1000 * took[1] / len(boards):.1f} ms a board by one thread, "
          f"two threads {took[1] / took[2]:.2f} times as fast", flush=True)  # fmt: skip


def in_new_process(code, player, cache):
    """The numbers that a new process prints, with machine code kept in a folder of its own."""
    call, environment = [sys.executable, "-c", code, player], {**os.environ, "NUMBA_CACHE_DIR": cache}
    done = subprocess.run(call, capture_output=True, text=True, check=True, env=environment)
    return [float(number) for number in done.stdout.split()]


def show_start(player):
    """From the start of Python's imports to the first move, and the memory of a whole game."""
    with tempfile.TemporaryDirectory() as cache:
        for state in ("empty", "full"):
            seconds, processor = in_new_process(START, player, cache)
            print(f"{player}, first move, {state} cache: {seconds:.1f} s, processor {processor:.1f} s", flush=True)
        n_moves, held = in_new_process(GAME, player, cache)
    print(f"{player}, one game of {n_moves:,.0f} moves in a process of its own: {held:.0f} MB at most", flush=True)


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
    parser.add_argument("--start", action="store_true", help="start-up and memory alone")
    parser.add_argument("--depth-2", action="store_true", help="three players on the same boards alone")
    parser.add_argument("--threads", action="store_true", help="one thread and two alone")
    parser.add_argument("--games", type=int, default=3, help="games that give those boards")
    options = parser.parse_args()
    if options.depth_2:
        for player, moves in side_by_side(options.games).items():
            print(f"{player}: {moves:,.0f} moves per CPU-second")
        return
    if options.threads:
        for depth, n_boards in ((2, 90), (3, 60), (4, 20)):
            two_threads(depth, n_boards)
        return
    for player in ("best", "pruned"):
        show_start(player)
    if options.start:
        return
    speed = {player: moves_per_second(player, n_games) for player, n_games in GAMES.items()}
    speed["3 chance layers"] = moves_per_second(three_layers, 2)
    for player, moves in speed.items():
        print(f"{player}: {moves:,.0f} moves per CPU-second", flush=True)
    for rung, name in NOTES.items() if options.notes else ():
        theirs = notes_speed(options.notes, name)
        ratio = speed[rung] / theirs
        print(f"{name}: {theirs:,.2f} moves/CPU-s; {rung} here: {ratio:,.1f} times as fast")


if __name__ == "__main__":
    main()
