"""
Does a model that writes also answer?
=====================================

You will see a model go on with a question instead of answering it, learn to answer from pairs, cheat by learning the
pairs by heart, and be graded by a judge whose bad replies are counted. Large models are skipped: this one knows two
tricks.
"""

# %%
# Two tricks
# ----------
# Say the first letter of a word, or the last. The words are made up, so that there are as many as we like.

# sphinx_gallery_tags = ["nlp", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 2

import random

import torch

from ailiteracy.nlp import (
    BytePairTokenizer,
    GPTConfig,
    InstructionTuning,
    Judgement,
    finetune_instructions,
    format_prompt,
    judge_answers,
    pretrain,
)

torch.set_num_threads(1)

# %%
# Three letters to a word, and one of two tricks.

draw = random.Random(0)


def pair():
    """Return an instruction, a made-up word, and the answer."""
    word = "".join(draw.choice(letters) for letters in ("bdfglmnprst", "aeiou", "bdfglmnprst"))
    last = draw.random() < 0.5
    return {"instruction": "last" if last else "first", "input": word, "output": f"it is {word[-1 if last else 0]}."}


pairs = [pair() for _ in range(900)]
print(format_prompt(pairs[0], "phi3") + pairs[0]["output"])

# %%
# The naive way: only learn to write
# ----------------------------------
# A model that has read the prompts goes on in their manner: it asks more questions.

stream = "\n".join(format_prompt(one, "phi3") for one in pairs)
tokenizer = BytePairTokenizer.train("<|user|>\n<|end|>\n<|assistant|>\nfirst last it is" * 9, 285)
config = GPTConfig(tokenizer.vocab_size, context_length=32, width=64, n_heads=4, n_layers=2, dropout=0.0)
writer = pretrain(stream, tokenizer=tokenizer, model=config, steps=80, looks=2, progress=False)
question = {"instruction": "last", "input": "tof", "output": "it is f."}
print(writer.write(format_prompt(question, "phi3"), max_new_tokens=30, temperature=0))

# %%
# Learn from a few answers, read many times
# -----------------------------------------
# Only the tokens of the answer count for the loss, and one more: the end-of-text token after it. Without that one a
# model never stops.

settings = {"style": "phi3", "batch_size": 16, "learning_rate": 0.02, "progress": False}
parrot = finetune_instructions(writer.model, tokenizer, pairs[:20] * 20, epochs=4, **settings)
_ = parrot.plot()

# %%
# Notice that both lines fall to nothing. They must: every pair is there twenty times, so that the held-out ones have
# copies among the others. New words tell another story.

new = [one for one in (pair() for _ in range(400)) if one not in pairs][:40]
right = [parrot.answer(one) == one["output"] for one in new]
print(f"{sum(right)} of {len(new)} right; an answer: {parrot.answer(question)!r}")

# %%
# The form is there: short, a full stop, then silence. The trick is not; a model learns by heart when that is cheaper.
#
# Learn from many answers
# -----------------------

tuned: InstructionTuning = finetune_instructions(writer.model, tokenizer, pairs, epochs=10, **settings)
print(tuned)
_ = tuned.plot()

# %%
# Notice how fast both lines fall: after three epochs form and place are known, and the rest adds nothing.

answers = [tuned.answer(one) for one in new]
print(sum(answer == one["output"] for answer, one in zip(answers, new, strict=True)), "of", len(new), "right")

# %%
# A judge
# -------
# Longer answers cannot be compared letter by letter, so another model grades them. ``judge_answers`` takes any function
# from messages to a reply. This one stands in for a server: it compares with the reference, and is vague about "t".


def stand_in(messages):
    """Grade as a server would, from what is written in the messages."""
    reference, answer = messages[1]["content"].split("That was the reference.")
    wanted, got = reference.split("### Response:\n")[1].strip(), answer.split("<answer>\n")[1].split("\n</answer>")[0]
    if wanted == "it is t.":
        return "Somewhere between 20 and 80."
    return "Score: 100/100" if wanted == got else "Score: 0/100"


verdict: Judgement = judge_answers(new, answers, stand_in, progress=False)
print(verdict)

# %%
# A reply without one clear number is nan and counts as failed. Guessing a number for it would make the mean look like
# something it is not. For a real judge pass the chat client of a local server, at temperature 0.
#
# Try it
# ------
# Set ``learn_prompt=True``: does it help? Ask in the style "alpaca" what was taught in "phi3": what does the model say?
