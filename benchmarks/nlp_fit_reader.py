"""Fit the weights of the built-in reader and write src/ailiteracy/nlp/_reader_weights.json.

How to run, for each language (files in SQuAD layout)::

    python benchmarks/nlp_fit_reader.py english xquad_en_first_half.json --penalty 1 --folds 5 --write
    python benchmarks/nlp_fit_reader.py chinese cmrc2018_trial.json --longest-answer 30 --folds 5 --write

The reader is a log-linear model: p(c) = exp(w . x(c)) / sum over candidates. The fit maximises, over all questions, the
log of the expected credit: log sum_c p(c) * F1(c)^2, less a penalty on the squares of the weights. "No answer" is one
more candidate: it is right for questions put to a context of another article, one for every two real questions. With
--folds the articles are split into folds, each is answered with weights fitted on the others, and exact match and F1
over all questions are printed.
"""

import argparse
import json
import pathlib
import time

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from ailiteracy.nlp import exact_match, f1_score
from ailiteracy.nlp.reader import LONGEST, best_sentences, candidates, nothing_features

POWER = 2  # how much a half-right answer is worth beside a right one: 1/4
TABLE = pathlib.Path(__file__).parents[1] / "src/ailiteracy/nlp/_reader_weights.json"


def read_squad(path):
    """Yield (article, context, question, right answers) of a file in SQuAD layout."""
    for number, article in enumerate(json.loads(pathlib.Path(path).read_text(encoding="utf-8"))["data"]):
        for paragraph in article["paragraphs"]:
            for qa in paragraph["qas"]:
                yield number, paragraph["context"], qa["question"], [answer["text"] for answer in qa["answers"]]


def with_strangers(questions):
    """Return the questions, and every second one once more with a context of another article and no right answer."""
    rng, strangers = np.random.default_rng(0), []
    for article, _, question, _ in questions[::2]:
        other = article
        while other == article:
            other, context, *_ = questions[rng.integers(len(questions))]
        strangers.append((article, context, question, [""]))
    return questions + strangers


class Examples:
    """Every candidate of every question as one sparse matrix; rows starts[q] to starts[q + 1] belong to question q."""

    def __init__(self, questions, language):
        self.names, self.texts, self.credit = {}, [], []
        self.data, self.columns, self.row_ends, self.starts = [], [], [0], [0]
        for _, context, question, truths in questions:
            sentences = best_sentences(question, context)
            for sentence in sentences:
                start, end = cached(sentence.start_features), cached(sentence.end_features)
                for i, j in candidates(sentence, LONGEST[language]):
                    parts = sentence.overview, start(i), end(j), sentence.span_features(i, j)
                    self.add(parts, context[sentence.tokens[i].start : sentence.tokens[j - 1].end], truths)
            self.add([nothing_features(sentences)], "", truths)  # always the last row of a question
            self.starts.append(len(self.texts))
        table = np.array(self.data, np.float32), np.array(self.columns, np.int32), np.array(self.row_ends, np.int64)
        self.x = csr_matrix(table, shape=(len(self.texts), len(self.names)))
        self.credit, self.starts = np.array(self.credit), np.array(self.starts)
        self.truths = [truths for *_, truths in questions]
        self.articles = np.array([article for article, *_ in questions])
        self.real = np.array([truths != [""] for truths in self.truths])

    def add(self, parts, text, truths):
        for part in parts:
            for name, value in part.items():
                self.columns.append(self.names.setdefault(name, len(self.names)))
                self.data.append(value)
        self.row_ends.append(len(self.columns))
        self.texts.append(text)
        self.credit.append(f1_score(text, truths))

    def rows(self, chosen):
        """Return the rows of some questions and the new starts."""
        spans = [np.arange(self.starts[q], self.starts[q + 1]) for q in chosen]
        return np.concatenate(spans), np.cumsum([0] + [len(span) for span in spans])


def cached(function):
    known = {}
    return lambda k: known[k] if k in known else known.setdefault(k, function(k))


def fit(x, credit, starts, penalty):
    """Return the weights that maximise the log of the expected credit."""
    transposed = x.T.tocsr()
    group = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    useful = np.maximum.reduceat(credit, starts[:-1]) > 0  # a question with no right candidate teaches nothing
    reward = credit**POWER + 1e-6

    def loss(weights):
        score = x @ weights
        score -= np.maximum.reduceat(score, starts[:-1])[group]
        p = np.exp(score)
        p /= np.add.reduceat(p, starts[:-1])[group]
        expected = np.add.reduceat(p * reward, starts[:-1])
        posterior = p * reward / expected[group]
        slope = transposed @ ((p - posterior) * useful[group])
        return -np.log(expected[useful]).sum() + penalty * (weights**2).sum(), slope + 2 * penalty * weights

    return minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x


def judge(examples, chosen, weights):
    """Return exact match and F1 of the best candidate, "no answer" left out, of each chosen question."""
    score = examples.x @ weights
    picks = [
        examples.starts[q] + int(np.argmax(score[examples.starts[q] : examples.starts[q + 1] - 1])) for q in chosen
    ]
    exact = [exact_match(examples.texts[row], examples.truths[q]) for q, row in zip(chosen, picks, strict=True)]
    return np.array(exact), examples.credit[picks]


def tell_strangers(examples, chosen, weights):
    """Return the part of the chosen questions for which "no answer" wins."""
    score = examples.x @ weights
    return np.mean(
        [
            score[examples.starts[q + 1] - 1] > score[examples.starts[q] : examples.starts[q + 1] - 1].max()
            for q in chosen
        ]
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", choices=["english", "chinese"])
    parser.add_argument("file", help="training questions in SQuAD layout")
    parser.add_argument("--penalty", type=float, default=0.5)
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument(
        "--longest-answer", type=int, default=10**6, help="leave out questions with longer answers (characters)"
    )
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    questions = [q for q in read_squad(options.file) if len(q[3][0]) <= options.longest_answer]
    began = time.perf_counter()
    examples = Examples(with_strangers(questions), options.language)
    n_rows, seconds = len(examples.texts), time.perf_counter() - began
    print(f"{len(questions)} questions, {n_rows} candidates, {len(examples.names)} features, {seconds:.0f} s")
    best = np.maximum.reduceat(examples.credit, examples.starts[:-1])[examples.real]
    print(f"the best candidate would reach F1 {100 * best.mean():.1f}, exact match {100 * (best == 1).mean():.1f}")
    if options.folds:
        cross_validate(examples, options.folds, options.penalty)
    if options.write:
        write(examples, options.language, options.penalty)


def cross_validate(examples, n_folds, penalty):
    fold = np.random.default_rng(0).permutation(examples.articles.max() + 1)[examples.articles] % n_folds
    exact, f1, silent, wrongly_silent = [], [], [], []
    for k in range(n_folds):
        rows, starts = examples.rows(np.flatnonzero(fold != k))
        weights = fit(examples.x[rows], examples.credit[rows], starts, penalty)
        held_out, strangers = np.flatnonzero((fold == k) & examples.real), np.flatnonzero((fold == k) & ~examples.real)
        exact_k, f1_k = judge(examples, held_out, weights)
        exact, f1 = [*exact, *exact_k], [*f1, *f1_k]
        silent.append(tell_strangers(examples, strangers, weights))
        wrongly_silent.append(tell_strangers(examples, held_out, weights))
    error = 1.96 * np.std(f1, ddof=1) / len(f1) ** 0.5
    print(
        f"{n_folds}-fold by article: exact match {100 * np.mean(exact):.1f}, "
        f"F1 {100 * np.mean(f1):.1f} +- {100 * error:.1f}, n = {len(f1)}"
    )
    print(
        f"no answer wins for {100 * np.mean(silent):.0f} % of strange "
        f"and {100 * np.mean(wrongly_silent):.0f} % of real questions"
    )


def write(examples, language, penalty):
    weights = fit(examples.x, examples.credit, examples.starts, penalty)
    table = json.loads(TABLE.read_text(encoding="utf-8")) if TABLE.exists() else {}
    kept = {name: round(float(weights[column]), 3) for name, column in examples.names.items()}
    table[language] = {name: kept[name] for name in sorted(kept) if abs(kept[name]) >= 0.01}
    TABLE.write_text(json.dumps(table, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    print(f"wrote {len(table[language])} weights")


if __name__ == "__main__":
    main()
