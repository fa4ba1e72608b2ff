"""N-tuple networks for 2048: how the shipped one was made, how fast learning is, how strong the players are.

    python benchmarks/games_ntuple.py train FILE --minutes 60 --jobs 2    learn into a checkpoint, or go on with it
    python benchmarks/games_ntuple.py pack FILE --keep 5                  make the shipped file of the checkpoint
    python benchmarks/games_ntuple.py quality --cpu-seconds 300           learn for so long, then play 1,000 games
    python benchmarks/games_ntuple.py speed --tdl PATH                    moves a second beside TDL2048's program
    python benchmarks/games_ntuple.py threads --games 40000               learn with one thread and with two, then play
    python benchmarks/games_ntuple.py strength --games 200 --jobs 2       the players that use the shipped network
    python benchmarks/games_ntuple.py patient FILE --seconds-per-move 0.02 --games 8    as strong as time allows

TDL2048 is built beforehand (`make` in its folder); its program `2048` is PATH. Times are processor seconds.
"""

import argparse
import collections
import re
import resource
import subprocess
import time

import numpy as np

from ailiteracy.games import _shipped as shipped
from ailiteracy.games import ntuple_player, play_many, train_ntuple

TUPLES, STEP = "4x6", 16.0
BLOCK = re.compile(r"(\d+)ms (\d+\.?\d*)ops")
PLAYERS = {"ntuple": 0, "ntuple-1": 1, "ntuple-search": None}


def train(options):
    began = time.time()
    result = train_ntuple(
        TUPLES, n_games=10**7, max_seconds=60 * options.minutes, rng=0, n_jobs=options.jobs, checkpoint=options.file
    )
    print(result)
    print(f"this call: {(time.time() - began) / 60:.0f} minutes")


def pack(options):
    result = train_ntuple(TUPLES, n_games=1, n_jobs=options.jobs, checkpoint=options.file)  # reads it, plays no more
    with np.load(options.file) as content:
        use = content["errors"][:, 1]
    story = {
        "call": f'train_ntuple("{TUPLES}", n_games=10**7, max_seconds=..., rng=0, n_jobs={options.jobs})',
        "games": len(result.scores),
        "moves": int(result.n_moves.sum()),
        "seconds": round(result.seconds),
        "mean score of the last 3,000 games": round(float(result.scores[-3000:].mean())),
        "weights kept": f"{options.keep:g} million of {len(result.network.weights):,}",
    }
    content = shipped.pack_network(result.network, use, n_kept=int(options.keep * 1e6), step=STEP, story=story)
    shipped.PLACE.write_bytes(content)
    print(story)
    print(f"{shipped.PLACE.name}: {len(content) / 1e6:.2f} MB")


def learn_for(cpu_seconds, method):
    """Learn until so many processor seconds are used; return the network and moves per processor second."""
    train_ntuple(TUPLES, n_games=1, method=method)  # compile outside the clock
    began, n_games, n_moves = time.process_time(), 0, 0
    result = train_ntuple(TUPLES, n_games=10**7, method=method, max_seconds=cpu_seconds)
    used = time.process_time() - began
    n_games, n_moves = len(result.scores), result.n_moves.sum()
    print(f"{method}: {used:.0f} CPU-s, {n_games:,} games, {n_moves / used:,.0f} moves/CPU-s", flush=True)
    return result, n_moves / used


def quality(options):
    result, _ = learn_for(options.cpu_seconds, "tc")
    print(f"last 1,000 games of learning: mean {result.scores[-1000:].mean():,.0f}")
    print(
        f"memory of this process at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:,.0f} thousand kB"
    )
    print(play_many(ntuple_player(result.network, depth=0), 1000, rng=0))


def threads(options):
    """The same number of games learned by one thread and by two: wall time, then 1,000 games without a look ahead."""
    for n_jobs in (1, 2):
        result = train_ntuple(TUPLES, n_games=options.games, rng=options.rng, n_jobs=n_jobs)
        print(f"{n_jobs} thread(s): {options.games / result.seconds:,.0f} games a second", flush=True)
        games = play_many(ntuple_player(result.network, depth=0), 1000, rng=0)
        print(f"  then {games.scores.mean():,.0f} +- {games.scores.std() / 1000**0.5:,.0f}", flush=True)


def tdl_speed(program, cpu_seconds, order):
    """Moves per processor second of TDL2048's TD(0) on the same network, one thread.

    Its default is to learn "forward", after each move, by the value it has just used to choose; "backward" goes through
    a game from its end, as ours does, which takes one more look at every board.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    n_blocks = max(2, int(2 * cpu_seconds))  # of 1,000 games, half a second each at the start of learning
    command = [program, "-n", "4x6patt", "-t", f"{n_blocks}x1000", "-tt", order, "-a", "0.1", "-s", "1"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    n_moves = sum(float(ms) / 1000 * float(speed) for ms, speed in BLOCK.findall(text))
    print(
        f"TDL2048 {order}: {used:.0f} CPU-s, {n_blocks * 1000:,} games, {n_moves / used:,.0f} moves/CPU-s", flush=True
    )
    return n_moves / used


def speed(options):
    ratios = {"forward": [], "backward": []}
    for _ in range(options.rounds):
        ours = learn_for(options.cpu_seconds, "td")[1]
        for order in ratios if options.tdl else ():
            ratios[order].append(ours / tdl_speed(options.tdl, options.cpu_seconds, order))
    for order in ratios if options.tdl else ():
        found = ", ".join(f"{ratio:.2f}" for ratio in ratios[order])
        print(f"ours / TDL2048 {order}: {found}; median {np.median(ratios[order]):.2f}")
    learn_for(options.cpu_seconds, "tc")


def strength(options):
    for name in options.players or PLAYERS:
        show(name, play_many(ntuple_player(depth=PLAYERS[name]), options.games, rng=options.rng, n_jobs=options.jobs))


def patient(options):
    """The shipped network with time to think; finished games are kept in the file, and the same call goes on."""
    player = ntuple_player(seconds_per_move=options.seconds_per_move)
    games = play_many(player, options.games, rng=options.rng, n_jobs=options.jobs, save_to=options.file)
    show(f"{options.seconds_per_move} s a move", games)


def show(name, games):
    tiles = collections.Counter(games.best_tiles.tolist())
    print(name, games)
    print("  best tiles:", ", ".join(f"{tile} in {tiles[tile]}" for tile in sorted(tiles)), flush=True)
    for tile in (2048, 4096, 8192, 16384, 32768):
        share, low, high = games.reached(tile)
        print(f"  {tile}: {share:.1%} ({low:.1%} to {high:.1%})", flush=True)
    error = games.scores.std() / len(games.scores) ** 0.5
    print(f"  mean score {games.scores.mean():,.0f}, standard error {error:,.0f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    actions = {
        "train": train,
        "pack": pack,
        "quality": quality,
        "speed": speed,
        "threads": threads,
        "strength": strength,
        "patient": patient,
    }
    parser.add_argument("what", choices=actions)
    parser.add_argument("file", nargs="?", help="the checkpoint, or the finished games")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--keep", type=float, default=5, help="million weights")
    parser.add_argument("--cpu-seconds", type=float, default=300)
    parser.add_argument("--seconds-per-move", type=float, default=0.02)
    parser.add_argument("--tdl", help="the program of TDL2048")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--games", type=int, default=200)
    parser.add_argument("--rng", type=int, default=0)
    parser.add_argument("--players", nargs="*", choices=list(PLAYERS))
    options = parser.parse_args()
    if options.what in ("train", "pack") and options.file is None:
        parser.error("a checkpoint file is needed")
    actions[options.what](options)


if __name__ == "__main__":
    main()
