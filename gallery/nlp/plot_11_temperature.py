"""
The likeliest word every time makes a dull writer
=================================================

You will see a small model write letter by letter: always the likeliest one, then by chance with a temperature, then
with the unlikely ones cut off (top-k, top-p). How the model is built was in the example before.
"""

# %%
# A model that has read a few proverbs
# ------------------------------------

# sphinx_gallery_tags = ["nlp", "beginner", "2 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt
import torch

from ailiteracy.nlp import GPT, GPTConfig, generate, token_probabilities
from ailiteracy.training import fit

proverbs = """the early bird catches the worm. the pen is mightier than the sword. the grass is greener there.
the apple falls near the tree. the longest way begins with a step. the cat sleeps while the mice play.
the tide turns. the sun shines for all. the fish rots from the head. the walls have ears. the dose makes the poison.
""".replace("\n", " ")
letters = sorted(set(proverbs))
ids = torch.tensor([letters.index(letter) for letter in proverbs])
config = GPTConfig(len(letters), context_length=16, width=48, n_heads=4, n_layers=2, dropout=0.1)
model = GPT(config, seed=0)

# %%
# A few seconds of training: guess the next letter from up to sixteen before.

torch.set_num_threads(1)  # tiny matrices
generator = torch.Generator().manual_seed(0)
starts = torch.randint(0, len(ids) - 17, (400, 24, 1), generator=generator)
text = ids[starts + torch.arange(17)]  # 400 batches of 24 texts of 17 letters


def token_loss(logits, targets):
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())


batches = [(part[:, :-1], part[:, 1:]) for part in text]
learner = torch.optim.AdamW(model.parameters(), lr=3e-3)
fit(model, batches, loss=token_loss, optimizer=learner, epochs=1, device="cpu", progress=False)


def write(**options):
    start = [letters.index(letter) for letter in "the "]
    return "".join(letters[i] for i in generate(model, start, max_new_tokens=60, **options))


# %%
# The naive way: always the likeliest
# -----------------------------------
# Temperature 0. Whatever the seed, the text is the same.

for seed in range(3):
    print(write(temperature=0, seed=seed))

# %%
# Temperature: how bold is the draw?
# ----------------------------------
# The scores are divided by the temperature before softmax.

with torch.no_grad():
    scores = model.eval()(torch.tensor([[letters.index(letter) for letter in "the "]]))[0, -1]
figure, axes = plt.subplots(figsize=(9, 3.2), layout="constrained")
for k, (temperature, color) in enumerate([(0.5, "#0072b2"), (1.0, "#e69f00"), (2.0, "#009e73")]):
    likely = token_probabilities(scores, temperature=temperature).tolist()
    places = [place + 0.27 * (k - 1) for place in range(len(letters))]
    axes.bar(places, likely, 0.27, color=color, label=f"temperature {temperature}")
axes.set_xticks(range(len(letters)), ["space" if letter == " " else letter for letter in letters])
axes.set(ylabel="probability", title="Which letter follows 'the '?")
_ = axes.legend()

# %%
# Notice that a low temperature lifts the tall bars and a high one the small ones; their order never changes.

for temperature in (0.5, 1.0, 2.0):
    print(f"{temperature}: {write(temperature=temperature)}")

# %%
# Cut the tail off
# ----------------
# A high temperature also draws letters that make no sense. ``top_k=3`` keeps the three likeliest, ``top_p=0.8`` the
# likeliest that together reach 80 %: few where the model is sure, many where it is not.

for options in ({"top_k": 3}, {"top_p": 0.8}):
    kept = token_probabilities(scores, temperature=1.5, **options)
    print(options, "keeps", "".join(letters[i] for i in kept.nonzero()[:, 0].tolist()))
    print("   ", write(temperature=1.5, **options))

# %%
# Stop, and watch it write
# ------------------------
# A full stop ends the text; ``on_token`` gets every letter as it comes.

came = []
print(write(temperature=1, stop_tokens=[letters.index(".")], on_token=lambda new: came.append(letters[new[0]])))
print("one by one:", came[:8])

# %%
# Try it
# ------
# Set ``repetition_penalty=1.5``. Which proverbs does the model know by heart, and how can you tell that it has not
# understood them?
