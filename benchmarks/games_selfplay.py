"""Tic-tac-toe by playing out and by self-play: strength and time, measured on this machine.

    python benchmarks/games_selfplay.py                  everything, about eight minutes on one core
    python benchmarks/games_selfplay.py --games 100      fewer games of tree search
    python benchmarks/games_selfplay.py --seeds 1        fewer trainings

Games have seeds 0, 1, 2 ...; perfect play draws among its equally good moves. Seconds are processor seconds.
"""

import argparse
import collections
import functools
import time

import numpy as np

from ailiteracy.games.arena import wilson_interval
from ailiteracy.games.mcts import search_by_playouts
from ailiteracy.games.selfplay import train_selfplay
from ailiteracy.games.tictactoe import next_positions, position_value, reachable_positions, to_move, winner

START = "." * 9
GOING_ON = sorted(position for position in reachable_positions(START) if next_positions(position))


def sign(value):
    return (value > 0) - (value < 0)


def best_chances(player, careful):
    """The best chances of (win, draw, loss) against random moves; careful: among the moves that minimax allows."""

    @functools.cache
    def chances(position):
        after = next_positions(position)
        if not after:
            won = winner(position)
            return float(won == player), float(won is None), float(won not in (None, player))
        if to_move(position) != player:
            return tuple(np.mean([chances(new) for new in after.values()], axis=0).tolist())
        allowed = [new for new in after.values() if sign(position_value(new)) == sign(position_value(position))]
        return max(chances(new) for new in (allowed if careful else after.values()))

    return chances(START)


def tree_search(position, seed, n_playouts):
    board = (position[:3], position[3:6], position[6:])
    row, column = search_by_playouts(board, n_playouts=n_playouts, rng=seed).best_move
    return next_positions(position)[3 * row + column]


def random_move(position, rng):
    return list(next_positions(position).values())[rng.integers(len(next_positions(position)))]


def perfect_move(position, rng):
    best = [new for new in next_positions(position).values() if position_value(new) == position_value(position)]
    return best[rng.integers(len(best))]


def play(player, opponent, seed, n_playouts=1000, start=START):
    rng, position = np.random.default_rng(seed), start
    while next_positions(position):
        if to_move(position) == player:
            position = tree_search(position, int(rng.integers(2**31)), n_playouts)
        else:
            position = opponent(position, rng)
    won = winner(position)
    return "draws" if won is None else "wins" if won == player else "losses"


def measure_games(opponent, n_games, n_playouts):
    total = collections.Counter()
    for player in "XO":
        counts = collections.Counter(play(player, opponent, seed, n_playouts) for seed in range(n_games))
        print(f"{n_playouts} playouts as {player}, {opponent.__name__}, {n_games} games: {dict(counts)}", flush=True)
        total += counts
    low, high = wilson_interval(total["wins"], 2 * n_games)
    share, lost = total["wins"] / (2 * n_games), total["losses"]
    print(f"    together: {share:.4f} won (95 % interval {low:.4f} to {high:.4f}), {lost} lost", flush=True)


def measure_search(n_games):
    began = time.process_time()
    search_by_playouts(n_playouts=20_000)
    print(f"one playout from the empty board: {(time.process_time() - began) / 20_000 * 1e6:.0f} microseconds")
    for careful in (True, False):
        first, second = (best_chances(player, careful)[0] for player in "XO")
        name = "perfect play that hopes for mistakes" if careful else "the best play against random moves alone"
        print(f"{name}, exact: wins {first:.4f} as X, {second:.4f} as O, {(first + second) / 2:.4f} together")
    measure_games(random_move, n_games, 1000)
    measure_games(perfect_move, n_games, 1000)
    measure_games(perfect_move, n_games // 2, 3000)


def measure_positions(n_seeds):
    won = [p for p in GOING_ON if position_value(p) * (1 if to_move(p) == "X" else -1) > 0]
    counts = collections.Counter(play(to_move(p), random_move, seed, start=p) for seed, p in enumerate(won))
    print(f"from each of the {len(won)} positions that the mover can win, against random: {dict(counts)}", flush=True)
    for n_playouts, seeds in ((1000, range(n_seeds)), (3000, range(1))):
        for seed in seeds:
            after = {p: tree_search(p, seed, n_playouts) for p in GOING_ON}
            spoiled = [p for p in GOING_ON if sign(position_value(after[p])) != sign(position_value(p))]
            n_won = len(set(spoiled) & set(won))
            words = f"of {len(GOING_ON)} positions the search spoils {len(spoiled)}, {n_won} of them won"
            print(f"{n_playouts} playouts, seed {seed}: {words}", flush=True)


def measure_training(seed):
    began = time.process_time()
    result = train_selfplay(rng=seed, progress=False)
    seconds = time.process_time() - began
    curves = (result.network_defeats, result.search_defeats)
    alone, searching = (int(np.flatnonzero([1, *defeats])[-1]) + 1 for defeats in curves)
    print(f"self-play, seed {seed}: {seconds:.1f} s; no defeat from iteration {alone} (alone), {searching} (search) on")
    for n_simulations in (0, result.n_simulations):
        counts = result.against_perfect(200, n_simulations=n_simulations, rng=1000 + seed)
        lost = len(result.ways_to_lose(n_simulations=n_simulations))
        print(
            f"    {n_simulations} simulations, 200 games against perfect play: {counts}; ways to lose: {lost}",
            flush=True,
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--games", type=int, default=500, help="games of tree search on each side")
    parser.add_argument("--seeds", type=int, default=5, help="trainings by self-play, and seeds over all positions")
    options = parser.parse_args()
    for seed in range(options.seeds):
        measure_training(seed)
    measure_search(options.games)
    measure_positions(options.seeds)


if __name__ == "__main__":
    main()
