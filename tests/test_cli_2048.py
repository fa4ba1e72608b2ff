"""The command `ailiteracy 2048`: its parts, its table, its errors; the terminal itself is tested in tests/games."""

import inspect
import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from ailiteracy import _cli_2048, cli, games
from ailiteracy.games import terminal


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    """Each test stands in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def invoke(*arguments, **options):
    return CliRunner().invoke(cli.app, ["2048", *arguments], **options)


@pytest.fixture
def replace(monkeypatch):
    """Replace a function by one that notes what it is given."""

    def put(module, name):
        given = []
        monkeypatch.setattr(module, name, lambda *args, **options: given.append((args, options)) or "A paragraph.")
        return given

    return put


def test_help_names_the_parts():
    done = invoke("--help")
    assert done.exit_code == 0
    for part in ["solve", "play", "watch", "compare"]:
        assert f"  {part}  " in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


@pytest.mark.parametrize("part", ["solve", "play", "watch", "compare"])
def test_every_part_has_help(part):
    done = invoke(part, "--help")
    assert done.exit_code == 0
    assert "--help" in done.stdout


@pytest.mark.parametrize("before", [[], ["solve"]])
def test_without_a_part_it_solves(before):
    done = invoke(*before, "--player", "greedy", "--seed", "3")
    assert done.exit_code == 0
    assert done.stdout.startswith("2048 played by greedy: score ")


def test_nothing_at_all_solves_too(replace):
    given = replace(games, "solve_2048")
    assert invoke().stdout == "A paragraph.\n"
    assert given == [(("best",), {"rng": None})]


def test_near_miss_of_a_part():
    done = invoke("slove")
    assert done.exit_code == 2
    assert "Did you mean 'solve'?" in done.stderr


@pytest.mark.parametrize(("part", "function", "renamed"), [
    ("solve", games.solve_2048, {"seed": "rng"}),
    ("play", terminal.play_in_terminal, {"seed": "rng"}),
    ("watch", terminal.watch_in_terminal, {"seed": "rng"}),
    ("compare", games.play_many, {"seed": "rng", "jobs": "n_jobs"}),
])  # fmt: skip
def test_options_keep_the_defaults_of_the_function(part, function, renamed):
    own = {"figure", "as_json", "players", "games", "game"}
    known = inspect.signature(function).parameters
    options = inspect.signature(getattr(_cli_2048, part)).parameters.values()
    options = [option for option in options if option.name not in own and (part, option.name) != ("watch", "player")]
    for option in options:
        name = renamed.get(option.name, option.name)
        if name in known:
            assert option.default == known[name].default, name
    assert any(renamed.get(option.name, option.name) in known for option in options)


def test_play_hands_everything_on(replace, own_folder):
    given = replace(terminal, "play_in_terminal")
    done = invoke("play", "--seed", "3", "--hint-player", "greedy", "--save", "game.json")
    assert done.stdout == "A paragraph.\nTo go on: ailiteracy 2048 play --resume game.json --save game.json\n"
    ((_, options),) = given
    assert {name: str(value) for name, value in options.items()} == {
        "rng": "3", "hint_player": "greedy", "save": "game.json", "resume": "None",
    }  # fmt: skip


def test_play_in_a_pipe_and_go_on(own_folder):
    assert "--resume 'my game.json' --save" in invoke("play", "--save", "my game.json", input="q\n").stdout
    first = invoke("play", "--seed", "7", "--save", "game.json", input="a\nw\nq\n")
    assert first.exit_code == 0, first.output
    assert "2048 played by person: score 4, best tile 4, 2 moves" in first.stdout
    second = invoke("play", "--resume", "game.json", "--save", "game.json", input="d\nq\n")
    assert second.exit_code == 0, second.output
    assert games.GameResult.load("game.json").moves == ("left", "up", "right")


def test_watch_hands_everything_on(replace):
    given = replace(terminal, "watch_in_terminal")
    assert invoke("watch", "--player", "greedy", "--speed", "3", "--seed", "1").exit_code == 0
    assert invoke("watch").exit_code == 0
    assert given == [(("greedy",), {"rng": 1, "speed": 3.0}), (("best",), {"rng": None, "speed": 5.0})]


def test_watch_a_saved_game(own_folder):
    known = games.solve_2048("greedy", rng=3, progress=False)
    known.save("game.json")
    done = invoke("watch", "game.json")
    assert done.exit_code == 0, done.output
    assert done.stdout.endswith(f"{known}\n")


def test_compare_prints_a_table():
    done = invoke("compare", "random", "greedy", "random", "--games", "20", "--seed", "5")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0].split()[0] == "player"
    assert [line.split()[0] for line in lines[1:3]] == ["random", "greedy"]  # the second random is the first
    assert lines[3] == "20 games each; in brackets the 95 % interval."
    assert max(map(len, lines)) <= 80
    result = games.play_many("greedy", 20, rng=5, progress=False)
    low, high = result.mean_interval()
    assert f"{result.scores.mean():,.0f} ({low:,.0f}-{high:,.0f})" in lines[2]


def test_compare_as_json():
    done = invoke("compare", "random", "greedy", "--games", "10", "--json", "--seed", "2")
    rows = json.loads(done.stdout)
    results = [games.play_many(name, 10, rng=2, progress=False) for name in ("random", "greedy")]
    for row, result in zip(rows, results, strict=True):
        assert row["player"] == result.player
        assert row["n_games"] == 10
        assert row["mean_score"] == pytest.approx(result.scores.mean(), abs=0.05)
        assert row["mean_interval"] == pytest.approx(result.mean_interval(), abs=0.05)
        assert (row["share_2048"], *row["share_2048_interval"]) == pytest.approx(result.reached(2048))
        assert row["best_tile"] == result.best_tiles.max()
        assert row["moves_per_second"] > 0


def test_compare_one_game_has_no_interval():
    done = invoke("compare", "random", "--games", "1", "--json")
    assert json.loads(done.stdout)[0]["mean_interval"] == [None, None]
    assert invoke("compare", "random", "--games", "1").stdout.endswith("One game each.\n")


def test_compare_goes_on_where_it_was(own_folder):
    first = invoke("compare", "random", "greedy", "--games", "5", "--save", "games", "--json")
    assert first.exit_code == 0, first.output
    assert sorted(path.name for path in (own_folder / "games").iterdir()) == ["greedy.json", "random.json"]
    more = json.loads(invoke("compare", "random", "greedy", "--games", "8", "--save", "games", "--json").stdout)
    assert more[1]["mean_score"] == pytest.approx(games.play_many("greedy", 8, progress=False).scores.mean(), abs=0.05)


@pytest.mark.parametrize(("arguments", "words"), [
    (["play", "--hint-player", "gredy"], "Did you mean 'greedy'?"),
    (["play", "--seed", "-1"], "`seed` must be an integer >= 0, got -1"),
    (["play", "--resume", "game.json"], "game.json"),
    (["play", "--resume", "damaged.json"], "damaged.json"),
    (["play", "--save", "damaged.json"], "`save` must be a new file, or the one that is resumed"),
    (["play", "--save", "damaged.json/game.json"], "`save` must be a place that can be written to"),
    (["watch", "damaged.json"], "damaged.json"),
    (["watch", "damaged.json", "--player", "greedy"], "`player` must be left out with a saved game"),
    (["watch", "damaged.json", "--seed", "3"], "`seed` must be left out with a saved game"),
    (["solve", "--seed", "-1"], "`seed` must be an integer >= 0"),
    (["watch", "--speed", "0"], "`speed` must be a finite number from 0.1 to 10000.0, got 0.0"),
    (["watch", "--player", "gredy"], "Did you mean 'greedy'?"),
    (["compare", "random", "gredy"], "Did you mean 'greedy'?"),
    (["compare", "random", "person"], "`players` must be players that need no keyboard, got 'person'"),
    (["compare", "random", "--games", "0"], "`n_games` must be an integer from 1"),
    (["compare", "random", "--jobs", "0"], "`n_jobs` must be an integer that is not 0"),
    (["compare", "random", "--seed", "-1"], "`seed` must be an integer >= 0, got -1"),
    (["compare", "random", "--save", "damaged.json"], "damaged.json"),
    (["compare"], "Missing argument"),
])  # fmt: skip
def test_errors_are_one_line(arguments, words, own_folder):
    (own_folder / "damaged.json").write_text("{", encoding="utf-8")
    done = invoke(*arguments, input="q\n")
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_person_is_a_player_until_the_input_ends():
    done = invoke("--player", "person", "--seed", "7", input="a\nw\n")
    assert done.exit_code == 2
    assert done.stderr.startswith("error: the player 'person' needs a move, and the input has ended. Ask in a terminal")
    assert done.stdout.count("Your move:") == 3


def test_help_loads_nothing_heavy():
    code = "import sys; from ailiteracy import cli\n"
    code += "print(*[name for name in ('numpy', 'torch', 'numba', 'joblib') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"
