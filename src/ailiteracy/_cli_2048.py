"""The command `ailiteracy 2048`: let a player play, play yourself, watch, compare players.

The idea: four small commands, each over one public function of ``games``; without a name the first of them is meant.

Left out: training a player; Python is the place for that. Next: ``games/terminal.py``.
"""

import shlex
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ._output import Figure, show, show_json, show_result
from ._places import check_figure, check_folder, check_place
from ._support.checks import check_integer, message
from ._support.language import say

__all__ = ["app"]

# \b keeps the lines of a block as they stand.
HELP = """Play 2048, watch it, or let players play.

\b
  ailiteracy 2048 --seed 1                 one game by the best player
  ailiteracy 2048 play --save game.json    play yourself
  ailiteracy 2048 watch --speed 10         watch a player
  ailiteracy 2048 compare random greedy    many games of each

Without a command: solve, whose options are shown by: ailiteracy 2048 solve --help
"""
WIDTH_OF_A_PIPE = 120
SeedOrNone = Annotated[int | None, typer.Option("--seed", help="Same seed, same game; without: a new one.")]


def check_seed_or_none(seed: int | None) -> None:
    """Refuse a seed under the name by which it was given."""
    if seed is not None:
        check_integer("seed", seed, low=0)


class SolveByDefault(TyperGroup):
    """The commands of 2048; options without a command belong to `solve`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put `solve` in front where no command is named."""
        if not args or (args[0].startswith("-") and args[0] != "--help"):
            args = ["solve", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=SolveByDefault, help=HELP, rich_markup_mode=None, add_completion=False)


@app.command()
def solve(
    player: Annotated[str, typer.Option("--player", help="The name of a built-in player.")] = "best",
    seed: SeedOrNone = None,
    save: Annotated[Path | None, typer.Option("--save", help="Write the game there, for example game.json.")] = None,
    figure: Figure = None,
) -> None:
    """Let a player play one game of 2048."""
    check_figure(figure)
    check_place("save", save)
    check_seed_or_none(seed)
    from .games import solve_2048

    result = solve_2048(player, rng=seed)
    if save is not None:
        result.save(save)
    show_result(result, figure)


@app.command()
def play(
    seed: SeedOrNone = None,
    save: Annotated[Path | None, typer.Option("--save", help="Keep the game there after each move.")] = None,
    resume: Annotated[Path | None, typer.Option("--resume", help="Go on with a saved game.")] = None,
    hint_player: Annotated[str, typer.Option("--hint-player", help="The player that gives the hints.")] = "best",
) -> None:
    """Play 2048: arrows or w a s d, u takes back, h asks for a hint, q quits."""
    check_place("save", save)
    check_seed_or_none(seed)
    from .games.terminal import play_in_terminal

    show(str(play_in_terminal(rng=seed, hint_player=hint_player, save=save, resume=resume)))
    if save is not None:
        place = subprocess.list2cmdline([str(save)]) if sys.platform == "win32" else shlex.quote(str(save))
        show(say("To go on: ailiteracy 2048 play --resume {save} --save {save}").format(save=place))


@app.command()
def watch(
    game: Annotated[Path | None, typer.Argument(help="A saved game, to see it again.")] = None,
    player: Annotated[str | None, typer.Option("--player", help="A built-in player.", show_default="best")] = None,
    speed: Annotated[float, typer.Option("--speed", help="Moves a second.")] = 5.0,
    seed: SeedOrNone = None,
) -> None:
    """Watch a player: space pauses, n makes one move, + and - change the speed, q quits."""
    if game is not None and player is not None:
        remedy = "Leave one of the two out."
        raise ValueError(message("player", "left out with a saved game", f"{player} and {game}", remedy))
    if game is not None and seed is not None:
        raise ValueError(message("seed", "left out with a saved game", seed, "Its tiles are known: leave seed out."))
    check_seed_or_none(seed)
    from .games import GameResult
    from .games.terminal import watch_in_terminal

    shown = (player or "best") if game is None else GameResult.load(game)
    show(str(watch_in_terminal(shown, rng=seed, speed=speed)))


@app.command()
def compare(
    players: Annotated[list[str], typer.Argument(help="Two or more built-in players.")],
    games: Annotated[int, typer.Option("--games", help="Games of each player.")] = 100,
    jobs: Annotated[int, typer.Option("--jobs", help="Processes; -1: one for each processor.")] = 1,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same games.")] = 0,
    save: Annotated[
        Path | None, typer.Option("--save", help="Keep finished games in this folder; the same command goes on there.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the table as JSON.")] = False,
) -> None:
    """Let players play many games each and compare their scores."""
    check_folder("save", save)
    check_integer("seed", seed, low=0)
    from .games import play_many
    from .games.players import player_name

    # A wrong name is told before the first game; "best" and the player it stands for are one.
    names = list(dict.fromkeys(player_name(player) for player in players))
    if "person" in names:
        raise ValueError(message("players", "players that need no keyboard", "person", "Leave it out."))
    rows = []
    for name in names:
        place = None if save is None else save / f"{name}.json"
        rows.append(row_of(play_many(name, games, rng=seed, n_jobs=jobs, save_to=place)))
    if as_json:
        show_json(rows)
    else:
        show_table(rows)


def row_of(result: Any) -> dict[str, Any]:
    """Return the numbers of one player; an interval holds the true value 95 times out of 100."""
    import numpy as np

    share, low, high = result.reached(2048)
    interval = [None, None] if len(result.scores) < 2 else [round(end, 1) for end in result.mean_interval()]
    return {
        "player": result.player, "n_games": len(result.scores), "mean_score": round(float(result.scores.mean()), 1),
        "mean_interval": interval, "median_score": float(np.median(result.scores)), "share_2048": share,
        "share_2048_interval": [low, high], "best_tile": int(result.best_tiles.max()),
        "moves_per_second": round(result.moves_per_second, 1),
    }  # fmt: skip


def show_table(rows: list[dict[str, Any]]) -> None:
    """Print the rows as a table that fits into 80 columns, the intervals in brackets."""
    from rich.console import Console
    from rich.table import Table

    table = Table(say("player"), box=None, pad_edge=False, collapse_padding=True)
    for title in (say("mean score"), say("median"), say("with 2048"), say("best tile"), say("moves/s")):
        table.add_column(title, justify="right")
    for row in rows:
        low, high = row["mean_interval"]
        mean = f"{row['mean_score']:,.0f}" + ("" if low is None else f" ({low:,.0f}-{high:,.0f})")
        share = "{:.0%} ({:.0%}-{:.0%})".format(row["share_2048"], *row["share_2048_interval"])
        median, best, speed = (f"{row[name]:,.0f}" for name in ("median_score", "best_tile", "moves_per_second"))
        table.add_row(row["player"], mean, median, share, best, speed)
    Console().print(table)
    n_games = rows[0]["n_games"]
    many = say("{n:,} games each; in brackets the 95 % interval.").format(n=n_games)
    show(many if n_games > 1 else say("One game each."))
