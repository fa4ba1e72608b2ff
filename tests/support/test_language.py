"""Which language is spoken, what falls back to English, and that nothing else changes with it."""

import json
import os
import pathlib
import re
import subprocess
import sys
import unicodedata

import pytest
from typer.testing import CliRunner

from ailiteracy import check, cli, quiz
from ailiteracy._support import language
from ailiteracy._support.language import chosen_language, known_language, languages, say, say_paragraph
from ailiteracy.check import bank
from ailiteracy.quiz.items import in_english, load_quiz, shown
from ailiteracy.quiz.player import key_text, pick, read_line, rows
from ailiteracy.quiz.results import progress_file, read_progress

HAN = re.compile(r"[\u4e00-\u9fff]")
ITEMS = load_quiz()
COMMANDS = ["demo", "backprop", "train", "predict", "answer", "doctor", "chat", "quiz", "2048"]


@pytest.fixture
def chinese(monkeypatch):
    monkeypatch.setenv("AILITERACY_LANGUAGE", "zh_CN")


def invoke(*arguments, **options):
    done = CliRunner().invoke(cli.app, list(arguments), **options)
    assert done.exit_code == 0, done.output
    return done.stdout


# Which language.


@pytest.mark.parametrize(("name", "meant"), [
    ("zh_CN", "zh_CN"), ("zh-cn", "zh_CN"), ("ZH_cn.UTF-8", "zh_CN"), ("zh", "zh_CN"), (" zh_CN ", "zh_CN"),
    ("en", ""), ("en_GB", ""), ("", ""), ("zh_TW", ""), ("z", ""), ("fr", ""), ("../zh_CN", ""), ("C", ""),
])  # fmt: skip
def test_names_of_languages(name, meant):
    assert known_language(name) == meant


def test_the_variable_chooses_and_the_system_does_not(monkeypatch):
    for name in ("LANG", "LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.setenv(name, "zh_CN.UTF-8")
    assert (chosen_language(), say("Right.")) == ("", "Right.")
    monkeypatch.setenv("AILITERACY_LANGUAGE", "zh_CN")
    assert (chosen_language(), say("Right.")) == ("zh_CN", "正确。")
    assert say("Right.", "en") == "Right."
    monkeypatch.setenv("AILITERACY_LANGUAGE", "tlh")
    assert (chosen_language(), say("Right.")) == ("", "Right.")
    assert languages() == ("zh_CN",)


def test_what_has_no_translation_stays(chinese):
    assert say("nobody says this {n}") == "nobody says this {n}"
    assert say("") == ""  # the header of a catalogue stands under the empty text
    assert say_paragraph("nobody\nsays  this") == "nobody\nsays  this"
    assert say_paragraph("Not\n in this bank: {names}.") == "不在这个题库中：{names}。"


# Questions: shown in Chinese, judged and kept in the words of the bank.


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.name)
def test_a_translated_question_is_graded_as_the_english_one(item, monkeypatch):
    wrong = None
    if item.kind in ("match", "order"):
        wrong = tuple(item.answer[1:] + item.answer[:1])
    elif item.kind in ("choice", "several"):
        others = [
            option for option in item.options if option not in ([item.answer], item.answer)[item.kind != "choice"]
        ]
        wrong = others[0] if item.kind == "choice" else tuple(others[:1])
    right = [ways[0] for ways in item.answer] if item.kind == "blanks" else item.answer
    assert shown(item) is item
    monkeypatch.setenv("AILITERACY_LANGUAGE", "zh_CN")
    said = shown(item)
    assert (said.name, said.kind, said.code, said.lesson) == (item.name, item.kind, item.code, item.lesson)
    # Every option has words of its own, which mean no other option.
    meant = [in_english(item, option) for option in said.options]
    assert meant == list(item.options)
    assert in_english(item, list(item.options)) == list(item.options)
    assert quiz.grade(item, right).right
    if item.kind != "blanks":
        assert quiz.grade(item, said.answer).right
    if wrong is not None:
        words = dict(zip(item.options, said.options, strict=True))
        translated = words[wrong] if item.kind == "choice" else [words[option] for option in wrong]
        results = [quiz.grade(item, answer) for answer in (wrong, translated)]
        assert not any(results)
        assert len({(result.n_right, result.n_parts, result.hint) for result in results}) == 1
        assert HAN.search(results[0].hint)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.name)
def test_a_translated_question_is_shown_in_chinese(item, chinese):
    said = shown(item)
    assert HAN.search(said.question)
    assert HAN.search(said.explanation) or re.fullmatch(r"[\W\d_]*", said.explanation)
    assert repr(item).startswith(said.question)
    shown_rows = "\n".join(rows(item))
    assert all(text in shown_rows for text in (*said.options, *said.left))
    if item.options:
        letters = "".join(sorted("abcdefghij"[item.options.index(option)] for option in {*item.options}))
        answer = read_line(item, letters[: max(1, len(item.left))] if item.kind in ("choice", "match") else letters)
        assert set([answer] if isinstance(answer, str) else answer) <= set(item.options)
    if item.kind in ("choice", "several"):
        assert all(text in key_text(item) for text in ([said.answer] if item.kind == "choice" else said.answer))


def test_a_foreign_answer_is_refused_as_before(chinese):
    item = next(item for item in ITEMS if item.kind == "several")
    for answer in (["nonsense"], [3], [["a list"]], 7):
        with pytest.raises((TypeError, ValueError), match="answer"):
            quiz.grade(item, answer)


def test_progress_and_export_do_not_depend_on_the_language(monkeypatch):
    kept = []
    asked = pick(load_quiz("ideas"), 12, seed=1, answers={})
    letters = [{"match": "a" * len(item.left), "order": "abcdef"[: len(item.options)]}.get(item.kind) for item in asked]
    typed = "".join(
        f"{350 if item.kind == 'number' else line or 'a'}\n" for item, line in zip(asked, letters, strict=True)
    )
    for name in ("en", "zh_CN"):
        monkeypatch.setenv("AILITERACY_LANGUAGE", name)
        progress_file().unlink(missing_ok=True)
        said = invoke("quiz", "ideas", "--n", "12", "--seed", "1", "--export", f"{name}.json", input=typed)
        assert bool(HAN.search(said)) == (name == "zh_CN")
        kept.append((read_progress(), json.loads(pathlib.Path(f"{name}.json").read_text(encoding="utf-8"))))
    assert kept[0] == kept[1]
    assert len(kept[0][0]) == 12
    # The file of a Chinese game is judged the same where nobody speaks Chinese.
    monkeypatch.delenv("AILITERACY_LANGUAGE")
    right = {name: entry["right"] for name, entry in kept[1][0].items()}
    assert quiz.grade_file("zh_CN.json").right == right
    assert {True, False} == set(right.values())


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


# Exercises.


def test_exercises_and_hints(chinese):
    assert check.exercises("tensors")["tensors-face-means"] == "每个面的平均值"
    task = check.exercise("tensors-face-means")
    assert task.title == "The mean of every face", "the bank stays as it is"
    text = repr(task)
    assert text.startswith("每个面的平均值 (初级)")
    assert "check.check('tensors-face-means', face_means)" in text
    assert max(map(width, text.splitlines())) <= 88
    torch = pytest.importorskip("torch")
    result = check.check("tensors-face-means", lambda cube: cube.mean())
    assert not result
    assert str(result).startswith("tensors-face-means：还不对。以 ")
    assert result.hint.endswith("这是对全部求的一个平均。")
    assert str(check.check("tensors-face-means", lambda cube: cube.mean(dim=(1, 2)))) == "tensors-face-means：正确。"
    assert check.check("tensors-face-means", 3).hint.startswith("请提交函数本身")
    hint = check.check("tensors-face-means", lambda cube: torch.zeros(1)).hint
    assert "要求的形状是" in hint
    assert vars(bank.shown(task, "en")) == vars(task)


# The command.


def width(line):
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)


@pytest.mark.parametrize("command", [*COMMANDS, "2048 solve", "2048 play", "2048 watch", "2048 compare"])
def test_help_is_chinese_and_fits(command, chinese):
    text = invoke(*command.split(), "--help")
    assert HAN.search(text)
    # What stays English: typer's own line on --help, lines to type, and the default of --system.
    stays = re.compile(r" --help |^    ailiteracy |You are a friendly|a few plain sentences|when you do not know")
    assert [
        line for line in text.splitlines()[1:] if re.search("[a-z]{3} [a-z]{2}", line) and not stays.search(line)
    ] == []
    assert [line for line in text.splitlines() if width(line) > 100] == []


def test_english_help_comes_back(monkeypatch):
    before = invoke("quiz", "--help")
    monkeypatch.setenv("AILITERACY_LANGUAGE", "zh_CN")
    assert invoke("quiz", "--help") != before
    monkeypatch.delenv("AILITERACY_LANGUAGE")
    assert invoke("quiz", "--help") == before


def run(*arguments, **env):
    """Run the command in a Python of its own, as its entry point does."""
    code = f"import sys; sys.argv = ['ailiteracy', *{list(arguments)!r}]; from ailiteracy.cli import main; main()"
    env = {**os.environ, "PYTHONUTF8": "1", **env}
    return subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, encoding="utf-8", check=False)


def test_words_of_the_libraries_and_of_errors():
    said = run("--help", AILITERACY_LANGUAGE="zh").stdout
    assert "选项:" in said
    assert "命令:" in said
    done = run("backprop", "--epochs", "0", AILITERACY_LANGUAGE="zh")
    assert done.returncode == 2
    assert done.stderr.startswith("错误：`epochs` must be")
    assert run("--help", LANGUAGE="zh_CN", LANG="zh_CN.UTF-8").stdout.startswith("Usage: ailiteracy [OPTIONS]")


def test_a_terminal_without_chinese_letters_shows_codes():
    done = run("quiz", "--help", AILITERACY_LANGUAGE="zh", PYTHONIOENCODING="latin-1", PYTHONUTF8="0")
    assert done.returncode == 0
    assert r"\u9898" in done.stdout


def test_nothing_is_loaded_for_it():
    code = "import sys, ailiteracy.cli; print(sorted({'babel', 'torch', 'numpy'} & set(sys.modules)))"
    env = {**os.environ, "AILITERACY_LANGUAGE": "zh_CN"}
    assert (
        subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True).stdout.strip() == b"[]"
    )


def test_the_doctor_names_its_rows_in_english_for_programs(monkeypatch):
    from ailiteracy import _doctor

    monkeypatch.setattr(_doctor, "examine", lambda network: iter([_doctor.check_threads(), *_doctor.check_language()]))
    monkeypatch.setenv("AILITERACY_LANGUAGE", "zh_CN")
    rows = json.loads(invoke("doctor", "--json"))["rows"]
    assert [(row["name"], row["status"]) for row in rows] == [("processors", "ok"), ("language", "ok")]
    said = invoke("doctor")
    assert said.startswith("正常")
    assert "处理器" in said
    monkeypatch.setenv("AILITERACY_LANGUAGE", "tlh")
    assert "Set AILITERACY_LANGUAGE to one of en, zh_CN." in " ".join(invoke("doctor").split())


def test_the_report_is_chinese(chinese):
    from ailiteracy import _demo, _report

    calls = _demo.calls(quick=True)
    page = _report.page([_demo.Outcome(call, 1.0, "One.", b"") for call in calls], seed=0)
    assert '<html lang="zh-CN">' in page
    assert "4 个调用中有 4 个得出了结果，用时 4 秒" in page
    texts = re.sub(r"<style>.*?</style>|<code>.*?</code>|<pre>.*?</pre>|<[^>]+>", " ", page, flags=re.DOTALL)
    assert re.findall(r"\b[A-Za-z]+ [a-z]+ [a-z]+\b", texts) == []


def test_the_compiled_catalogue_is_that_of_the_text():
    pofile = pytest.importorskip("babel.messages.pofile", reason="belongs to the dependency group docs")
    mofile = pytest.importorskip("babel.messages.mofile")
    for name in languages():
        place = language.FOLDER / name / "LC_MESSAGES" / "ailiteracy.po"
        with place.open("rb") as text, place.with_suffix(".mo").open("rb") as compiled:
            written = {message.id: message.string for message in pofile.read_po(text) if message.id and message.string}
            read = {message.id: message.string for message in mofile.read_mo(compiled) if message.id}
        assert written == read, "run docs/_ext/package_words.py"
