"""How well does a small GPT learn to write a text, letter by letter, in twenty minutes?

How to run::

    OMP_NUM_THREADS=2 python benchmarks/nlp_pretrain.py tinyshakespeare.txt --output FOLDER

The last tenth of the text is held out. Printed: the loss in nats a letter over all of it, once with windows side by
side, once with windows that overlap by half, so that every letter is guessed from at least half a window; the seconds
of the clock and of the processor; what the model writes. Run again after an interruption, it goes on.

With --story the losses, what was written at each look and the attention of the first layer go into the package, where
the examples "a GPT learns to write" and "a model that may look ahead" read them. They show this run, of 25 minutes::

    OMP_NUM_THREADS=1 python benchmarks/nlp_pretrain.py tinyshakespeare.txt --output FOLDER --steps 1400 --looks 7 \\
        --story
"""

import argparse
import json
import pathlib
import time

import torch

from ailiteracy import nlp
from ailiteracy.nlp import CharacterTokenizer, GPTConfig, attention_map, pretrain, text_loss

STORY = pathlib.Path(nlp.__file__).parent / "_shakespeare_story.json"
LINE = "To be, or not to be"  # whose letters look at one another in the story


def attention_of(model, tokenizer, text):
    """Return the weights of the first layer's heads over a text, (H, T, T), rounded."""
    ids = torch.tensor([tokenizer.encode(text)])  # (1, T)
    with torch.no_grad():
        x = model.token_vectors(ids) + model.place_vectors(torch.arange(ids.shape[1]))
        block = model.blocks[0]
        return attention_map(block.attention, block.norm1(x), list(text)).weights.round(2).tolist()


def write_story(result, overlapping, written, options):
    """Write what the examples show of a training."""
    story = {
        "settings": {
            "weights": result.model.n_parameters, "letters": result.tokenizer.vocab_size, "window": options.window,
            "batch": options.batch, "seed": options.seed,
        },
        "steps": result.steps.tolist(),
        "training loss": result.train_losses.round(4).tolist(),
        "held-out loss": result.validation_losses.round(4).tolist(),
        "samples": list(result.samples),
        "all held-out letters": round(result.validation_loss, 4),
        "with overlapping windows": round(overlapping, 4),
        "written": written,
        "attention": {"text": LINE, "weights": attention_of(result.model, result.tokenizer, LINE)},
    }  # fmt: skip
    STORY.write_text(json.dumps(story, separators=(",", ":")) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--output", type=pathlib.Path, required=True, help="folder for checkpoints and weights")
    parser.add_argument("--steps", type=int, default=2600)
    parser.add_argument("--looks", type=int, default=13)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--window", type=int, default=256)
    parser.add_argument("--width", type=int, default=192)
    parser.add_argument("--heads", type=int, default=6)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--rate", type=float, default=0.03)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--story", action="store_true", help=f"write {STORY.name}")
    options = parser.parse_args()
    text = options.file.read_text(encoding="utf-8")
    tokenizer = CharacterTokenizer.train(text)
    config = GPTConfig(
        tokenizer.vocab_size, options.window, options.width, options.heads, options.layers, dropout=0.0
    )  # fmt: skip
    clock, processor = time.perf_counter(), time.process_time()
    result = pretrain(
        text, tokenizer=tokenizer, model=config, steps=options.steps, looks=options.looks, batch_size=options.batch,
        learning_rate=options.rate, seed=options.seed, device="cpu", checkpoint_dir=options.output / "checkpoint",
    )  # fmt: skip
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    result.training.save(options.output)
    print(result)
    tokens = options.steps * options.batch * options.window
    print(f"{tokens:,} letters in {clock:.0f} s of the clock, {processor:.0f} s of the processor")
    for row in zip(result.steps, result.train_losses, result.validation_losses, strict=True):
        print("step {:5}: training {:.4f}, held out (part) {:.4f}".format(*row))
    ids = tokenizer.encode(text)
    ids = ids[len(ids) - round(len(ids) * 0.1) :]
    overlapping = text_loss(result.model, ids, stride=options.window // 2)
    print(f"all {len(ids):,} held-out letters: {result.validation_loss:.4f}; overlapping windows {overlapping:.4f}")
    written = result.write("ROMEO:\n", max_new_tokens=300)
    print(written)
    if options.story:
        write_story(result, overlapping, written, options)


if __name__ == "__main__":
    main()
