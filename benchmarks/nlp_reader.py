"""Exact match, F1 and milliseconds a question of a reader on files of questions.

How to run (files in SQuAD layout, such as XQuAD, SQuAD or CMRC 2018)::

    python benchmarks/nlp_reader.py cmrc2018_dev.json
    python benchmarks/nlp_reader.py xquad_en.json --model path/to/a/model/folder

Exact match and F1 are those of SQuAD and MLQA; the two of CMRC 2018's own script follow for Chinese files.
Where a question has several right answers the best-fitting one counts. The interval is 1.96 standard errors over the
questions.
"""

import argparse
import json
import pathlib
import time

import numpy as np

from ailiteracy.nlp import answer, exact_match, f1_score
from ailiteracy.nlp._words import is_chinese


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--model", default="builtin")
    parser.add_argument("--n", type=int, help="only the first n questions of each file")
    options = parser.parse_args()
    for file in options.files:
        articles = json.loads(pathlib.Path(file).read_text(encoding="utf-8"))["data"]
        paragraphs = [paragraph for article in articles for paragraph in article["paragraphs"]]
        asked = [(qa, paragraph["context"]) for paragraph in paragraphs for qa in paragraph["qas"]][: options.n]
        answer(asked[0][0]["question"], asked[0][1], model=options.model)  # loading is not timed
        exact, f1, cmrc, seconds = [], [], [], []
        for qa, context in asked:
            began = time.process_time()
            text = answer(qa["question"], context, model=options.model).text
            seconds.append(time.process_time() - began)
            truths = [truth["text"] for truth in qa["answers"]]
            exact.append(exact_match(text, truths))
            f1.append(f1_score(text, truths))
            cmrc.append((exact_match(text, truths, rule="cmrc"), f1_score(text, truths, rule="cmrc")))
        error = 1.96 * np.std(f1, ddof=1) / len(f1) ** 0.5
        print(f"{pathlib.Path(file).name}: n = {len(f1)}, exact match {100 * np.mean(exact):.1f}, ", end="")
        print(f"F1 {100 * np.mean(f1):.1f} +- {100 * error:.1f}, ", end="")
        if is_chinese(asked[0][1]):
            print("by the rule of CMRC exact match {:.1f}, F1 {:.1f}, ".format(*100 * np.mean(cmrc, axis=0)), end="")
        print(f"{1000 * np.median(seconds):.1f} ms of processor time a question (median), ", end="")
        print(f"{1000 * np.max(seconds):.0f} at most")


if __name__ == "__main__":
    main()
