"""The report on this machine says what torch says."""

import os

import pytest
import torch

from ailiteracy.basics import device_report
from ailiteracy.basics.compute import DTYPES, can_multiply


def test_report():
    report = device_report()
    assert report.n_cores == len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else report.n_cores >= 1
    assert report.n_threads == torch.get_num_threads()
    assert report.memory_bytes > 2**28
    assert report.processor
    assert {"float32", "float64"} <= set(report.dtypes["cpu"])
    assert len(report.dtypes) == 1 + (torch.accelerator.device_count() if torch.accelerator.is_available() else 0)
    text = str(report)
    assert report.processor in text
    assert "cpu multiplies matrices of float64, float32" in text


def test_types_are_tried():
    assert set(device_report().dtypes["cpu"]) <= set(DTYPES)
    assert can_multiply("cpu", "float32")
    assert not can_multiply("cpu", "bool")  # torch has the type, and no product of its matrices
    assert not can_multiply("meta", "float32")  # a device without numbers


@pytest.mark.gpu
def test_accelerator(device):
    report = device_report()
    assert report.chosen.startswith(device)
    assert "float32" in report.dtypes[f"{device}:0"]
    assert ("float64" in report.dtypes[f"{device}:0"]) == (device != "mps")


def test_gil_is_told(monkeypatch):
    monkeypatch.setattr("sys._is_gil_enabled", lambda: False, raising=False)
    assert not device_report().has_gil
    assert "Threads run Python at the same time." in str(device_report())
    monkeypatch.setattr("sys._is_gil_enabled", lambda: True, raising=False)
    assert "One thread at a time runs Python" in str(device_report())
