"""The ladder of 2048 players, rung by rung: the rows of the table in docs/results.md.

    python benchmarks/games_ladder.py                        every rung, 1,000 games or as many as 20 minutes allow
    python benchmarks/games_ladder.py --minutes 1 --games 50 a quick look
    python benchmarks/games_ladder.py --save FOLDER          finished games are kept there: the same call goes on
    python benchmarks/games_ladder.py expectimax --seeds 200 solve_2048 with seeds 0 to 199, one after the other

The first games of each rung are played on one core, to count moves per second of processor time and to see how many
games the time allows. Then `play_many` plays games with seeds drawn from seed 0, in as many processes as asked for.
"""

import argparse
import collections
import pathlib
import time

import numpy as np

from ailiteracy.games import list_players, play_many, solve_2048
from ailiteracy.games.players import player_name

FEWEST = 20  # games of a slow rung, however little time there is
PILOT_SECONDS = 10  # of processor time for the speed of a rung

HEAD = """
| player | n | mean score | 95 % interval of the mean | median | best tiles | moves per CPU-second |
|---|---|---|---|---|---|---|
"""


def pilot(player):
    """Return moves per second of processor time and seconds per game, from whole games with other seeds."""
    solve_2048(player, rng=0, max_moves=1, progress=False)  # compile outside the clock
    n_moves, n_games, began = 0, 0, time.process_time()
    while time.process_time() - began < PILOT_SECONDS and n_games < 200:
        n_moves += solve_2048(player, rng=10**6 + n_games, progress=False).n_moves
        n_games += 1
    seconds = time.process_time() - began
    return n_moves / seconds, seconds / n_games


def one_by_one(player, n_games):
    """Play the games of `solve_2048` with seeds 0, 1, 2 ...; print the mean, the best tiles and the speed."""
    solve_2048(player, rng=0, max_moves=1, progress=False)  # compile outside the clock
    began = time.process_time()
    games = [solve_2048(player, rng=seed, progress=False) for seed in range(n_games)]
    speed = sum(game.n_moves for game in games) / (time.process_time() - began)
    scores, tiles = (np.array([getattr(game, name) for game in games]) for name in ("score", "best_tile"))
    print(f"{player}, seeds 0 to {n_games - 1}: mean {scores.mean():,.0f}, median {np.median(scores):,.0f}, "
          f"{best_tiles(tiles)}, {speed:,.0f} moves/CPU-s", flush=True)  # fmt: skip


def best_tiles(tiles):
    counts = collections.Counter(tiles.tolist())
    return ", ".join(f"{tile}: {counts[tile] / len(tiles):.1%}" for tile in sorted(counts))


def row(result, speed):
    low, high = result.mean_interval()
    return (
        f"| {result.player} | {len(result.scores):,} | {result.scores.mean():,.0f} | {low:,.0f} to {high:,.0f} "
        f"| {np.median(result.scores):,.0f} | {best_tiles(result.best_tiles)} | {speed:,.0f} |"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("players", nargs="*", help="names from list_players(); none for all that play by themselves")
    parser.add_argument("--games", type=int, default=1000, help="games of a rung at most")
    parser.add_argument("--minutes", type=float, default=20, help="time for the games of one rung")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--seeds", type=int, help="play this many games of solve_2048, with seeds from 0")
    parser.add_argument("--save", type=pathlib.Path, help="folder that keeps finished games")
    options = parser.parse_args()
    # "best" stands for one of the others: each rung once.
    every = dict.fromkeys(player_name(name) for name in list_players() if name != "person")
    names = options.players or list(every)
    if options.seeds:
        for player in names:
            one_by_one(player, options.seeds)
        return
    if options.save:
        options.save.mkdir(parents=True, exist_ok=True)
    print(HEAD.strip())
    for player in names:
        speed, seconds = pilot(player)
        n_games = int(min(options.games, max(FEWEST, options.minutes * 60 * options.jobs / seconds)))
        place = options.save / f"{player}.json" if options.save else None
        result = play_many(player, n_games, rng=0, n_jobs=options.jobs, save_to=place, progress=False)
        print(row(result, speed), flush=True)


if __name__ == "__main__":
    main()
