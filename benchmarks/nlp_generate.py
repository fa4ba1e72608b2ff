"""Tokens a second of our GPT and of transformers' GPT-2: the same shapes, random weights.

How to run::

    python benchmarks/nlp_generate.py speed --size small --threads 1 --prompt 32 --new 64 --pairs 5
    python benchmarks/nlp_generate.py quality tinyshakespeare.txt --steps 400
    OMP_NUM_THREADS=1 python benchmarks/nlp_generate.py memory --prompts 32 1000 --new 24
    OMP_NUM_THREADS=1 python benchmarks/nlp_generate.py products --times 12

Seconds are processor time. Other work on the machine still takes its share of the memory, so measure in pairs.

`speed`: both write greedily after the same random prompt, one after the other, several times; the ratio is the median
over the pairs. Float32 on both sides, then ours with int8 weights. The weights are random: speed does not depend on
what a model knows. `quality`: a small character model is trained on the text, then asked for the perplexity of the last
tenth, with its floats and with int8. `memory`: the largest memory of the whole process so far, after the libraries are
loaded, after the model is made, and after writing behind prompts of several lengths (with --int8 the numbers are made
from floats, which count too). `products`: how much of a token's time goes into the products of the linear layers, each
with one vector, in int8 and in float32.
"""

import argparse
import pathlib
import resource
import statistics
import sys
import time

import torch

from ailiteracy.nlp import GPT, GPTConfig, generate, quantize_int8
from ailiteracy.nlp.int8 import Int8Linear
from ailiteracy.training import fit


def speed(options):
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.set_num_threads(options.threads)
    config = GPTConfig.gpt2(options.size)
    ours = GPT(config, seed=0).eval()
    sizes = {"n_embd": config.width, "n_head": config.n_heads, "n_layer": config.n_layers}
    theirs = GPT2LMHeadModel(GPT2Config(**sizes)).eval()
    theirs.generation_config.eos_token_id = None  # neither side may stop early
    small = quantize_int8(ours)
    megabytes = [sum(t.numel() * t.element_size() for t in tensors(model)) / 1e6 for model in (ours, small)]
    print(f"{ours.n_parameters:,} weights: {megabytes[0]:.0f} MB, int8 {megabytes[1]:.0f} MB")
    chance = torch.Generator().manual_seed(0)
    prompt = torch.randint(0, config.vocab_size, (1, options.prompt), generator=chance)
    settings = {"max_new_tokens": options.new, "do_sample": False, "pad_token_id": 0}
    runs = {
        "transformers": lambda: theirs.generate(prompt, attention_mask=torch.ones_like(prompt), **settings),
        "ours": lambda: generate(ours, prompt, max_new_tokens=options.new),
        "ours, int8": lambda: generate(small, prompt, max_new_tokens=options.new),
    }
    if options.no_cache:
        runs["ours, no cache"] = lambda: generate(ours, prompt, max_new_tokens=options.new, use_cache=False)
    seconds = {name: [] for name in runs}
    for k in range(options.pairs + 1):  # the first round warms up and does not count
        for name, run in runs.items():
            began = time.process_time()
            written = run()
            if k:
                seconds[name].append(time.process_time() - began)
            if written.shape[1] != options.prompt + options.new:
                raise SystemExit(f"{name} wrote {written.shape[1] - options.prompt} tokens")
    for name, times in seconds.items():
        ratios = [a / b for a, b in zip(seconds["transformers"], times, strict=True)]
        rates = [options.new / each for each in times]
        print(
            f"{name:15} {statistics.median(rates):6.1f} tokens/s (best {max(rates):.1f}), "
            f"{statistics.median(ratios):.2f} times transformers ({min(ratios):.2f} to {max(ratios):.2f})"
        )
    with torch.inference_mode():
        gap = (small(prompt) - ours(prompt)).square().mean().sqrt() / ours(prompt).std()
    print(f"int8: root mean square error of a logit {gap:.1e} standard deviations of the logits")


def tensors(model):
    return [*model.parameters(), *model.buffers()]


def quality(options):
    text = pathlib.Path(options.file).read_text(encoding="utf-8")
    letters = sorted(set(text))
    ids = torch.tensor([letters.index(letter) for letter in text])
    split = len(ids) * 9 // 10
    config = GPTConfig(vocab_size=len(letters), context_length=64, width=128, n_heads=4, n_layers=4, dropout=0.0)
    model = GPT(config, seed=0)
    chance = torch.Generator().manual_seed(0)
    starts = torch.randint(0, split - 65, (options.steps, 16), generator=chance)
    batches = [(windows(ids, row), windows(ids, row + 1)) for row in starts]
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
    fit(model, batches, loss=token_loss, optimizer=optimizer, epochs=1, device="cpu", progress=False)
    held_out = torch.arange(split, len(ids) - 65, 64)[: options.windows]
    inputs, targets = windows(ids, held_out), windows(ids, held_out + 1)
    versions = {"float32": model.eval(), "int8": quantize_int8(model)}
    for name, version in versions.items():
        with torch.inference_mode():
            loss = token_loss(version(inputs), targets)
        print(f"{name}: {loss:.5f} nats a letter, perplexity {loss.exp():.4f} ({targets.numel():,} held-out letters)")


def memory(options):
    print(f"libraries: {peak():.0f} MB")
    config = GPTConfig.gpt2(options.size)
    model = GPT(config, seed=0).eval()
    if options.int8:
        model = quantize_int8(model)
    print(f"with the model ({sum(t.numel() * t.element_size() for t in tensors(model)) / 1e6:.0f} MB): {peak():.0f} MB")
    chance = torch.Generator().manual_seed(0)
    for length in options.prompts:
        prompt = torch.randint(0, config.vocab_size, (1, length), generator=chance)
        generate(model, prompt, max_new_tokens=options.new)
        print(f"after a prompt of {length} tokens and {options.new} new ones: {peak():.0f} MB")


def peak():
    """Return the largest memory that this process had, in MB."""
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / 1e6 if sys.platform == "darwin" else size * 1024 / 1e6


def products(options):
    config = GPTConfig.gpt2(options.size)
    model = GPT(config, seed=0).eval()
    for name, version in (("float32", model), ("int8", quantize_int8(model))):
        layers = [part for part in version.modules() if isinstance(part, torch.nn.Linear | Int8Linear)]
        vectors = [torch.randn(1, layer.weight.shape[1]) for layer in layers]
        ids, of_products, of_tokens = torch.zeros(1, 32, dtype=torch.long), [], []
        with torch.inference_mode():
            for k in range(options.times + 1):  # the first round warms up and does not count
                began = time.process_time()
                for layer, vector in zip(layers, vectors, strict=True):
                    layer(vector)
                done = time.process_time()
                generate(version, ids, max_new_tokens=1)
                half = time.process_time()
                generate(version, ids, max_new_tokens=33)
                if k:
                    of_products.append(1000 * (done - began))
                    of_tokens.append(1000 * (time.process_time() - 2 * half + done) / 32)  # the prompt does not count
        print(
            f"{name}: {statistics.median(of_products):.1f} ms for {len(layers)} layers with one vector, "
            f"{statistics.median(of_tokens):.1f} ms for a token, n = {options.times}"
        )


def windows(ids, starts):
    return torch.stack([ids[start : start + 64] for start in starts.tolist()])


def token_loss(logits, targets):
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("speed")
    one.add_argument("--size", default="small")
    one.add_argument("--threads", type=int, default=1)
    one.add_argument("--prompt", type=int, default=32)
    one.add_argument("--new", type=int, default=64)
    one.add_argument("--pairs", type=int, default=5)
    one.add_argument("--no-cache", action="store_true", help="time ours without the key-value cache too")
    one.set_defaults(run=speed)
    two = commands.add_parser("quality")
    two.add_argument("file")
    two.add_argument("--steps", type=int, default=400)
    two.add_argument("--windows", type=int, default=500)
    two.set_defaults(run=quality)
    three = commands.add_parser("memory")
    three.add_argument("--size", default="small")
    three.add_argument("--prompts", type=int, nargs="+", default=[32, 1000])
    three.add_argument("--new", type=int, default=24, help="beyond the window of 1,024 tokens nothing is cached")
    three.add_argument("--int8", action="store_true")
    three.set_defaults(run=memory)
    four = commands.add_parser("products")
    four.add_argument("--size", default="small")
    four.add_argument("--times", type=int, default=12)
    four.set_defaults(run=products)
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
