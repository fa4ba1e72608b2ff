"""The roofline: its formulas by hand, its bounds in time, its shape on this machine."""

import numpy as np
import pytest

from ailiteracy.basics import RooflineResult, matrix_roofline

MADE_UP = RooflineResult("cpu", [12, 96], ["float32", "float64"], np.array([[5.0, 40.0], [3.0, np.nan]]), 10.0, 0.8)


def test_formulas_by_hand():
    # 2 * 12^3 operations on 3 * 12^2 numbers: 8 for each number; 2 a byte of float32, 1 a byte of float64.
    assert MADE_UP.intensity("float32").tolist() == [2.0, 16.0]
    assert MADE_UP.intensity("float64").tolist() == [1.0, 8.0]
    assert MADE_UP.peak("float32") == 40
    assert MADE_UP.peak("float64") == 3  # what was not measured does not count
    assert MADE_UP.ridge("float32") == 4
    assert "float32 40, float64 3. A copy moves 10 GB/s, so float32 needs 4 operations a byte" in str(MADE_UP)


def test_measured():
    result = matrix_roofline([8, 64, 256], dtypes=["float32"], device="cpu", seconds=0.4, megabytes=16)
    assert result.gflops.shape == (1, 3)
    assert (result.gflops > 0).all()
    assert result.gflops[0, 2] > result.gflops[0, 0]  # calling is most of the time of a product of 8 x 8
    assert result.bandwidth > 0
    # A sum of two arrays moves 12 bytes for each operation: it cannot come near the product.
    assert result.sum_gflops < result.peak("float32")


def test_sizes_that_would_take_too_long_are_left_out():
    result = matrix_roofline([64, 16000], dtypes=["float64"], device="cpu", seconds=0.2, megabytes=1)
    assert result.gflops[0, 0] > 0
    assert np.isnan(result.gflops[0, 1])
    assert result.plot()


def test_figure():
    (axes,) = MADE_UP.plot().axes
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["float32", "float64", "sum of two arrays"]
    roof = axes.get_lines()[0].get_ydata()
    assert roof.max() == 40
    np.testing.assert_allclose(roof[0], 10 * 10**-1.5)  # bandwidth times operations a byte
    assert "<img" in MADE_UP._repr_html_()


CASES = {
    "size below 1": (lambda: matrix_roofline([-4]), ValueError, ["`sizes`", "from 1 to 32768", "got -4"]),
    "size of a float": (lambda: matrix_roofline([64.0]), TypeError, ["`sizes`", "got 64.0"]),
    "sizes as a number": (lambda: matrix_roofline(64), TypeError, ["`sizes`", "[64, 128, 256]"]),
    "sizes that fall": (lambda: matrix_roofline([64, 32]), ValueError, ["`sizes`", "rising"]),
    "unknown type": (lambda: matrix_roofline(dtypes=["float23"]), ValueError, ["`dtypes`", "Did you mean 'float32'?"]),
    "types as a text": (lambda: matrix_roofline(dtypes="float32"), TypeError, ["`dtypes`", "['float32']"]),
    "no types": (lambda: matrix_roofline(dtypes=[]), TypeError, ["`dtypes`", "got []"]),
    "unknown device": (lambda: matrix_roofline(device="gpu"), ValueError, ["`device`", "got 'gpu'"]),
    "a device that computes nothing": (lambda: matrix_roofline(device="meta"), ValueError, ["got 'meta'"]),
    "no time": (lambda: matrix_roofline(seconds=0), ValueError, ["`seconds`", "> 0", "got 0"]),
    "no array": (lambda: matrix_roofline(megabytes=0), ValueError, ["`megabytes`", "from 1"]),
    "type not measured": (lambda: MADE_UP.peak("float16"), ValueError, ["`dtype`", "'float32', 'float64'"]),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_input(name):
    call, error, fragments = CASES[name]
    with pytest.raises(error) as caught:
        call()
    for fragment in fragments:
        assert fragment in str(caught.value)


def test_too_little_memory(monkeypatch):
    import psutil

    monkeypatch.setattr(psutil, "virtual_memory", lambda: type("Memory", (), {"available": 1_000_000})())
    with pytest.raises(ValueError, match=r"`sizes` must be small enough for 1.0 MB of free memory.*Lower"):
        matrix_roofline([8], device="cpu")
