"""Fit the weights of the built-in reader and write src/ailiteracy/nlp/_reader_weights.json.

How to run, for each language (files in SQuAD layout)::

    python benchmarks/nlp_fit_reader.py english xquad_en_first_half.json --penalty 1.5 --power 4 --reach 3 \\
        --sample 80 --folds 5 --draws 3 --write
    python benchmarks/nlp_fit_reader.py chinese cmrc2018_trial.json --longest-answer 30 --folds 5 --write

The reader is a log-linear model: p(c) = exp(w . x(c)) / sum over candidates. The fit maximises, over all questions, the
log of the expected credit: log sum_c p(c) * F1(c)^power, less a penalty on the squares of the weights. With --reach r
the weights of measured features (shares, counts, distances) may go r times as far for the same penalty as those of
features that are there or not: there are few of them, and each is seen in every question. "No answer" is one more
candidate: it is right for questions put to a context of another article, one for every two real questions. With
--sample the fit sees, of each question's candidates, those that touch a right answer and so many of the others, drawn
by chance; each stands for many, so the log of their number is added to its score. With --folds the articles are split
into folds, each is answered with weights fitted on the others, among all candidates, and exact match and F1 over all
questions are printed; --draws splits them anew that many times.
"""

import argparse
import json
import pathlib
import time

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, diags_array

from ailiteracy.nlp import exact_match, f1_score
from ailiteracy.nlp.reader import LONGEST, _score, best_sentences, candidates, nothing_features, weigh

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
    """Candidates of every question as one sparse matrix; rows starts[q] to starts[q + 1] belong to question q."""

    def __init__(self, questions, language, sample):
        self.names, self.texts, self.credit, self.offsets = {}, [], [], []
        self.data, self.columns, self.row_ends, self.starts = [], [], [0], [0]
        self.questions, self.language, self.sample = questions, language, sample
        self.rng = np.random.default_rng(0)
        for _, context, question, truths in questions:
            sentences = best_sentences(question, context)
            edges = {s: (cached(s.start_features), cached(s.end_features)) for s in sentences}
            for (sentence, i, j), offset in self.chosen(sentences, context, truths):
                start, end = edges[sentence]
                parts = sentence.overview, start(i), end(j), sentence.span_features(i, j)
                self.add(parts, context[sentence.tokens[i].start : sentence.tokens[j - 1].end], truths, offset)
            self.add([nothing_features(sentences)], "", truths, 0.0)  # always the last row of a question
            self.starts.append(len(self.texts))
        table = np.array(self.data, np.float32), np.array(self.columns, np.int32), np.array(self.row_ends, np.int64)
        self.x = csr_matrix(table, shape=(len(self.texts), len(self.names)))
        self.credit, self.starts, self.offsets = (np.array(a) for a in (self.credit, self.starts, self.offsets))
        self.truths = [truths for *_, truths in questions]
        self.articles = np.array([article for article, *_ in questions])
        self.real = np.array([truths != [""] for truths in self.truths])

    def chosen(self, sentences, context, truths):
        """Yield the candidates to fit on, with the log of how many each stands for."""
        every = [(s, i, j) for s in sentences for i, j in candidates(s, LONGEST[self.language])]
        if not self.sample:
            yield from ((one, 0.0) for one in every)
            return
        places = [(k, k + len(t)) for t in set(truths) if t for k in find_all(context, t)]
        near, far = [], []
        for s, i, j in every:
            begin, end = s.tokens[i].start, s.tokens[j - 1].end
            (near if any(begin < b and a < end for a, b in places) else far).append((s, i, j))
        kept = self.rng.permutation(len(far))[: self.sample]
        yield from ((one, 0.0) for one in near)
        yield from ((far[k], np.log(len(far) / len(kept))) for k in kept)

    def add(self, parts, text, truths, offset):
        for part in parts:
            for name, value in part.items():
                self.columns.append(self.names.setdefault(name, len(self.names)))
                self.data.append(value)
        self.row_ends.append(len(self.columns))
        self.texts.append(text)
        self.credit.append(f1_score(text, truths))
        self.offsets.append(offset)

    def fitted(self, chosen, options):
        """Return the weights by name, fitted on some questions."""
        spans = [np.arange(self.starts[q], self.starts[q + 1]) for q in chosen]
        rows, starts = np.concatenate(spans), np.cumsum([0] + [len(span) for span in spans])
        # A feature that is there or not says so in its name: "first=the", "name > word".
        reach = np.array([1.0 if set("=<>") & set(name) else options.reach for name in self.names], np.float32)
        reward = self.credit[rows] ** options.power
        weights = reach * fit(self.x[rows] @ diags_array(reach), reward, starts, options.penalty, self.offsets[rows])
        return {name: float(weights[column]) for name, column in self.names.items()}


def find_all(text, part):
    k = text.find(part)
    while k >= 0:
        yield k
        k = text.find(part, k + 1)


def cached(function):
    known = {}
    return lambda k: known[k] if k in known else known.setdefault(k, function(k))


def fit(x, reward, starts, penalty, offsets):
    """Return the weights that maximise the log of the expected reward."""
    transposed = x.T.tocsr()
    group = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    useful = np.maximum.reduceat(reward, starts[:-1]) > 0  # a question with no right candidate teaches nothing
    reward = reward + 1e-6

    def loss(weights):
        score = x @ weights.astype(np.float32) + offsets
        score -= np.maximum.reduceat(score, starts[:-1])[group]
        p = np.exp(score)
        p /= np.add.reduceat(p, starts[:-1])[group]
        expected = np.add.reduceat(p * reward, starts[:-1])
        posterior = p * reward / expected[group]
        slope = transposed @ ((p - posterior) * useful[group]).astype(np.float32)
        return -np.log(expected[useful]).sum() + penalty * (weights**2).sum(), slope + 2 * penalty * weights

    return minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x


def judge(examples, chosen, weights):
    """Return exact match and F1 of the best of all candidates, and whether "no answer" beats it, of each question."""
    exact, f1, silent = [], [], []
    for q in chosen:
        _, context, question, truths = examples.questions[q]
        sentences = best_sentences(question, context)
        scored = [c for s in sentences for c in _score(s, weights, LONGEST[examples.language])]
        score, sentence, i, j = max(scored, key=lambda c: c[0])
        text = context[sentence.tokens[i].start : sentence.tokens[j - 1].end]
        exact.append(exact_match(text, truths))
        f1.append(f1_score(text, truths))
        silent.append(weigh(nothing_features(sentences), weights) > score)
    return exact, f1, silent


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", choices=["english", "chinese"])
    parser.add_argument("file", help="training questions in SQuAD layout")
    parser.add_argument("--penalty", type=float, default=0.5)
    parser.add_argument("--power", type=float, default=2, help="2: a half-right answer is worth a quarter")
    parser.add_argument("--reach", type=float, default=1)
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--draws", type=int, default=1, help="how often to draw folds")
    parser.add_argument(
        "--longest-answer", type=int, default=10**6, help="leave out questions with longer answers (characters)"
    )
    parser.add_argument("--sample", type=int, default=0, help="fit on so many wrong candidates a question; 0: all")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    questions = [q for q in read_squad(options.file) if len(q[3][0]) <= options.longest_answer]
    began = time.perf_counter()
    examples = Examples(with_strangers(questions), options.language, options.sample)
    n_rows, seconds = len(examples.texts), time.perf_counter() - began
    print(f"{len(questions)} questions, {n_rows} candidates, {len(examples.names)} features, {seconds:.0f} s")
    best = np.maximum.reduceat(examples.credit, examples.starts[:-1])[examples.real]
    print(f"the best candidate would reach F1 {100 * best.mean():.1f}, exact match {100 * (best == 1).mean():.1f}")
    if options.folds:
        for seed in range(options.draws):
            cross_validate(examples, options, seed)
    if options.write:
        write(examples, options)


def cross_validate(examples, options, seed):
    n_folds = options.folds
    fold = np.random.default_rng(seed).permutation(examples.articles.max() + 1)[examples.articles] % n_folds
    exact, f1, wrongly_silent, silent = [], [], [], []
    for k in range(n_folds):
        weights = examples.fitted(np.flatnonzero(fold != k), options)
        exact_k, f1_k, silent_k = judge(examples, np.flatnonzero((fold == k) & examples.real), weights)
        exact, f1, wrongly_silent = [*exact, *exact_k], [*f1, *f1_k], [*wrongly_silent, *silent_k]
        silent += judge(examples, np.flatnonzero((fold == k) & ~examples.real), weights)[2]
    error = 1.96 * np.std(f1, ddof=1) / len(f1) ** 0.5
    print(
        f"{n_folds}-fold by article: exact match {100 * np.mean(exact):.1f}, "
        f"F1 {100 * np.mean(f1):.1f} +- {100 * error:.1f}, n = {len(f1)}"
    )
    print(
        f"no answer wins for {100 * np.mean(silent):.0f} % of strange "
        f"and {100 * np.mean(wrongly_silent):.0f} % of real questions"
    )


def write(examples, options):
    language, weights = options.language, examples.fitted(range(len(examples.questions)), options)
    table = json.loads(TABLE.read_text(encoding="utf-8")) if TABLE.exists() else {}
    kept = {name: round(weight, 3) for name, weight in weights.items()}
    table[language] = {name: kept[name] for name in sorted(kept) if abs(kept[name]) >= 0.01}
    TABLE.write_text(json.dumps(table, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    print(f"wrote {len(table[language])} weights")


if __name__ == "__main__":
    main()
