"""Spam or not: a small GPT pretrained here and fine-tuned, beside TF-IDF with logistic regression.

How to run::

    python benchmarks/nlp_spam.py SMSSpamCollection.tsv --seeds 0 1 2

The messages are split 70/10/20 with both classes in proportion; the last part is the test, unbalanced as it comes, and
is read once. Copies of a message are taken out first: the collection holds many, and a copy of a training message in
the test would be no test. Byte pairs and the language model are learned from the training part only. The fine-tuned
models start from the same weights, except for "all, not pretrained".
"""

import argparse
import csv
import pathlib
import time

import numpy as np
import torch
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from ailiteracy.nlp import GPT, BytePairTokenizer, GPTConfig, finetune_classifier, pretrain
from ailiteracy.training import class_accuracy, confusion_matrix, precision_recall_f1, stratified_split


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row[0] in ("ham", "spam")]
    first = {text: label for label, text in reversed(rows)}  # each message once
    return list(first), np.array([int(label == "spam") for label in first.values()])


def report(name, labels, said, seconds):
    spam = precision_recall_f1(labels, said, n_classes=2, average="binary")
    balanced = float(np.mean(class_accuracy(confusion_matrix(labels, said, n_classes=2))))
    right = float(np.mean(labels == said))
    print(
        f"{name:26} accuracy {right:.4f}, balanced {balanced:.4f}, spam: precision {spam.precision:.3f}, recall "
        f"{spam.recall:.3f}, F1 {spam.f1:.3f} ({seconds:.0f} s)",
        flush=True,
    )
    return right, balanced, spam.f1


def one_seed(texts, labels, options, seed):
    train, validation, test = stratified_split(labels, (0.7, 0.1, 0.2), rng=seed)
    known = np.concatenate([train, validation])  # the fine-tuning takes its own tenth of these to choose the epoch
    own, own_labels = [texts[k] for k in known], labels[known]
    asked, truth = [texts[k] for k in test], labels[test]
    print(f"seed {seed}: {len(own)} messages to learn from, {len(test)} in the test ({truth.mean():.1%} spam)")
    scores = {}
    began = time.process_time()
    words = TfidfVectorizer(sublinear_tf=True)
    baseline = LogisticRegression(C=10, class_weight="balanced", max_iter=1000)
    baseline.fit(words.fit_transform(own), own_labels)
    said = baseline.predict(words.transform(asked))
    scores["TF-IDF"] = report("TF-IDF, logistic regression", truth, said, time.process_time() - began)
    began = time.process_time()
    stream = "\n".join(own)
    tokenizer = BytePairTokenizer.train(stream, options.vocabulary)
    config = GPTConfig(tokenizer.vocab_size, 128, options.width, 4, options.layers, dropout=0.1)
    language = pretrain(
        stream, tokenizer=tokenizer, model=config, steps=options.steps, looks=4, held_out=0.05, seed=seed, device="cpu"
    )
    print(f"{language} ({time.process_time() - began:.0f} s)", flush=True)
    starts = [(name, language.model) for name in ("head", "last block", "lora", "all")]
    for layers, start in [*starts, ("all, not pretrained", GPT(config, seed=seed))]:
        began = time.process_time()
        tuned = finetune_classifier(
            start, tokenizer, own, own_labels, layers=layers.split(",")[0], epochs=options.epochs, seed=seed,
            device="cpu",
        )  # fmt: skip
        said = tuned.predict(asked).astype(int)
        name = f"{layers} ({tuned.n_trained:,})"
        scores[layers] = report(name, truth, said, time.process_time() - began)
    return scores


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--vocabulary", type=int, default=1024)
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--epochs", type=int, default=8)
    options = parser.parse_args()
    torch.set_num_threads(1)
    texts, labels = read(options.file)
    print(f"{len(texts)} different messages, {labels.mean():.1%} spam")
    runs = [one_seed(texts, labels, options, seed) for seed in options.seeds]
    for name in runs[0]:
        means = np.mean([run[name] for run in runs], axis=0)
        print(f"mean of {len(runs)}: {name:20} accuracy {means[0]:.4f}, balanced {means[1]:.4f}, F1 {means[2]:.3f}")


if __name__ == "__main__":
    main()
