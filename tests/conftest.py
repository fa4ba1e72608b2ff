"""Options, markers and fixtures shared by all tests."""

import os
import pathlib

import matplotlib as mpl
import pytest

mpl.use("agg")  # no test opens a window
os.environ.pop("AILITERACY_LANGUAGE", None)  # the tests read English

pytest_plugins = ["tiny_models"]  # fixtures that build small question-answering models

DEVICE = os.environ.get("AILITERACY_DEVICE", "cpu")
REQUIRED_DEVICE = os.environ.get("AILITERACY_REQUIRE_DEVICE")
REAL_DATA = pathlib.Path(os.environ.get("AILITERACY_REAL_DATA", "~/.cache/ailiteracy-real-data")).expanduser()


def pytest_addoption(parser):
    parser.addoption("--device", default=DEVICE, help="cpu, cuda or mps (default: AILITERACY_DEVICE or cpu)")
    parser.addoption("--slow", action="store_true", help="run the tests marked slow too")
    parser.addoption("--site", type=pathlib.Path, help="folder of the built website, for tests/site")
    parser.addoption("--network", action="store_true", help="run the tests marked network too")


def pytest_collection_modifyitems(config, items):
    for item in items:
        for name in ("slow", "network"):
            if item.get_closest_marker(name) and not config.getoption(name):
                item.add_marker(pytest.mark.skip(reason=f"marked {name}: run with --{name}"))
        if item.get_closest_marker("gpu") and config.getoption("device") == "cpu":
            item.add_marker(pytest.mark.skip(reason="marked gpu: run with --device cuda or --device mps"))
        if item.get_closest_marker("realdata") and not REAL_DATA.is_dir():
            item.add_marker(pytest.mark.skip(reason=f"no real data sets in {REAL_DATA}"))


def pytest_report_header(config):
    return f"device: {config.getoption('device')}; real data: {REAL_DATA if REAL_DATA.is_dir() else 'none'}"


@pytest.fixture
def device(request):
    """The device under test; skipped where it is missing, failed where AILITERACY_REQUIRE_DEVICE asks for it."""
    import torch

    name = request.config.getoption("device")
    accelerator = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
    if name != "cpu" and (accelerator is None or accelerator.type != name):
        (pytest.fail if name == REQUIRED_DEVICE else pytest.skip)(f"no {name} device on this machine")
    return name


@pytest.fixture
def real_data():
    """The folder of real data sets; use together with the marker realdata."""
    return REAL_DATA


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    """Each test has an empty cache folder of its own, and no hub to reach."""
    monkeypatch.setenv("AILITERACY_CACHE", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(autouse=True)
def close_figures():
    yield
    import matplotlib.pyplot as plt

    plt.close("all")
