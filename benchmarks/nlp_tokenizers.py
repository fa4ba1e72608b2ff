"""Time byte-pair training and encoding beside the plain version and beside Hugging Face's tokenizers.

    python benchmarks/nlp_tokenizers.py TEXT [--gpt2 FOLDER] [--merges 512] [--runs 3]

TEXT is a file; FOLDER holds GPT-2's vocabulary. All take turns, and processor seconds of one thread are compared. The
plain version counts every pair again for each merge, over the different words with their counts; a single merge over
the text itself is timed beside it.
"""

import argparse
import os
import pathlib
import statistics
import time

os.environ["RAYON_NUM_THREADS"] = "1"  # Hugging Face's library: one thread, as ours
os.environ["TOKENIZERS_PARALLELISM"] = "false"

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from ailiteracy.nlp import BytePairTokenizer
from ailiteracy.nlp._fast_pairs import learn_pairs_fast
from ailiteracy.nlp.byte_pairs import WORD, best_pair, count_pairs, count_words, learn_pairs, merge_pair


def seconds(work):
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def train_theirs(text, n_merges):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        [text], trainers.BpeTrainer(vocab_size=256 + n_merges, initial_alphabet=alphabet, show_progress=False)
    )
    return tokenizer


def first_merge_over_the_whole_text(text):
    """Count all pairs over all words in their order, and merge the best: the plainest way of all."""
    words = [list(word.encode()) for word in WORD.findall(text)]
    pair = best_pair(count_pairs((ids, 1) for ids in words))
    return [merge_pair(ids, pair, 256) for ids in words]


def training(text, n_merges, runs):
    print(f"training, {n_merges} merges, {len(text.encode()) / 1e6:.2f} MB")
    pairs = []
    for _ in range(runs):
        ours, _ = seconds(lambda: BytePairTokenizer.train(text, 257 + n_merges, progress=False))
        theirs, _ = seconds(lambda: train_theirs(text, n_merges))
        pairs.append((ours, theirs))
    ours = statistics.median(a for a, _ in pairs)
    ratio = statistics.median(a / b for a, b in pairs)
    theirs = statistics.median(b for _, b in pairs)
    print(f"  ours {ours:.3f} s, Hugging Face {theirs:.3f} s; ours / theirs {ratio:.2f}")
    counted = count_words(text)
    fast, merges = seconds(lambda: learn_pairs_fast(counted, n_merges))
    plain, again = seconds(lambda: learn_pairs(counted, n_merges))
    print(f"  merges alone: plain {plain:.1f} s, ours {fast:.3f} s; plain / ours {plain / fast:.0f}", end="; ")
    print(f"with the splitting of the text {(plain + ours - fast) / ours:.0f}; same merges: {again == merges}")
    whole, _ = seconds(lambda: first_merge_over_the_whole_text(text))
    print(f"  one merge over the whole text, its words not counted first: {whole:.2f} s")
    for n in (512, 1024, 2048, 4096, 8192):
        spent = statistics.median(seconds(lambda n=n: learn_pairs_fast(counted, n))[0] for _ in range(runs))
        theirs = statistics.median(seconds(lambda n=n: train_theirs(text, n))[0] for _ in range(runs))
        print(f"  {n} merges: merges alone {spent:.3f} s, Hugging Face with splitting {theirs:.3f} s")


def encoding(text, folder, runs):
    texts = {pathlib.Path(text).name: pathlib.Path(text).read_text(encoding="utf-8")}
    sources = sorted(pathlib.Path("src").rglob("*.py"))
    texts["Python source"] = "".join(path.read_text(encoding="utf-8") for path in sources)
    for name, content in texts.items():
        size, cold, warm, ratios = len(content.encode()) / 1e6, [], [], []
        theirs = Tokenizer(models.BPE.from_file(f"{folder}/vocab.json", f"{folder}/merges.txt"))
        theirs.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        for _ in range(runs):
            ours = BytePairTokenizer.from_gpt2(folder)
            first, ids = seconds(lambda ours=ours, content=content: ours.encode(content, special="text"))
            again, _ = seconds(lambda ours=ours, content=content: ours.encode(content, special="text"))
            other, found = seconds(lambda theirs=theirs, content=content: theirs.encode(content).ids)
            cold, warm, ratios = [*cold, size / first], [*warm, size / again], [*ratios, other / first]
        print(f"encoding {name}, {size:.2f} MB: {statistics.median(cold):.2f} MB/s at first", end=", ")
        print(f"{statistics.median(warm):.2f} MB/s with known words; Hugging Face / ours", end=" ")
        print(f"{statistics.median(ratios):.2f}; same ids: {ids == found}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", help="a text file")
    parser.add_argument("--gpt2", help="folder with vocab.json and merges.txt")
    parser.add_argument("--merges", type=int, default=512)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    if options.gpt2:
        encoding(options.text, options.gpt2, options.runs)
    training(pathlib.Path(options.text).read_text(encoding="utf-8"), options.merges, options.runs)


if __name__ == "__main__":
    main()
