"""The command `ailiteracy quiz`: piped, stopped, broken off; what it keeps and what it exports."""

import json
import os
import signal
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from ailiteracy import cli
from ailiteracy.quiz import grade_file, load_quiz
from ailiteracy.quiz.player import pick
from ailiteracy.quiz.results import progress_file, read_progress, write_results


def play(*arguments, typed=""):
    done = CliRunner().invoke(cli.app, ["quiz", *arguments], input=typed)
    return done.exit_code, done.output


def line(item, *, right=True):
    """Return what a learner types."""
    letters = dict(zip(item.options, "abcdefghij", strict=False))
    if item.kind == "blanks":
        return "\n".join(ways[0] if right else "nothing" for ways in item.answer)
    if item.kind == "number":
        return f"{item.answer if right else item.answer + 1000}"
    if item.kind == "choice":
        return letters[item.answer if right else next(o for o in item.options if o != item.answer)]
    answer = item.answer if right else item.answer[::-1] if item.kind != "several" else item.options
    return "".join(letters[option] for option in answer)


def test_right_answers_are_counted_and_kept():
    asked = pick(load_quiz("tensors"), 4, seed=1, answers={})
    code, said = play("tensors", "--n", "4", "--seed", "1", typed="\n".join(map(line, asked)) + "\n")
    assert code == 0
    assert said.count("Right.") == 4
    assert said.endswith("4 right of 4 answered.\n")
    assert "\x1b" not in said, "no colours in a pipe"
    assert set(read_progress()) == {item.name for item in asked}
    for item in asked:
        assert " ".join(item.question.split()) in said
        assert " ".join(item.explanation.split()) in said
        assert item.lesson in said


def test_a_wrong_answer_shows_the_right_one_and_comes_again_in_a_review(tmp_path):
    (asked,) = pick(load_quiz("ideas"), 1, seed=2, answers={})
    code, said = play("ideas", "--n", "1", "--seed", "2", typed=line(asked, right=False) + "\n")
    assert code == 0
    assert "Not yet" in said
    assert "Answer: " in said
    code, said = play("--review", "--export", str(tmp_path / "a.json"), "--name", "Ada", typed=line(asked) + "\n")
    assert code == 0
    assert "1 of 1." in said
    assert "1 right of 1 answered." in said
    judged = grade_file(tmp_path / "a.json")
    assert (judged.learner, judged.right, judged.first_tries) == ("Ada", {asked.name: True}, 0)
    assert "Nothing to repeat" in play("--review")[1]


def test_a_line_that_means_nothing_is_asked_for_again_and_an_empty_one_skips():
    (asked,) = pick(load_quiz("vision"), 1, seed=5, answers={})
    code, said = play("vision", "--n", "1", "--seed", "5", typed=f"?!?\n{line(asked)}\n")
    assert code == 0
    assert "Try again" in said or "Write digits" in said
    assert said.endswith("1 right of 1 answered.\n")
    code, said = play("vision", "--n", "1", "--seed", "5", typed="\n")
    assert "Skipped." in said
    assert said.endswith("0 right of 0 answered.\n")


def test_code_is_run_for_the_learner():
    write_results(progress_file(), {})
    items = [item for item in load_quiz() if item.name == "basics-descent-code"]
    seed = next(seed for seed in range(1000) if pick(load_quiz("basics"), 1, seed=seed, answers={}) == items)
    code, said = play("basics", "--n", "1", "--seed", f"{seed}", typed="4 * x / 2\n-\n")
    assert code == 0
    assert "Right." in said


def test_the_end_of_the_input_ends_the_game():
    asked = pick(load_quiz("ideas"), 3, seed=1, answers={})
    code, said = play("ideas", "--n", "3", "--seed", "1", typed=line(asked[0]) + "\n")
    assert code == 0
    assert said.endswith("1 right of 1 answered.\n")
    assert len(read_progress()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals work otherwise there")
def test_ctrl_c_keeps_what_was_answered(tmp_path):
    asked = pick(load_quiz("ideas"), 3, seed=1, answers={})
    code = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    arguments = ["ailiteracy", "quiz", "ideas", "--seed", "1", "--export", str(tmp_path / "a.json")]
    code += f"import sys; sys.argv = {arguments!r}\n"
    code += "from ailiteracy.cli import main; main()"
    player = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"}, encoding="utf-8",
    )  # fmt: skip
    player.stdin.write(line(asked[0]) + "\n")
    player.stdin.flush()
    while not player.stdout.readline().startswith("2 of"):
        assert player.poll() is None
    player.send_signal(signal.SIGINT)
    said, complaint = player.communicate(timeout=120)
    assert player.returncode == 130
    assert "1 right of 1 answered." in said
    assert complaint.strip() == "interrupted"
    assert grade_file(tmp_path / "a.json").n_right == len(read_progress()) == 1


def test_where_nothing_can_be_written_the_game_goes_on(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("AILITERACY_CACHE", str(tmp_path / "file"))
    asked = pick(load_quiz("tensors"), 2, seed=1, answers={})
    code, said = play("tensors", "--n", "2", "--seed", "1", typed="\n".join(map(line, asked)) + "\n")
    assert code == 0
    assert said.count("Answers are not kept: cannot use the cache folder") == 1
    assert said.endswith("2 right of 2 answered.\n")


def test_export_alone(tmp_path):
    code, said = play("--n", "0", "--export", str(tmp_path / "a.json"))
    assert (code, said) == (0, f"0 answers: {tmp_path / 'a.json'}\n")
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["answers"] == {}


def test_a_class_is_judged(tmp_path):
    write_results(tmp_path / "ada.json", {"tensors-matmul": {"answer": "32"}}, learner="Ada")
    write_results(tmp_path / "bob.json", {"tensors-matmul": {"answer": "30"}}, learner="Bob")
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    code, said = play("--grade", str(tmp_path))
    assert code == 0
    first, second, third = said.splitlines()
    assert first.startswith("ada.json: Ada: 1 right of 1 answered")
    assert second.startswith("bob.json: Bob: 0 right of 1 answered")
    assert third.startswith("other.json: not judged. `path` must be")
    assert play("--grade", str(tmp_path / "ada.json"))[1].startswith("ada.json: Ada: 1 right")


def test_one_bad_entry_does_not_stop_the_class(tmp_path):
    write_results(tmp_path / "bob.json", {"tensors-matmul": {"answer": "32"}}, learner="Bob")
    (tmp_path / "a.json").mkdir()
    (tmp_path / "b.json").symlink_to(tmp_path / "nowhere")
    code, said = play("--grade", str(tmp_path))
    assert code == 0
    folder, link, bob = said.splitlines()
    assert folder.startswith("a.json: not judged. `path` must be")
    assert link.startswith("b.json: not judged. no file with quiz answers at")
    assert bob.startswith("bob.json: Bob: 1 right of 1 answered")


@pytest.mark.parametrize(("arguments", "parts"), [
    (["tensor"], ["error:", "`subject`", "Did you mean 'tensors'?"]),
    (["--n", "-1"], ["error:", "`n` must be an integer >= 0"]),
    (["--grade", "missing.json"], ["error:", "missing.json"]),
    (["--grade", "."], ["error:", "`grade`", "a folder with .json files"]),
    (["--export", "/dev/null/x.json", "--n", "0"], ["error:", "`export`"]),
])  # fmt: skip
def test_bad_input(arguments, parts, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, said = play(*arguments)
    assert code == 2
    for part in parts:
        assert part in " ".join(said.split())
