"""Fine-tuning for classes: a model that learned to write learns to sort, from far fewer texts.

The idea: the vector of the last token has seen the whole text, so a small matrix on top of it can tell the classes
apart. The last *real* token: shorter texts of a batch are filled up, and what fills them says nothing. The rarer class
comes as often as the others in training, and in training only: the test must look like the world.

Left out: several labels for one text.
Next: instructions.py, which teaches a model to answer.
"""

from __future__ import annotations

import copy
import dataclasses
import numbers
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import torch
from torch import nn

from .._support.chance import torch_seed
from .._support.checks import check_choice, check_flag, check_integer, check_number, check_seed, message
from .._support.figures import result_html
from ..training import TrainingResult, fit, stratified_split, warmup_cosine
from ..training.evaluation import keep_modes
from ._text_batches import TextBatches, text_batch
from .data import pad_batch
from .gpt import GPT
from .lora import LoraLinear, add_lora, merge_lora

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from matplotlib.figure import Figure

    from .pieces import Tokenizer

__all__ = ["ClassifierTuning", "TextClassifier", "finetune_classifier"]

LAYERS = ("head", "last block", "lora", "all")


class TextClassifier(nn.Module):
    """A GPT whose last matrix, one score for each token, gives way to one score for each class.

    Parameters
    ----------
    body : GPT
        What reads the text; its own last matrix is not used.
    n_classes : int
        Classes to tell apart.

    Examples
    --------
    >>> from ailiteracy.nlp import GPTConfig
    >>> body = GPT(GPTConfig(vocab_size=10, context_length=8, width=4, n_heads=2, n_layers=1), seed=0)
    >>> TextClassifier(body, 2)(torch.tensor([[1, 2, 0]]), torch.tensor([1])).shape
    torch.Size([1, 2])
    """

    def __init__(self, body: GPT, n_classes: int) -> None:
        super().__init__()
        self.body = body
        self.classes = nn.Linear(body.config.width, check_integer("n_classes", n_classes, low=2))

    def forward(self, ids: torch.Tensor, last: torch.Tensor) -> torch.Tensor:
        """Return logits (B, n_classes) for ids (B, T), filled up on the right; `last` (B,) are the last real places."""
        vectors = self.body.features(ids)  # (B, T, width)
        chosen = vectors[torch.arange(len(ids), device=ids.device), last]  # (B, width); never a padding token
        return self.classes(chosen)  # type: ignore[no-any-return]


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class ClassifierTuning:
    """A classifier of texts and how it was trained.

    Parameters
    ----------
    model : TextClassifier
        With the weights that did best on the held-out part.
    tokenizer : Tokenizer
        Text to ids.
    classes : tuple of str
        Names of the classes.
    max_length : int
        Longer texts lose their end, as in training.
    layers : str
        What was trained.
    n_trained : int
        How many numbers that are.
    training : TrainingResult
        The record of the loop; ``training.save(folder)`` writes the weights.
    """

    model: TextClassifier
    tokenizer: Tokenizer
    classes: tuple[str, ...]
    max_length: int
    layers: str
    n_trained: int
    training: TrainingResult

    def probabilities(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """Return the probability of each class for each text, shape (n, n_classes)."""
        rows = _encode(texts, self.tokenizer, self.model.body, self.max_length)
        order = sorted(range(len(rows)), key=lambda k: len(rows[k]))  # alike lengths together: less padding
        found = np.empty((len(rows), len(self.classes)))
        device = self.model.classes.weight.device
        with torch.inference_mode(), keep_modes(self.model):
            self.model.eval()
            for start in range(0, len(rows), 64):
                chosen = order[start : start + 64]
                batch = pad_batch([rows[k] for k in chosen], 0)
                logits = self.model(batch.ids.to(device), batch.last.to(device))
                found[chosen] = logits.softmax(dim=-1).cpu().numpy()
        return found

    def predict(self, texts: Sequence[str]) -> npt.NDArray[np.str_]:
        """Return the likeliest class of each text, by name."""
        said: npt.NDArray[np.str_] = np.array(self.classes)[self.probabilities(texts).argmax(axis=1)]
        return said

    def __repr__(self) -> str:
        history, best = self.training.history, self.training.best_epoch
        held_out = f"; on held-out texts {history.validation_accuracy[best - 1]:.1%} right" if best else ""
        return (
            f"A classifier of texts ({', '.join(self.classes)}): {self.n_trained:,} of its "
            f"{sum(weight.numel() for weight in self.model.parameters()):,} weights trained ({self.layers}) "
            f"for {len(history)} epochs in {self.training.seconds:.0f} s{held_out}."
        )

    def plot(self) -> Figure:
        """Return a figure of loss and accuracy over the epochs."""
        return self.training.plot()

    def _repr_html_(self) -> str:
        return result_html(self)


def finetune_classifier(
    model: GPT,
    tokenizer: Tokenizer,
    texts: Sequence[str],
    labels: Sequence[Any],
    *,
    layers: Literal["head", "last block", "lora", "all"] = "all",
    held_out: float = 0.1,
    balance: bool = True,
    epochs: int = 5,
    batch_size: int = 16,
    learning_rate: float | None = None,
    max_length: int | None = None,
    device: Any = "auto",
    seed: int = 0,
    progress: bool = True,
) -> ClassifierTuning:
    """Return a classifier made from a language model and texts with labels.

    Parameters
    ----------
    model : GPT
        A pretrained one; a copy of it is trained.
    tokenizer : Tokenizer
        The one it was pretrained with.
    texts : sequence of str
        None of them may be a test text.
    labels : sequence of str or int
        The class of each text.
    layers : {"head", "last block", "lora", "all"}, default "all"
        What is trained: the new matrix alone; that, the last block and the last normalisation; that and adapters of
        rank 8 in every block (see `add_lora`); or everything.
    held_out : float, default 0.1
        Share of each class on which the best epoch is chosen.
    balance : bool, default True
        Whether an epoch takes as many texts of each class as the rarest has, drawn anew each time. The held-out part
        stays as it is.
    epochs : int, default 5
        Passes.
    batch_size : int, default 16
        Texts in a batch.
    learning_rate : float, optional
        Highest rate of AdamW; it falls along a cosine. By default 0.01 for the head alone, else 0.001.
    max_length : int, optional
        Longer texts lose their end; by default the model's window.
    device : str or torch.device, default "auto"
        Where to compute.
    seed : int, default 0
        For the new matrix, the split and the order.
    progress : bool, default True
        Whether to draw a bar when a terminal listens.

    Returns
    -------
    ClassifierTuning
        Has ``predict(texts)`` and ``probabilities(texts)``.

    Raises
    ------
    TypeError, ValueError
        When an argument does not fit, a text has no tokens or no label, or there is only one class.

    Examples
    --------
    >>> from ailiteracy.nlp import CharacterTokenizer, GPTConfig
    >>> model = GPT(GPTConfig(vocab_size=3, context_length=8, width=8, n_heads=2, n_layers=1, dropout=0.0), seed=0)
    >>> texts, labels = ["aab", "aaab", "ab", "aaac", "aac", "ac"] * 10, ["b", "b", "b", "c", "c", "c"] * 10
    >>> tuned = finetune_classifier(model, CharacterTokenizer(["a", "b", "c"]), texts, labels, progress=False)
    >>> tuned.predict(["aaaab", "aaaac"]).tolist()
    ['b', 'c']
    """
    if not isinstance(model, GPT):
        raise TypeError(message("model", "a GPT", model, "Train one with `pretrain`."))
    check_choice("layers", layers, LAYERS)
    check_flag("balance", balance)
    seed = check_seed(seed)
    check_number("held_out", held_out, above=0, high=0.5, remedy="0.1 is usual.")
    rate = (0.01 if layers == "head" else 0.001) if learning_rate is None else learning_rate
    check_number("learning_rate", rate, above=0)
    for name, value in (("epochs", epochs), ("batch_size", batch_size)):
        check_integer(name, value, low=1)
    window = model.config.context_length
    length = window if max_length is None else check_integer("max_length", max_length, low=1, high=window)
    rows = _encode(texts, tokenizer, model, length)
    classes, targets = _classes(labels, len(rows))
    learned, seen = stratified_split(targets, (1 - held_out, held_out), rng=seed)
    with torch_seed(seed):
        classifier = TextClassifier(copy.deepcopy(model), len(classes))
    train = TextBatches([rows[k] for k in learned], targets[learned], batch_size, balance, seed)
    check = [text_batch([rows[k] for k in part], targets[part]) for part in np.array_split(seen, -(-len(seen) // 64))]
    if layers == "lora":
        add_lora(classifier.body, seed=seed)
    classifier.requires_grad_(False)
    for weight in (free := _free(classifier, layers)):
        weight.requires_grad_(True)
    optimizer = torch.optim.AdamW(free, lr=rate, weight_decay=0.01)
    training = fit(
        classifier, train, check, optimizer=optimizer, schedule=warmup_cosine, epochs=epochs, clip_norm=1.0,
        classes=classes, device=device, seed=seed, progress=progress,
    )  # fmt: skip
    if layers == "lora":
        merge_lora(classifier.body)
    classifier.requires_grad_(True)
    n_free = sum(weight.numel() for weight in free)
    return ClassifierTuning(classifier, tokenizer, classes, length, layers, n_free, training)


def _free(model: TextClassifier, layers: str) -> list[nn.Parameter]:
    """Return the weights that are trained."""
    if layers == "all":
        unused = model.body.head.weight  # the scores of tokens, unless it is the token table too
        tied = unused is model.body.token_vectors.weight
        return [weight for weight in model.parameters() if tied or weight is not unused]
    parts: list[nn.Module] = [model.classes]
    if layers == "lora":
        parts += [adapter for adapter in model.modules() if isinstance(adapter, LoraLinear)]
        return [weight for part in parts for name, weight in part.named_parameters() if not name.startswith("linear.")]
    if layers == "last block":
        parts += [model.body.blocks[-1], model.body.norm]
    return [weight for part in parts for weight in part.parameters()]


def _encode(texts: Any, tokenizer: Any, model: GPT, max_length: int) -> list[list[int]]:
    """Return the ids of each text, cut to its length."""
    if isinstance(texts, str) or not hasattr(texts, "__len__") or not len(texts):
        raise TypeError(message("texts", "a list of texts, not empty", texts, "One text: [text]."))
    if not callable(getattr(tokenizer, "encode", None)) or not callable(getattr(tokenizer, "decode", None)):
        raise TypeError(
            message("tokenizer", "a tokenizer with encode and decode", tokenizer, "See CharacterTokenizer.")
        )
    rows = []
    for k, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(message(f"texts[{k}]", "a text (str)", text, "Pass strings."))
        ids = list(tokenizer.encode(text))[:max_length]
        if not ids:
            raise ValueError(message(f"texts[{k}]", "a text with at least one token", text, "Leave empty texts out."))
        rows.append(ids)
    highest = max(max(row) for row in rows)
    if highest >= model.config.vocab_size:
        expected = f"the one of the model, with ids below {model.config.vocab_size}"
        raise ValueError(message("tokenizer", expected, f"id {highest}", "Use the one it was pretrained with."))
    return rows


def _classes(labels: Any, n_texts: int) -> tuple[tuple[str, ...], npt.NDArray[np.int64]]:
    """Return the names of the classes and the number of each text's class."""
    if isinstance(labels, str) or not hasattr(labels, "__len__") or len(labels) != n_texts:
        got = len(labels) if hasattr(labels, "__len__") else labels
        raise ValueError(message("labels", f"one for each of {n_texts} texts", got, "Pass a list of classes."))
    for k, label in enumerate(labels):
        value = label.item() if hasattr(label, "item") and np.ndim(label) == 0 else label  # of numpy or torch
        if not isinstance(value, str | numbers.Real) or value != value:  # nan is no class: it differs from itself
            remedy = "Pass one for each text; leave out texts without one."
            raise ValueError(message(f"labels[{k}]", "the name or number of a class", label, remedy))
    names, places = np.unique(np.asarray(labels), return_inverse=True)
    if len(names) < 2:
        raise ValueError(message("labels", "of at least two classes", names.tolist(), "Add texts of another class."))
    return tuple(str(name) for name in names), places.astype(np.int64)
