"""A * B + C timed in several ways: every way is right, the times have their places, the crossing is the true one."""

import subprocess
import sys

import numpy as np
import pytest

from ailiteracy.basics import ProcessesResult, compare_processes
from ailiteracy.basics.processes import WAYS


def test_every_way_gives_the_same_matrix():
    A, B, C = np.random.default_rng(0).integers(0, 100, (3, 7, 7)).tolist()
    expected = (np.array(A) @ np.array(B) + np.array(C)).tolist()
    for name, way in WAYS.items():
        assert way(A, B, C, 2) == expected, name


def test_a_way_that_was_too_slow_at_every_size_is_not_told_of():
    text = str(compare_processes((128,), ways=("processes by element",), runs=1))
    assert "by element" not in text
    assert text.endswith("s): no other way was measured.")


def test_timing_with_processes():
    result = compare_processes((2, 80), runs=2, rng=1)
    assert result.ways == list(WAYS)
    assert result.seconds.shape == (5, 2, 2)
    by_element = result.ways.index("processes by element")
    assert np.isnan(result.seconds[by_element, 1]).all()  # 6,400 tasks are left out
    others = np.delete(result.seconds, by_element, axis=0)
    assert (others > 0).all()
    assert result.startup_seconds > 0
    # Sending a task takes far longer than two rows times two columns; this holds on every machine.
    assert result.fastest("processes by row")[0] > result.fastest("one process")[0]
    assert "at 2 rows" in str(result)
    assert "starting them took" in str(result)


WORKER = "worker = multiprocessing.get_context('spawn').Process(target=abs, args=(1,)); worker.start(); worker.join()"


@pytest.mark.parametrize(("guard", "code"), [("if __name__ == '__main__': ", 0), ("", 1)])
def test_a_spawned_process_begins_with_the_whole_script(tmp_path, guard, code):
    script = tmp_path / "script.py"
    script.write_text(f"import multiprocessing\n{guard}{WORKER}; raise SystemExit(worker.exitcode)\n")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert ("freeze_support" in done.stderr) == (code == 1)  # without a guard the worker starts a worker, and so on


def made_up(rows, one=(1.0, 8.0, 64.0)):
    seconds = np.array([one, rows])[:, :, None].repeat(3, axis=2)
    return ProcessesResult([10, 20, 40], ["one process", "processes by row"], seconds, 30.0, 2)


def test_crossing():
    assert made_up([2.0, 7.0, 33.0]).crossing("processes by row") == 20
    assert made_up([2.0, 7.0, 33.0]).crossing("processes by row", startup=True) == 40
    assert made_up([0.5, 9.0, 33.0]).crossing("processes by row") == 40  # one lucky win below does not count
    assert made_up([0.5, 7.0, 33.0]).crossing("processes by row") == 10
    assert made_up([0.5, 7.0, 65.0]).crossing("processes by row") is None
    assert "win at none of these sizes" in str(made_up([2.0, 9.0, 65.0]))
    assert "win from 20 rows on" in str(made_up([2.0, 7.0, 33.0]))


def test_fastest_of_the_runs():
    result = made_up([2.0, 7.0, 33.0])
    result.seconds[1, 0] = [2.0, 100.0, 1.5]
    assert result.fastest("processes by row").tolist() == [1.5, 7.0, 33.0]


def test_figure():
    result = compare_processes([2, 4], ways=["threads", "numpy"], runs=1)
    assert result.ways == ["one process", "threads", "numpy"]
    assert np.isnan(result.startup_seconds)
    (axes,) = result.plot().axes
    assert [line.get_label() for line in axes.get_lines()] == result.ways
    assert [line.get_label() for line in made_up([2.0, 7.0, 33.0]).plot().axes[0].get_lines()][
        -1
    ] == "starting processes"
    assert "<img" in result._repr_html_()


CASES = {
    "size below 1": (lambda: compare_processes([-2]), ValueError, ["`sizes`", "from 1", "got -2"]),
    "sizes as a number": (lambda: compare_processes(8), TypeError, ["`sizes`", "got 8", "[16, 32, 64]"]),
    "no sizes": (lambda: compare_processes([]), TypeError, ["`sizes`", "got []"]),
    "falling sizes": (lambda: compare_processes([4, 2]), ValueError, ["`sizes`", "rising"]),
    "unknown way": (lambda: compare_processes([2], ways=["thread"]), ValueError, ["`ways`", "Did you mean 'threads'?"]),
    "ways as a text": (lambda: compare_processes([2], ways="threads"), TypeError, ["`ways`", "list of names"]),
    "one job": (lambda: compare_processes([2], n_jobs=1), ValueError, ["`n_jobs`", "from 2"]),
    "no runs": (lambda: compare_processes([2], runs=0), ValueError, ["`runs`", "from 1"]),
    "way not measured": (lambda: made_up([2.0, 7.0, 33.0]).fastest("numpy"), ValueError, ["`way`", "processes by row"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_bad_input(name):
    call, error, fragments = CASES[name]
    with pytest.raises(error) as caught:
        call()
    for fragment in fragments:
        assert fragment in str(caught.value)
