"""The bank of exercises: complete, lesson links that lead somewhere, light to list, and worded errors."""

import importlib
import pathlib
import subprocess
import sys

import pytest
import torch

from ailiteracy import check

ROOT = pathlib.Path(__file__).parent.parent.parent
NAMES = list(check.exercises())


def test_list():
    assert len(NAMES) >= 100
    for subject in dict.fromkeys(check.exercise(name).subject for name in NAMES):
        assert len(check.exercises(subject)) >= 4, subject
    assert check.exercises("tensors")["tensors-face-means"] == "The mean of every face"
    assert set(check.exercises("linear")) == {name for name in NAMES if name.startswith("linear-")}
    assert len(set(check.exercises().values())) == len(NAMES), "two exercises have one title"


@pytest.mark.parametrize("name", NAMES)
def test_each_exercise_is_complete(name):
    task = check.exercise(name)
    checkers = importlib.import_module(f"ailiteracy.check._{task.subject}")
    assert callable(getattr(checkers, task.answer_name))
    assert task.level in {"beginner", "intermediate", "advanced"}
    assert (ROOT / "gallery" / f"{task.lesson}.py").is_file(), task.lesson
    assert len(task.text) > 60
    assert task.answer_name in task.starter
    assert f"check.check('{name}', {task.answer_name})" in repr(task)


@pytest.mark.parametrize("name", NAMES)
def test_the_start_alone_is_refused(name):
    namespace = {}
    exec(check.exercise(name).starter, namespace)
    result = check.check(name, namespace[check.exercise(name).answer_name])
    assert not result.passed
    assert result.hint


@pytest.mark.parametrize("answer", [None, ..., 3, "text", [], object(), int, print, torch.zeros(2)], ids=type)
@pytest.mark.filterwarnings("ignore")
def test_anything_may_be_handed_in(answer):
    for name in NAMES:
        result = check.check(name, answer)
        assert isinstance(result, check.CheckResult)
        assert not result, name
        assert "could not be judged" not in result.hint, (name, result.hint)


def test_result():
    wrong = check.check("tensors-chunk-sizes", [4, 3, 3])
    assert repr(wrong) == f"tensors-chunk-sizes: not yet. {wrong.hint}"
    right = check.CheckResult("tensors-chunk-sizes", passed=True)
    assert right
    assert str(right) == "tensors-chunk-sizes: right."


def test_random_state_is_left_as_found():
    torch.manual_seed(5)
    expected = torch.rand(2)
    torch.manual_seed(5)
    check.check("tensors-cube", lambda seed: (torch.manual_seed(seed), torch.rand(3, 4, 5))[1])
    assert torch.equal(torch.rand(2), expected)


def test_listing_loads_no_torch():
    code = "import sys; from ailiteracy import check; check.exercises(); print(check.exercise('tensors-cube')); " \
           "check.check('linear-split', 3); assert not {'torch', 'matplotlib'} & set(sys.modules)"  # fmt: skip
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_most_of_the_later_subjects_need_no_torch():
    code = """if True:
        import sys
        from ailiteracy import check
        for subject in ("neurons", "games", "reward", "language", "transformers"):
            for name in check.exercises(subject):
                assert not check.check(name, len)
        assert not {"torch", "matplotlib"} & set(sys.modules)"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True, capture_output=True)


CASES = {
    "a name with a slip": (
        lambda: check.exercise("tensors-face-mean"),
        ValueError, ["`name`", "Did you mean 'tensors-face-means'?"],
    ),
    "no such name": (lambda: check.check("zzz", 1), ValueError, ["`name`", "'zzz'", "exercises() lists them"]),
    "a name of another type": (lambda: check.check(3, 1), TypeError, ["`name`", "got 3", "tensors-face-means"]),
    "no such subject": (lambda: check.exercises("tensor"), ValueError, ["`subject`", "Did you mean 'tensors'?"]),
    "a subject of another type": (lambda: check.exercises(1), TypeError, ["`subject`", "got 1"]),
    "no time": (lambda: check.check("tensors-cube", int, seconds=0), ValueError, ["`seconds`", "> 0", "got 0"]),
    "time as a text": (
        lambda: check.check("tensors-cube", int, seconds="1"),
        TypeError, ["`seconds`", "finite number"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_bad_input(case):
    call, kind, fragments = CASES[case]
    with pytest.raises(kind) as caught:
        call()
    assert [part for part in fragments if part not in str(caught.value)] == [], str(caught.value)
