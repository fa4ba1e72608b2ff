"""Functions with tuples built in: one entry by hand, and their machine code is found again."""

import os
import subprocess
import sys

import numpy as np
import pytest

fast = pytest.importorskip("ailiteracy.games._fastvalues")

# All kinds of functions that are made for a set of tuples.
MAKE_ALL = """
from ailiteracy.games._fastvalues import fetch_function, learn_function, value_function
tuples = ((0, 1, 4), (2, 6))
for step in (1.0, 0.5):
    value_function(tuples, step), fetch_function(tuples, step)
for coherent in (False, True):
    learn_function(tuples, coherent=coherent)
"""


def test_an_entry_by_hand():
    # Cells 0, 4 and 1 hold the ranks 1, 2 and 3: 1 + 2 * 16 + 3 * 256.
    board = np.uint64(1 << 4 * 0 | 2 << 4 * 4 | 3 << 4 * 1)
    assert fast.entry_function(((5,), (0, 4, 1)))(board, 1) == 16 + 1 + 2 * 16 + 3 * 256


def test_a_second_process_compiles_nothing(tmp_path):
    def kept():
        environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
        done = subprocess.run([sys.executable, "-c", MAKE_ALL], env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return {path.relative_to(tmp_path): path.stat().st_mtime_ns for path in tmp_path.rglob("*.nbc")}

    first = kept()
    assert any("learn" in path.name for path in first)
    assert kept() == first
