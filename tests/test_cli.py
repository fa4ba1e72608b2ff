"""The command: what it prints, what it writes, how it ends."""

import ast
import importlib
import importlib.metadata
import inspect
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import types

import matplotlib.pyplot as plt
import pytest
from typer.testing import CliRunner

from ailiteracy import __main__, _cli_2048, basics, cli, games, nlp, vision

CONTEXT = "Ada Lovelace wrote her notes in 1843. The engine was designed by Charles Babbage."
CALLS = {
    "backprop": (basics, "backprop_demo", []),
    "2048": (games, "solve_2048", []),
    "train": (vision, "train_resnet", []),
    "answer": (nlp, "answer", ["Who?", CONTEXT]),
    "predict": (vision, "predict_images", ["model", "picture.png"]),
}
HEAVY = ["numpy", "torch", "torchvision", "matplotlib", "sklearn", "numba", "transformers", "scipy"]


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    """Each test stands in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "agg")
    return tmp_path


def invoke(*arguments, **options):
    return CliRunner().invoke(cli.app, list(arguments), **options)


def start(*arguments, before="", env=None, **options):
    """Start the command in a Python of its own, with Ctrl-C working even where the tests run in the background."""
    code = f"import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n{before}\n"
    code += f"sys.argv = ['ailiteracy', *{list(arguments)!r}]\nfrom ailiteracy.__main__ import main\nmain()"
    env = {**os.environ, **(env or {}), "PYTHONUNBUFFERED": ""}  # buffered, as a user's Python is
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.Popen([sys.executable, "-c", code], env=env, **pipes)


def result(**fields):
    """A result as the subjects return it: a paragraph, a figure, a file."""
    made = types.SimpleNamespace(plot=plt.figure, save=lambda path: path.write_text("saved"), **fields)
    return type("Result", (types.SimpleNamespace,), {"__str__": lambda self: "One paragraph."})(**vars(made))


@pytest.fixture
def replace(monkeypatch):
    """Replace the function behind a command by one that returns or raises; the list takes what it was given."""

    def put(command, outcome):
        given = []

        def stand_in(*arguments, **options):
            given.append((arguments, options))
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome

        module, function, _ = CALLS[command]
        monkeypatch.setattr(module, function, stand_in, raising=False)
        return given

    return put


def test_help_says_what_it_is_and_where_to_begin():
    done = invoke("--help")
    assert done.exit_code == 0
    for command in ["demo", "2048 --seed 1", "train --epochs 3", "answer", "doctor"]:
        assert f"ailiteracy {command}" in done.stdout
    for place in ["--figure", "./ailiteracy-demo"]:
        assert place in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


@pytest.mark.parametrize("command", [*CALLS, "demo", "doctor", "chat", "quiz"])
def test_every_command_has_help(command):
    done = invoke(command, "--help")
    assert done.exit_code == 0
    assert "--help" in done.stdout


def test_help_loads_nothing_heavy():
    report = f"import atexit; atexit.register(lambda: print('LOADED', *[m for m in {HEAVY} if m in sys.modules]))"
    output, errors = start("--help", before=report).communicate(timeout=60)
    assert b"Usage" in output, errors
    assert output.split(b"LOADED")[1].split() == []


def test_version():
    assert invoke("--version").stdout == f"ailiteracy {importlib.metadata.version('ailiteracy')}\n"


def test_python_m():
    done = subprocess.run([sys.executable, "-m", "ailiteracy", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("ailiteracy ")


def test_no_command_shows_the_help():
    done = invoke()
    assert "Commands:" in done.output


def test_near_miss_of_a_command():
    done = invoke("trains")
    assert done.exit_code == 2
    assert "Did you mean 'train'?" in done.stderr


def test_entry_point_loads_the_command_inside_of_the_call():
    (entry,) = importlib.metadata.entry_points(group="console_scripts", name="ailiteracy")
    assert entry.load() is __main__.main


# Each command against its function.


@pytest.mark.parametrize(("command", "renamed"), [
    ("backprop", {"seed": "rng"}),
    ("2048", {"seed": "rng"}),
    ("train", {"output": "output_dir"}),
    ("predict", {}),
    ("answer", {}),
])  # fmt: skip
def test_options_keep_the_defaults_of_the_function(command, renamed):
    module, name, _ = CALLS[command]
    function = inspect.signature(getattr(module, name))
    own = {"figure", "file", "as_json", "save", "question", "context"}
    command = _cli_2048.solve if command == "2048" else getattr(cli, command)
    for option in inspect.signature(command).parameters.values():
        if option.name not in own:
            default = tuple(option.default) if isinstance(option.default, list) else option.default
            assert default == function.parameters[renamed.get(option.name, option.name)].default, option.name


def test_backprop_prints_the_paragraph_and_writes_the_figure(own_folder):
    options = ["--problem", "or", "--hidden", "3", "--hidden", "2", "--epochs", "50", "--figure", "out/loss.PNG"]
    done = invoke("backprop", *options)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("A network of 2-3-2-1 neurons")
    assert "out/loss.PNG" in done.stdout.replace(os.sep, "/")
    assert (own_folder / "out/loss.PNG").read_bytes().startswith(b"\x89PNG")
    assert [path.name for path in (own_folder / "out").iterdir()] == ["loss.PNG"]
    assert plt.get_fignums() == []


def test_2048_hands_everything_on(own_folder, replace):
    given = replace("2048", result())
    done = invoke("2048", "solve", "--player", "greedy", "--seed", "7", "--save", "game.json", "--figure", "game.svg")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("One paragraph.\n")
    assert given == [(("greedy",), {"rng": 7})]
    assert (own_folder / "game.json").read_text() == "saved"
    assert "<svg" in (own_folder / "game.svg").read_text()


def test_train_hands_everything_on(replace):
    given = replace("train", result())
    options = ["--data-dir", "data", "--download", "--epochs", "2", "--seed", "3"]
    options += ["--device", "cpu", "--output", "model"]
    options += ["--model", "speednet", "--recipe", "course", "--precision", "bfloat16"]
    options += ["--batch-size", "32", "--validation-fraction", "0"]
    assert invoke("train", "mnist", *options).stdout == "One paragraph.\nThe model: model\n"
    expected = {"epochs": 2, "seed": 3, "device": "cpu", "download": True}
    expected |= {"model": "speednet", "recipe": "course", "precision": "bfloat16"}
    expected |= {"batch_size": 32, "validation_fraction": 0.0}
    paths = {"data_dir": pathlib.Path("data"), "output_dir": pathlib.Path("model")}
    assert given == [(("mnist",), expected | paths)]


def test_predict_file_and_folder(own_folder, replace):
    top = (("cat", 0.75), ("dog", 0.25))
    found = [result(source=name, label="cat", probability=0.75, top=top) for name in ("a.png", "b.png")]
    given = replace("predict", found[0])
    done = invoke("predict", "model", "a.png", "--top-k", "2", "--invert", "--figure", "said.svg")
    assert (done.exit_code, done.stdout) == (0, "One paragraph.\nThe figure: said.svg\n")
    assert "<svg" in (own_folder / "said.svg").read_text()
    assert given == [((pathlib.Path("model"), pathlib.Path("a.png")), {"top_k": 2, "invert": True})]
    replace("predict", found)
    assert invoke("predict", "model", "pictures").stdout == "One paragraph.\nOne paragraph.\n"
    said = json.loads(invoke("predict", "model", "pictures", "--json").stdout)
    top = [{"label": "cat", "probability": 0.75}, {"label": "dog", "probability": 0.25}]
    assert said[1] == {"file": "b.png", "label": "cat", "probability": 0.75, "top": top}


def test_predict_without_a_model():
    done = invoke("predict", "nowhere", "a.png")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "no saved model: 'nowhere/model.json' does not exist" in done.stderr.replace("\\", "/")


def answers(n):
    return [result(text=f"北京 {i}", score=1 / (i + 1), start=i, end=i + 1, reader="builtin") for i in range(n)]


@pytest.mark.parametrize("where", ["argument", "file", "pipe"])
def test_answer_reads_the_context(where, own_folder, replace):
    given = replace("answer", result())
    (own_folder / "text.txt").write_bytes(b"\xef\xbb\xbf" + CONTEXT.encode())  # with the mark that Notepad writes
    more = {"argument": [CONTEXT], "file": ["--file", "text.txt"], "pipe": []}[where]
    done = invoke("answer", "Who?", *more, "--model", "builtin", input=CONTEXT)
    assert (done.exit_code, done.stdout) == (0, "One paragraph.\n")
    assert given == [(("Who?", CONTEXT), {"model": "builtin", "download": False, "top_k": 1})]


def test_answer_as_json(own_folder, replace):
    found, drawn = answers(2), []
    for i, one in enumerate(found):
        one.plot = lambda i=i: drawn.append(i) or plt.figure()
    replace("answer", found)
    done = invoke("answer", "Where?", CONTEXT, "--top-k", "2", "--json", "--figure", "answer.pdf")
    assert [one["text"] for one in json.loads(done.stdout)] == ["北京 0", "北京 1"]
    assert set(json.loads(done.stdout)[0]) == {"text", "score", "start", "end", "reader"}
    assert "北京" in done.stdout
    assert (own_folder / "answer.pdf").read_bytes().startswith(b"%PDF")
    assert drawn == [0]  # the best answer is the one in the figure


def test_several_answers_are_several_paragraphs(replace):
    replace("answer", answers(3))
    assert invoke("answer", "Where?", CONTEXT, "--top-k", "3").stdout == "One paragraph.\n" * 3


def test_real_answer():
    done = invoke("answer", "When did Ada Lovelace write her notes?", CONTEXT, "--model", "builtin", "--json")
    assert done.exit_code == 0, done.output
    assert "1843" in json.loads(done.stdout)[0]["text"]


def test_real_game(own_folder):
    for name in ("first.json", "second.json"):
        done = invoke("2048", "--player", "greedy", "--seed", "5", "--save", name)
        assert done.exit_code == 0, done.output
        assert done.stdout.startswith("2048 played by greedy: score ")
    first, second = (games.GameResult.load(own_folder / name) for name in ("first.json", "second.json"))
    assert first.moves == second.moves
    assert first.moves == games.solve_2048("greedy", rng=5).moves


# Errors: one line, exit code 2, nothing computed in vain.


@pytest.mark.parametrize("command", CALLS)
@pytest.mark.parametrize(("error", "line"), [
    (ValueError("`epochs` must be >= 1, got 0.\nUse 1."), "error: `epochs` must be >= 1, got 0. Use 1."),
    (TypeError("`rng` must be a seed"), "error: `rng` must be a seed"),
    (FileNotFoundError(2, "No such file or directory", "data/mnist"), "error: data/mnist: No such file or directory"),
    (PermissionError("cannot write 'x'"), "error: cannot write 'x'"),
    (RuntimeError("operator torchvision::nms does not exist"),
     "error: operator torchvision::nms does not exist (ailiteracy doctor looks for the cause)"),
    (ImportError("libcudart.so.13: cannot open"),
     "error: libcudart.so.13: cannot open (ailiteracy doctor looks for the cause)"),
])  # fmt: skip
def test_an_error_is_one_line(command, error, line, replace):
    replace(command, error)
    done = invoke(command, *CALLS[command][2])
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"{line}\n")


@pytest.mark.parametrize(("before", "env"), [(["--traceback"], {}), ([], {"AILITERACY_DEBUG": "1"})])
def test_traceback_on_demand(before, env):
    done = invoke(*before, "backprop", "--epochs", "0", env=env)
    assert done.exit_code == 2
    assert "Traceback (most recent call last)" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("error: `epochs` must be")


@pytest.mark.parametrize("command", CALLS)
@pytest.mark.parametrize(("path", "message"), [
    ("a.bmp", "`figure` must be a file name that ends in .png, .svg, .pdf, .jpg, got 'a.bmp'. Add .png to the name."),
    ("figure", "`figure` must be a file name that ends in"),
    ("taken/figure.png", "`figure` must be a place that can be written to, got"),
    ("folder.png", "cannot write 'folder.png': it is a folder. Choose another name"),
    ("a" * 300 + ".png", "cannot write 'aaa"),
    ("~nobody-by-this-name/a.png", "`figure` must be a path whose ~ is known, got '~nobody"),
])  # fmt: skip
def test_a_figure_that_cannot_be_written_costs_no_time(command, path, message, own_folder, replace):
    given = replace(command, result())
    (own_folder / "taken").write_text("a file where the folder would be")
    (own_folder / "folder.png").mkdir()
    done = invoke(command, *CALLS[command][2], "--figure", path)
    assert done.exit_code == 2
    assert done.stderr.startswith(f"error: {message}")
    assert given == []


@pytest.mark.skipif(not pathlib.Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_disk_that_is_full_ends_the_help_in_one_line(own_folder):
    with pathlib.Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "ailiteracy", "--help"], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith("error: [Errno 28]")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell closes the streams here")
@pytest.mark.parametrize("command", ["backprop --epochs 100 2>&-", "quiz --n 1 >&- </dev/null"])
def test_a_command_without_a_stream(own_folder, command):
    done = subprocess.run(f"{sys.executable} -m ailiteracy {command}", shell=True, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("command", "option"), [("2048", "--save"), ("train", "--output")])
def test_a_result_that_cannot_be_written_costs_no_time(command, option, own_folder, replace):
    given = replace(command, result())
    (own_folder / "taken").write_text("a file where the folder would be")
    done = invoke(command, option, "taken/result")
    assert done.exit_code == 2
    assert f"`{option[2:]}` must be a " in done.stderr
    assert "that can be written to" in done.stderr
    assert given == []


@pytest.mark.parametrize(("arguments", "message"), [
    (["text", "--file", "text.txt"], "`context` must be given once"),
    (["--file", "no.txt"], "no.txt: No such file or directory"),
    (["--file", "latin.txt"], "`context` must be UTF-8 text, got b'\\xe9'. Save the text as UTF-8 and try again."),
])  # fmt: skip
def test_contexts_that_cannot_be_read(arguments, message, own_folder, replace):
    replace("answer", result())
    (own_folder / "latin.txt").write_bytes(b"\xe9t\xe9")
    done = invoke("answer", "Who?", *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr


def test_no_context_on_a_terminal(monkeypatch):
    from ailiteracy import _places

    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(isatty=lambda: True))
    with pytest.raises(ValueError, match="`context` must be given, got None"):
        _places.read_context(None, None)


# Ctrl-C, closed pipes, terminals without UTF-8.


@pytest.mark.parametrize(("arguments", "warm_up"), [
    (["backprop", "--epochs", "9000000", "--figure", "loss.png"], "import ailiteracy.basics.backprop"),
    (
        ["2048", "--player", "expectimax", "--seed", "1", "--save", "game.json"],  # a game of some ten seconds
        "from ailiteracy import games; games.solve_2048('expectimax', max_moves=60)",
    ),
    (["train", "--epochs", "9000", "--device", "cpu", "--output", "model"], "import ailiteracy.vision.resnet"),
])  # fmt: skip
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for another process")
def test_ctrl_c(arguments, warm_up, own_folder):
    with start(*arguments, before=f"{warm_up}\nprint('ready', flush=True)") as process:
        try:
            assert process.stdout.readline() == b"ready\n", process.stderr.read().decode()
            time.sleep(4 if "train" in arguments else 2)  # torch still loads parts of itself when training begins
            assert process.poll() is None, process.stderr.read().decode()
            process.send_signal(signal.SIGINT)
            output, errors = process.communicate(timeout=60)
        finally:
            process.kill()
    if b"until interrupted" in output:  # training that has finished an epoch keeps it and is no failure
        assert (process.returncode, errors) == (0, b"")
        return
    assert (process.returncode, output, errors) == (130, b"", b"interrupted\n")
    assert [path for path in own_folder.rglob("*") if path.is_file()] == []  # neither a figure nor a part of one


@pytest.mark.parametrize("when", ["ailiteracy.cli", "ailiteracy.cli.main", "ailiteracy.cli.Commands.parse_args"])
def test_ctrl_c_before_a_command_begins(when, own_folder):
    """While its files are loaded, when it starts, and while the command line is read."""
    code = {
        "ailiteracy.cli": "sys.modules['typer'] = None\nimport builtins\nload = builtins.__import__\n"
        "def interrupted(name, *rest):\n    if name == 'typer':\n        raise KeyboardInterrupt\n"
        "    return load(name, *rest)\nbuiltins.__import__ = interrupted",
        "ailiteracy.cli.main": "import ailiteracy.cli\n"
        "def main():\n    raise KeyboardInterrupt\nailiteracy.cli.main = main",
        "ailiteracy.cli.Commands.parse_args": "import ailiteracy.cli\n"
        "def parse(*_):\n    raise KeyboardInterrupt\nailiteracy.cli.Commands.parse_args = parse",
    }[when]
    with start("doctor", before=code) as process:
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, output, errors) == (130, b"", b"interrupted\n")


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["backprop", "--epochs", "5"], ["doctor"], ["doctor", "--json"]]
)
def test_closed_pipe(arguments):
    many = "from ailiteracy import _doctor; _doctor.examine = lambda network: [_doctor.Row('x', 'ok', 'y' * 60)] * 5000"
    process = start(*arguments, before=many if "doctor" in arguments else "")
    process.stdout.close()  # as `head` does when it has seen enough
    errors = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(timeout=60) in (0, 1)
    assert errors == ""


@pytest.mark.skipif(shutil.which("sh") is None, reason="needs a shell that can close stdout")
def test_no_stdout_at_all():
    command = f'"{sys.executable}" -m ailiteracy backprop --epochs 5 >&-'
    done = subprocess.run(["sh", "-c", command], stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


ASCII = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}


@pytest.mark.parametrize("arguments", [["--json"], []])
def test_letters_that_the_terminal_lacks(arguments, own_folder):
    (own_folder / "text.txt").write_text("The capital of China is Běijīng (北京) 😀.", encoding="utf-8")
    ascii_answer = (
        "from ailiteracy import nlp\n"
        "class Found:\n"
        "    score, start, end, reader = 1.0, 0, 1, 'builtin'\n"
        "    def __init__(self, context): self.text = context\n"
        "    def __repr__(self): return self.text\n"
        "nlp.answer = lambda question, context, **options: Found(context)"
    )
    process = start("answer", "Where?", "--file", "text.txt", *arguments, before=ascii_answer, env=ASCII)
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, b"")
    if arguments:
        assert json.loads(output.decode("ascii"))[0]["text"].endswith("(北京) 😀.")
    else:
        assert rb"(\u5317\u4eac) \U0001f600." in output


def test_errors_that_the_terminal_lacks_letters_for():
    process = start("backprop", "--problem", "异或", env=ASCII | {"PYTHONUTF8": "1", "PYTHONIOENCODING": "ascii"})
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert errors.startswith(b"error: `problem` must be one of")


def test_print_only_in_the_command():
    """The demonstration and the doctor return what they find."""
    source = pathlib.Path(cli.__file__).parent
    quiet = ("_demo.py", "_report.py", "_doctor.py", "_doctor_imports.py", "_places.py", "_output.py", "_cli_2048.py")
    for name in quiet:
        tree = ast.parse((source / name).read_text(encoding="utf-8"))
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "print"], name


def test_commands_name_functions_that_exist():
    for module, function, _ in CALLS.values():
        assert callable(getattr(importlib.import_module(module.__name__), function))
