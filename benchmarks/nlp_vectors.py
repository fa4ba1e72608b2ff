"""How good are the vectors? Analogies on a text, and finding the paragraph that a question was asked about.

python benchmarks/nlp_vectors.py analogies tinyshakespeare.txt
python benchmarks/nlp_vectors.py recall xquad_en_first_half.json --model MINILM_FOLDER
python benchmarks/nlp_vectors.py notes --n 1000
"""

import argparse
import json
import pathlib
import tempfile
import time

import numpy as np

from ailiteracy.nlp import Memory, embed, learn_word_vectors

QUESTIONS = [
    ("man", "king", "woman", "queen"), ("man", "woman", "boy", "girl"), ("brother", "sister", "father", "mother"),
    ("he", "she", "him", "her"), ("king", "queen", "duke", "duchess"), ("lord", "lady", "brother", "sister"),
    ("son", "daughter", "father", "mother"), ("man", "men", "woman", "women"),
]  # fmt: skip


def analogies(options):
    text = pathlib.Path(options.file).read_text(encoding="utf-8")
    space = learn_word_vectors(text, dimensions=100, window=4, min_count=5, max_words=2000)
    first = {True: 0, False: 0}
    for *given, truth in QUESTIONS:
        for rule in (True, False):
            ranked = [word for word, _ in space.analogy(*given, top=2000, exclude_inputs=rule)]
            rank = ranked.index(truth) + 1
            first[rule] += rank == 1
            print(f"{given} -> {truth}: rank {rank}, first {ranked[0]!r} ({'without' if rule else 'with'} the inputs)")
    print(f"right: {first[True]} of {len(QUESTIONS)} when the inputs may not be answers, {first[False]} when they may")


def recall(options):
    data = json.loads(pathlib.Path(options.file).read_text(encoding="utf-8"))["data"]
    paragraphs = [paragraph for article in data for paragraph in article["paragraphs"]]
    asked = [(qa["question"], row) for row, paragraph in enumerate(paragraphs) for qa in paragraph["qas"]]
    start = time.process_time()
    texts = embed([paragraph["context"] for paragraph in paragraphs], model=options.model)
    questions = embed([question for question, _ in asked], model=options.model)
    seconds = time.process_time() - start
    truth = np.array([row for _, row in asked])
    cosines = questions @ texts.T
    ranks = (cosines > cosines[np.arange(len(asked)), truth][:, None]).sum(axis=1) + 1
    print(f"{len(asked)} questions, {len(paragraphs)} paragraphs, {options.model}: first {np.mean(ranks == 1):.1%}, "
          f"among the first four {np.mean(ranks <= 4):.1%}; {seconds:.1f} s of processor time")  # fmt: skip


def notes(options):
    with tempfile.TemporaryDirectory() as folder, Memory(pathlib.Path(folder) / "notes.db") as memory:
        start = time.process_time()
        with memory.store.change():
            for number in range(options.n):
                memory.remember(f"I saw object {number} in hall {number % 12}.")
        kept = time.process_time() - start
        times = []
        for number in range(20):
            start = time.process_time()
            memory.recall(f"Where was object {number}?")
            times.append(time.process_time() - start)
        print(f"{options.n} notes kept in {kept:.2f} s, recall {1000 * np.median(times):.1f} ms (processor time)")


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("what", choices=["analogies", "recall", "notes"])
parser.add_argument("file", nargs="?")
parser.add_argument("--model", default="builtin")
parser.add_argument("--n", type=int, default=1000)
options = parser.parse_args()
{"analogies": analogies, "recall": recall, "notes": notes}[options.what](options)
