"""
LoRA: can a tenth of the weights learn something new?
=====================================================

You will see a model learn a second language while its own weights stay frozen, how few numbers that takes, what plain
fine-tuning forgets meanwhile, and that the adapters can be added into the matrices in the end. Quantized base models
are skipped.
"""

# %%
# Two languages
# -------------
# Both use the same letters, with other words and another order.

# sphinx_gallery_tags = ["nlp", "advanced", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import copy
import random

import matplotlib.pyplot as plt
import torch

from ailiteracy.nlp import CharacterTokenizer, GPTConfig, add_lora, merge_lora, pretrain, text_loss

torch.set_num_threads(1)

# %%
# The second writes words backwards, and the last one first.

draw = random.Random(0)


def sayings(words, order, n=900):
    """Return n sentences of three words."""
    return "".join(" ".join(draw.choice(words[k]) for k in order) + ".\n" for _ in range(n))


first = sayings([["the cat", "a dog", "an owl"], ["sees", "hears", "likes"], ["the sea", "a bell", "tea"]], [0, 1, 2])
second = sayings([["tac eht", "god a", "lwo na"], ["sees", "sraeh", "sekil"], ["aes eht", "lleb a", "aet"]], [2, 1, 0])
tokenizer = CharacterTokenizer.train(first + second)
config = GPTConfig(tokenizer.vocab_size, context_length=32, width=64, n_heads=4, n_layers=2, dropout=0.0)
base = pretrain(first, tokenizer=tokenizer, model=config, steps=100, looks=2, progress=False)
print(base.write("a dog ", max_new_tokens=25).strip())
print(base)

# %%
# The naive way: train everything on the new text
# -----------------------------------------------


def learn(model):
    """Return the losses on the second language while it is learned, then on both."""
    result = pretrain(second, tokenizer=tokenizer, model=model, steps=90, looks=6, batch_size=12, progress=False)
    both = [text_loss(result.model, tokenizer.encode(text[-1500:])) for text in (first, second)]
    return result, both


everything, both = learn(copy.deepcopy(base.model))
print(f"all {base.model.n_parameters:,} weights: first language {both[0]:.2f}, second {both[1]:.2f} nats a letter")

# %%
# The second language is learned, the first one is gone. Besides, every new language needs a whole new model.
#
# A small difference beside each matrix
# -------------------------------------
# A matrix W stays as it is. Beside it stands a product of two thin ones, up times down, and only those are trained.
# "up" starts at zero: at first nothing changes.

layer = base.model.blocks[0].attention.qkv
results = {}
for rank in (1, 6):
    model = add_lora(copy.deepcopy(base.model), rank=rank)
    n_free = sum(weight.numel() for weight in model.parameters() if weight.requires_grad)
    ids = torch.tensor([tokenizer.encode("a dog")])
    print("the same before training:", torch.equal(model.eval()(ids), base.model.eval()(ids)))
    results[rank], both = learn(model)
    print(f"rank {rank}: {n_free:,} weights ({n_free / model.n_parameters:.1%}), second language {both[1]:.2f}")

# %%
# Side by side
# ------------

figure, axes = plt.subplots(figsize=(7, 3.4), layout="constrained")
axes.plot(everything.steps, everything.validation_losses, "o-", color="#0072b2", label="all weights")
for (rank, result), style, color in zip(results.items(), ("s--", "^:"), ("#e69f00", "#009e73"), strict=True):
    axes.plot(result.steps, result.validation_losses, style, color=color, label=f"LoRA, rank {rank}")
axes.set(xlabel="steps", ylabel="nats a letter, held out", title="Learning a second language")
_ = axes.legend()

# %%
# Notice that rank 1 is too thin for a new language, and that rank 6, a tenth of the weights, comes most of the way.
#
# Take the difference away and the first language is back, letter for letter: W was never touched. Or keep it for good:
# ``merge_lora`` adds up times down to W, and the model has its old layers and its old speed.

model = results[6].model
print("W untouched:", torch.equal(model.blocks[0].attention.qkv.linear.weight, layer.weight))
apart = model.eval()(ids)
merged = merge_lora(model)(ids)
print(f"merged, largest change of a logit: {(merged - apart).abs().max():.1e}")
print(results[6].write("lleb a ", max_new_tokens=20).strip())

# %%
# Try it
# ------
# How does the loss depend on ``alpha``? In GPT-2 small, ``add_lora(model, rank=8)`` trains how many weights? Count on
# the device "meta".
