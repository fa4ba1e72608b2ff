"""
Does clipping save a training that explodes?
============================================

You will train one steep network three times from the same weights: not clipped, clipped at 1, clipped at 0.1. A
comparison needs the first of them. What else makes a network less steep is skipped.
"""

# %%
# Sigmoids times ten in every layer make a network so steep that a usual learning rate throws it far away.

# sphinx_gallery_tags = ["basics", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

from ailiteracy.basics import ClippingResult, clipping_demo

wild = clipping_demo([None], n_steps=30, n_seeds=1)
print("losses:", wild.losses[0, 0, :8].round(2))
print("lengths of the gradient:", wild.norms[0, 0, :8].round(1))

# %%
# Clipping keeps the direction of the gradient and cuts its length. The limit is a number to choose, so try two.

result = clipping_demo()
print(result)
_ = result.plot()

# %%
# Notice the scale on the left: the training without clipping leaves any sensible range, the others fall. On the right,
# dotted, is where the gradients are cut.
#
# Was it the clipping? All trainings of a seed begin with the same weights and the same samples, so yes:


def at_the_start(result: ClippingResult) -> None:
    for limit, losses, norms, used in zip(
        result.limits, result.losses, result.norms, result.clipped_norms, strict=True
    ):
        print(f"limit {limit}: first loss {losses[0, 0]:.4f}, gradient {norms[0, 0]:.2f}, used {used[0, 0]:.2f}")


at_the_start(result)

# %%
# A smaller rate would have helped as well, though it would have made every step small, not the wild ones alone.

print(clipping_demo([None], learning_rate=0.0001))

# %%
# Try it
# ------
# How large may the limit be before it stops helping? ``clipping_demo([None, 100.0, 10.0])`` is a beginning.

print(clipping_demo([10.0, 3.0], n_seeds=2))
