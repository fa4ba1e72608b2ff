"""Following instructions: a small GPT pretrained and tuned on pairs of instruction and answer, end to end.

How to run (a JSON list of {"instruction", "input", "output"})::

    python benchmarks/nlp_instructions.py instruction_data.json

A tenth of the pairs, drawn by chance, is the test; neither the byte pairs nor the language model nor the tuning sees
it. The language model is pretrained on the other pairs as plain text, then tuned on the same pairs with the loss on
the answers alone. Printed: nats a token of the test answers before and after, and what the model says to
some instructions of the test beside the right answer.
"""

import argparse
import json
import pathlib
import time

import numpy as np
import torch
from torch.nn import functional as F

from ailiteracy.nlp import (
    BytePairTokenizer,
    GPTConfig,
    collate_instructions,
    f1_score,
    finetune_instructions,
    format_prompt,
    pretrain,
)

STYLE = "phi3"  # its prompts are the shorter ones


def test_loss(model, tokenizer, pairs):
    """Return the summed nats over all answer tokens of the pairs, and how many tokens these are."""
    end_id, total, n_tokens = tokenizer.special_tokens["<|endoftext|>"], 0.0, 0
    model.eval()
    for pair in pairs:
        row = tokenizer.encode(format_prompt(pair, STYLE)), tokenizer.encode(pair["output"])
        inputs, targets = collate_instructions([row], end_id, max_length=model.config.context_length)
        with torch.inference_mode():
            logits = model(inputs)
        total += float(F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-100, reduction="sum"))
        n_tokens += int((targets != -100).sum())
    return total, n_tokens


def report(name, model, tokenizer, pairs):
    total, n_tokens = test_loss(model, tokenizer, pairs)
    print(f"{name}: {total / n_tokens:.3f} nats a token over {n_tokens:,} tokens of {len(pairs)} answers", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--vocabulary", type=int, default=1024)
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--window", type=int, default=96)
    parser.add_argument("--steps", type=int, default=400, help="batches of pretraining")
    parser.add_argument("--epochs", type=int, default=6, help="passes of tuning")
    parser.add_argument("--shown", type=int, default=8, help="test instructions to show with answers")
    options = parser.parse_args()
    torch.set_num_threads(1)
    pairs = json.loads(options.file.read_text(encoding="utf-8"))
    order = np.random.default_rng(options.seed).permutation(len(pairs))
    n_test = len(pairs) // 10
    test, known = [pairs[k] for k in order[:n_test]], [pairs[k] for k in order[n_test:]]
    began = time.process_time()
    stream = "\n".join(format_prompt(pair, STYLE) + pair["output"] for pair in known)
    tokenizer = BytePairTokenizer.train(stream, options.vocabulary)
    config = GPTConfig(tokenizer.vocab_size, options.window, options.width, 4, options.layers, dropout=0.1)
    language = pretrain(
        stream, tokenizer=tokenizer, model=config, steps=options.steps, looks=3, held_out=0.05, seed=options.seed,
        device="cpu", progress=False,
    )  # fmt: skip
    print(f"{len(known)} pairs to learn from, {n_test} in the test")
    print(f"{language} ({time.process_time() - began:.0f} s)", flush=True)
    report("before tuning", language.model, tokenizer, test)
    began = time.process_time()
    tuned = finetune_instructions(
        language.model, tokenizer, known, style=STYLE, epochs=options.epochs, seed=options.seed, device="cpu",
        progress=False,
    )  # fmt: skip
    print(f"{tuned} ({time.process_time() - began:.0f} s)")
    report("after tuning", tuned.model, tokenizer, test)
    said = [tuned.answer(pair, max_new_tokens=40) for pair in test[: options.shown]]
    for pair, text in zip(test, said, strict=False):
        print(f"- {pair['instruction']} {pair.get('input', '')}\n  says {text!r}\n  for  {pair['output']!r}")
    f1 = [f1_score(text, pair["output"]) for pair, text in zip(test, said, strict=False)]
    print(f"words shared with the right answers of these {len(f1)}: F1 {100 * np.mean(f1):.1f}")


if __name__ == "__main__":
    main()
