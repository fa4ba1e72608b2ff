import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from ailiteracy.training import Batches, History, TrainingResult, fit


@pytest.fixture(scope="module")
def result():
    generator = torch.Generator().manual_seed(0)
    y = torch.arange(60) % 2
    x = torch.randn(60, 2, generator=generator) + 4.0 * y[:, None]
    model = nn.Linear(2, 3)
    batches = Batches(x, y, batch_size=16)
    names = ("no", "yes", "never")
    return fit(model, batches, list(batches), test=list(batches), epochs=40, classes=names, device="cpu")


def test_history_columns():
    history = History.from_rows([{"train_loss": 2.0, "seconds": 0.5}, {"train_loss": 1.5, "seconds": 0.25}])
    assert history.train_loss.tolist() == [2.0, 1.5]
    assert np.isnan(history.validation_loss).all()
    assert history.columns()["validation_loss"] == [None, None]
    assert len(history) == 2
    assert str(history) == "History of 2 epochs; in the last one train loss 1.5, seconds 0.25."
    assert str(History.from_rows([])) == "History of 0 epochs."


def test_paragraph_names_the_class_without_samples(result):
    assert math.isnan(result.class_accuracy[2])
    assert "no test sample of 'never'" in str(result)
    assert f"Test accuracy {result.test_accuracy:.2%} on 60 samples" in str(result)


def test_predict_agrees_with_the_confusion(result):
    x = torch.tensor([[0.0, 0.0], [4.0, 4.0]])
    assert result.predict(x).tolist() == result.model(x).argmax(dim=1).tolist()
    assert result.predict(x.numpy()).dtype == np.int64


def test_predict_after_regression_returns_the_outputs():
    x = torch.rand(4, 1)
    trained = fit(nn.Linear(1, 1), [(x, x)], loss=F.mse_loss, epochs=1, device="cpu")
    assert trained.predict(x).shape == (4, 1)
    assert trained.test_accuracy is None
    assert trained.confusion is None


def test_figure(result):
    figure = result.plot()
    assert [ax.get_title() for ax in figure.axes][:2] == ["Loss", "Accuracy"]
    kept = figure.axes[0].lines[-1].get_xdata()
    assert set(kept) == {result.best_epoch}
    shown = [text.get_text() for text in figure.axes[2].texts]
    mistakes = result.confusion[~np.eye(3, dtype=bool)]
    assert sorted(map(int, shown)) == sorted(mistakes[mistakes > 0])
    assert result._repr_html_().startswith("<p")


def test_frozen(result):
    with pytest.raises(AttributeError):
        result.seconds = 1.0
    assert isinstance(result, TrainingResult)
