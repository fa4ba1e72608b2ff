"""Perplexity of n-gram models of characters, by order and smoothing.

    python benchmarks/nlp_ngrams.py TEXT [--held-out 0.1] [--orders 1 3 5 7]

The last part of the text is held out.
"""

import argparse
import math
import pathlib
import time

from ailiteracy.nlp import compare_ngrams


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", help="a text file")
    parser.add_argument("--held-out", type=float, default=0.1, help="share of the text")
    parser.add_argument("--orders", type=int, nargs="+", default=[1, 3, 5, 7])
    options = parser.parse_args()
    text = pathlib.Path(options.text).read_text(encoding="utf-8")
    cut = round(len(text) * (1 - options.held_out))
    start = time.process_time()
    compared = compare_ngrams(text[:cut], text[cut:], orders=options.orders)
    spent = time.process_time() - start
    print(f"{cut:,} characters to count in, {len(text) - cut:,} held out, {spent:.0f} CPU seconds")
    for name, row in zip(compared.smoothings, compared.held_out, strict=True):
        cells = ", ".join(f"n={n}: {value:.2f}" for n, value in zip(compared.orders, row, strict=True))
        print(f"{name}: perplexity {cells}; best {math.log(min(row)):.3f} nats a character")
    print(compared)


if __name__ == "__main__":
    main()
