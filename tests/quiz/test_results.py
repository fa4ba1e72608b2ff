"""Files with answers: written and read back, judged anew, and broken in every way."""

import contextlib
import json
import os
import threading

import pytest

from ailiteracy import __version__
from ailiteracy.quiz import GradedFile, grade_file, results
from ailiteracy.quiz.results import keep, note, progress_file, read_progress, write_results

RIGHT = {"answer": "4, 4, 2", "right": True, "tries": 1, "first_try": True}


def export(tmp_path, answers, **more):
    path = tmp_path / "ada.json"
    content = {"format": "ailiteracy-quiz", "version": 1, "answers": answers, **more}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_two_sessions_at_once_lose_no_answer_and_what_is_unknown_stays(monkeypatch):
    write_results(progress_file(), {"of-a-later-version": RIGHT})
    reading = threading.Barrier(2)
    read = results._kept

    def slowly():
        answers = read()
        with contextlib.suppress(threading.BrokenBarrierError):
            reading.wait(0.5)  # without a lock both would have read before one writes
        return answers

    sessions = [threading.Thread(target=keep, args=({name: RIGHT},)) for name in ("tensors-chunk", "tensors-matmul")]
    with monkeypatch.context() as patched:
        patched.setattr(results, "_kept", slowly)
        for session in sessions:
            session.start()
        for session in sessions:
            session.join()
    assert set(read_progress()) == {"tensors-chunk", "tensors-matmul"}
    assert "of-a-later-version" in progress_file().read_text(encoding="utf-8")


def test_a_name_stays_on_its_line(tmp_path):
    path = export(tmp_path, {"tensors-matmul": {"answer": "32"}}, learner="Ada\x1b[31m\nBob: 9 right", done=["a\nb"])
    judged = grade_file(path)
    assert judged.learner == "Ada [31m Bob: 9 right"
    assert judged.ticked == ["a b"]


def test_round_trip(tmp_path):
    answers = {}
    note(answers, "tensors-chunk", "4, 3, 3", right=False)
    note(answers, "tensors-chunk", "4, 4, 2", right=True)
    note(answers, "tensors-matmul", "32", right=True)
    assert answers["tensors-chunk"] == {"answer": "4, 4, 2", "right": True, "tries": 2, "first_try": False}
    assert answers["tensors-matmul"]["first_try"]
    write_results(tmp_path / "new" / "ada.json", answers, learner="Ada 王")
    judged = grade_file(tmp_path / "new" / "ada.json")
    assert isinstance(judged, GradedFile)
    assert (judged.learner, judged.right, judged.first_tries) == ("Ada 王", dict.fromkeys(answers, True), 1)
    assert str(judged) == "Ada 王: 2 right of 2 answered, 1 at the first try as the file says."
    content = json.loads((tmp_path / "new" / "ada.json").read_text(encoding="utf-8"))
    assert list(content) == ["format", "version", "package", "learner", "answers"]
    assert content["package"] == __version__


def test_progress_is_kept_where_it_can_be_read_again():
    assert read_progress() == {}
    write_results(progress_file(), {"tensors-chunk": RIGHT})
    assert read_progress() == {"tensors-chunk": RIGHT}


def test_what_a_file_claims_is_not_believed(tmp_path):
    claims = {
        "tensors-chunk": {"answer": "4, 3, 3", "right": True, "first_try": True},
        "tensors-matmul": {"answer": 32, "right": False},
        "tensors-dim": {"answer": "an option that is not there", "right": True},
        "tensors-rank": {"answer": 7, "right": True},
        "tensors-share": {"answer": {"a": 1}, "right": True},
    }
    judged = grade_file(export(tmp_path, claims))
    assert [name for name, right in judged.right.items() if right] == ["tensors-matmul"]
    assert judged.first_tries == 0


def test_code_of_a_file_is_shown_and_never_run(tmp_path):
    trace = tmp_path / "was_run"
    code = f"(open({str(trace)!r}, 'w').close() or 2 * x)"
    judged = grade_file(export(tmp_path, {"basics-descent-code": {"answer": [code, "-"], "right": True}}))
    assert judged.right == {"basics-descent-code": False}
    assert judged.to_read == {"basics-descent-code": [code, "-"]}
    assert "Code to read by eye: basics-descent-code." in str(judged)
    assert not trace.exists()


def test_ticked_exercises_are_a_claim(tmp_path):
    path = export(tmp_path, {"tensors-chunk": RIGHT}, done=["tensors-face-means", "data-split", "tensors-face-means"])
    judged = grade_file(path)
    assert judged.ticked == ["tensors-face-means", "data-split"]
    assert judged.n_right == len(judged.right) == 1, "a tick is no answer"
    assert str(judged).endswith("at the first try as the file says. Ticked 2 exercises.")
    assert str(grade_file(export(tmp_path, {}, done=["data-split"]))).endswith("Ticked 1 exercise.")


@pytest.mark.parametrize("done", [None, 3, "data-split", {"data-split": True}, [], [1, None, ["data-split"], {"a": 1}]])
def test_broken_ticks_are_left_out(tmp_path, done):
    judged = grade_file(export(tmp_path, {"tensors-chunk": RIGHT}, done=done))
    assert (judged.ticked, judged.n_right) == ([], 1)
    assert "Ticked" not in str(judged)
    assert grade_file(export(tmp_path, {}, done=["x" * 1000])).ticked == ["x" * 60]


def test_unknown_names(tmp_path):
    old = {f"old-{i}": RIGHT for i in range(7)}
    judged = grade_file(export(tmp_path, {"tensors-chunk": RIGHT, **old}, learner=None))
    assert len(judged.unknown) == 7
    assert judged.n_right == len(judged.right) == 1
    assert str(judged).startswith("No name: 1 right of 1 answered")
    assert "Not in this bank: old-0, old-1, old-2, old-3, old-4 ..." in str(judged)


@pytest.mark.parametrize(("content", "part"), [
    (b"", "which is no JSON"),
    (b"{", "which is no JSON"),
    (b"\xff\xfe{", "which is no JSON"),
    (b"[" * 100_000, "which is no JSON"),
    (b"[]", "JSON of another kind"),
    (b"null", "JSON of another kind"),
    (b'{"answers": {}}', "JSON of another kind"),
    (b'{"format": "ailiteracy-quiz", "version": 2, "answers": {}}', "version 2"),
    (b'{"format": "ailiteracy-quiz", "version": 1}', "without answers"),
    (b'{"format": "ailiteracy-quiz", "version": 1, "answers": [1]}', "without answers"),
    (b" " * 5_000_001, "5,000,001 bytes"),
])  # fmt: skip
def test_other_files_are_refused(tmp_path, content, part):
    path = tmp_path / "ada.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="`path` must be a file with quiz answers") as caught:
        grade_file(path)
    assert part in str(caught.value)


def test_what_is_no_file_is_refused(tmp_path):
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(ValueError, match=r"`path` must be a file with quiz answers.*a folder: folder\.json"):
        grade_file(tmp_path / "folder.json")
    with pytest.raises(ValueError, match=r"`path` must be a file with quiz answers.*too long"):
        grade_file(tmp_path / ("x" * 4000))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_does_not_keep_the_reader_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe.json")
    with pytest.raises(ValueError, match=r"a device or a pipe: pipe\.json"):
        grade_file(tmp_path / "pipe.json")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no file with quiz answers at .*missing\.json"):
        grade_file(tmp_path / "missing.json")
    with pytest.raises(TypeError, match="`path`"):
        grade_file(3)


def test_a_mark_of_some_editors_is_no_harm(tmp_path):
    path = export(tmp_path, {"tensors-chunk": RIGHT})
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert grade_file(path).n_right == 1


def test_progress_edited_by_hand_is_mended():
    entries = {
        "tensors-chunk": {"answer": 7, "right": "yes", "tries": "x", "first_try": 1},
        "tensors-dim": {"answer": "(3,)", "tries": -4},
        "tensors-matmul": 3,
        "gone": RIGHT,
    }
    write_results(progress_file(), entries)
    plain = {"right": False, "tries": 1, "first_try": False}
    assert read_progress() == {"tensors-chunk": {"answer": 7, **plain}, "tensors-dim": {"answer": "(3,)", **plain}}


def test_unreadable_progress_is_put_aside(caplog):
    progress_file().write_text("{", encoding="utf-8")
    assert read_progress() == {}
    assert "put aside as" in caplog.text
    assert progress_file().with_name("quiz-unreadable.json").read_text(encoding="utf-8") == "{"
    assert not progress_file().exists()
