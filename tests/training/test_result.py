import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from ailiteracy.training import Batches, History, TrainingResult, fit
from ailiteracy.training.result import make_result


@pytest.fixture(scope="module")
def result():
    generator = torch.Generator().manual_seed(0)
    y = torch.arange(60) % 2
    x = torch.randn(60, 2, generator=generator) + 4.0 * y[:, None]
    model = nn.Linear(2, 3)
    batches = Batches(x, y, batch_size=16)
    names = ("no", "yes", "never")
    return fit(model, batches, list(batches), test=list(batches), epochs=40, classes=names, device="cpu")


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


E2 = torch.eye(2).repeat(4, 1)
Y2 = torch.tensor([0, 1] * 4)


def judged(y, **arguments):
    test = [(E2.clone(), y)]
    return fit(nn.Linear(2, 2), [(E2, Y2)], test=test, epochs=2, device="cpu", progress=False, **arguments)


def test_ignored_samples_are_not_in_the_confusion():
    result = judged(torch.tensor([0, 1, 0, 1] + [-100] * 4))
    assert result.confusion.sum() == 4
    assert "on 4 samples" in str(result)


def margin(outputs, targets):
    """A loss that takes any class number."""
    return F.multi_margin_loss(outputs, targets.clamp(0, 1))


@pytest.mark.parametrize(("odd", "classes"), [(2, ("a", "b")), (-1, ("a", "b")), (-1, ())])
def test_a_class_that_is_not_known_loses_no_training(odd, classes):
    with pytest.warns(UserWarning, match=rf"`test` must be labelled with class numbers from 0 to 1, got {odd}\."):
        result = judged(torch.cat([Y2[:7], torch.tensor([odd])]), loss=margin, classes=classes)
    assert len(result.history) == 2
    assert result.confusion is None
    assert 0 <= result.test_accuracy < 1
    assert f"Test accuracy {result.test_accuracy:.2%}." in str(result)
    assert len(result.plot().axes) == 2


@pytest.mark.parametrize("test", [[], [(E2.clone(), Y2 + 1)], [(E2.clone(), Y2.float())]])
def test_a_test_that_fails_loses_no_training(test):
    with pytest.warns(UserWarning, match=r"the training is finished, its test failed: `(batches|targets)` must be"):
        result = fit(nn.Linear(2, 2), [(E2, Y2)], test=test, epochs=2, device="cpu")
    assert len(result.history) == 2
    assert result.test_accuracy is None


def test_too_few_names_are_told_before_the_first_step():
    model = nn.Linear(2, 3)
    before = model.weight.clone()
    with pytest.raises(
        ValueError, match=r"`classes` must be a name for each of the model's 3 outputs, got \('a', 'b'\)"
    ):
        fit(model, [(E2, Y2)], classes=("a", "b"), device="cpu")
    assert torch.equal(model.weight, before)


@pytest.mark.parametrize("classes", [np.unique(Y2.numpy()), [0, 1], torch.tensor([0, 1])])
def test_numbers_as_names(classes, tmp_path):
    result = judged(Y2, classes=classes)
    assert result.classes == ("0", "1")
    result.plot()
    result.save(tmp_path)


@pytest.mark.parametrize("classes", [3, None, "ab", {"a", "b"}])
def test_what_is_no_list_of_names(classes):
    with pytest.raises(TypeError, match="`classes` must be a list of names"):
        judged(Y2, classes=classes)


def test_prediction_of_named_inputs_and_of_several_outputs():
    class Sum(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(3, 2)

        def forward(self, first, second):
            said = self.layer(first + second)
            return {"logits": said, "sum": said.sum(1)}

    x = torch.randn(600, 3)
    result = TrainingResult(Sum(), History.from_rows([]), 0)
    said = result.predict({"first": x, "second": 2 * x})
    with torch.no_grad():
        expected = result.model.layer(3 * x).numpy()
    np.testing.assert_allclose(said["logits"], expected, atol=1e-5)
    np.testing.assert_allclose(said["sum"], expected.sum(1), atol=1e-5)


def test_the_test_loss_of_numbers_is_kept():
    x = torch.randn(20, 3)
    y = x.sum(1, keepdim=True)
    result = fit(nn.Linear(3, 1), [(x, y)], test=[(x.clone(), y)], loss=F.mse_loss, epochs=1, device="cpu")
    assert result.test_accuracy is None
    assert result.test_loss == pytest.approx(F.mse_loss(result.model(x), y).item(), rel=1e-5)
    assert f"Test loss {result.test_loss:.4g}." in str(result)


def test_an_interrupted_training_without_validation_does_not_name_an_epoch():
    rows = [{"train_loss": 1.0}]
    made = make_result(nn.Linear(1, 1), rows, 0, True, 1.0, (), None, None)
    assert "were kept" not in str(made)
    assert "were kept" in str(make_result(nn.Linear(1, 1), rows, 0, False, 1.0, (), None, None))
