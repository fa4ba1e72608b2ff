import math

import numpy as np

from ailiteracy.training import History


def test_history_columns():
    history = History.from_rows([{"train_loss": 2.0, "seconds": 0.5}, {"train_loss": 1.5, "seconds": 0.25}])
    assert history.train_loss.tolist() == [2.0, 1.5]
    assert np.isnan(history.validation_loss).all()
    assert history.columns()["validation_loss"] == [None, None]
    assert len(history) == 2
    assert str(history) == "History of 2 epochs; in the last one train loss 1.5, seconds 0.25."
    endless = History.from_rows([{"validation_loss": math.inf}])
    assert endless.columns()["validation_loss"] == [None]  # JSON has no infinity
    assert str(endless) == "History of 1 epochs; in the last one validation loss inf."
    assert str(History.from_rows([])) == "History of 0 epochs."
