"""
Can a program find its way without a map?
=========================================

You will watch a table of guesses learn to walk along a cliff, told nothing but the reward of each step; first without
curiosity, then with it. You compare it with what is best when the map is known. Networks in the place of the table are
skipped; the games that teach themselves have one.
"""

# %%
# A world of squares: start S, goal G, walls #, pits X. A step costs 1, the goal pays 10, a pit costs 100 and ends the
# walk, like the goal. A reward one step later is worth 0.95 of one now.

# sphinx_gallery_tags = ["basics", "beginner", "3 min"]
# sphinx_gallery_thumbnail_number = 3

from ailiteracy.basics import GridSolution, GridWorld, QLearningResult, q_learning, value_iteration

world = GridWorld("cliff")
print(world.text)

# %%
# Who has the map can compute
# ---------------------------
# A square is worth the best that one step and the square after it can bring. Put the right side of that sentence in the
# place of the left until nothing changes: *value iteration*.

best = value_iteration(world)
print(best)
_ = best.plot()

# %%
# Notice how the values fall step by step away from the goal, and that the best way runs along the edge.
#
# Without the map: the naive way
# ------------------------------
# *Q-learning* keeps a guess for each square and direction. After a step it moves the guess towards the reward plus the
# discounted best guess of the next square; at the end of a walk there is no next square. The obvious rule is to do
# what looks best. With guesses that begin at 0 and steps that cost nothing, this happens:

free = GridWorld("cliff", step_reward=0)
obvious = q_learning(free, epsilon=0, initial_value=0, n_episodes=300)
print(obvious)
_ = obvious.plot()

# %%
# Notice the detour in the upper right panel: it found a way, never tried another, and keeps its detour for ever.
#
# Curiosity
# ---------
# Two cures. *Epsilon*: some steps are random, all of them at first, one in twenty at the end. *Optimism*: guesses that
# begin high make everything untried look good.

learned = q_learning(world)
print(learned)
_ = learned.plot()

# %%
# Notice that the way is now the best one, and that the curve below still falls deep: one random step in twenty, next
# to a cliff. They belong to the learning, not to what was learned.


def loss(learned: QLearningResult, best: GridSolution) -> float:
    """Return how much worth is lost at the start by following the learned arrows."""
    return float((best.values - learned.worth())[learned.world.start])


for name in ("small", "cliff", "maze"):
    losses = [loss(q_learning(name, rng=seed), value_iteration(name)) for seed in range(5)]
    print(f"{name}: lost at the start, five seeds: {[round(abs(x), 6) for x in losses]}")

# %%
# Ice
# ---
# On ice one step in five goes to the left or right of where it was meant to.

icy = value_iteration(GridWorld("cliff", slip=0.2))
print("\n".join(icy.policy))

# %%
# Notice the third row: nobody walks along the edge any more. And notice the start: its arrow points against the border.
# A step up could slip into the pit beside it; a step against the border stays, or slips up or down. So it waits for a
# slip in the right direction.

# %%
# Try it
# ------
# Draw a map of your own with a short way beside a pit and a long one. From which ``slip`` on does the best way change?
# Does Q-learning find it too? (On ice, let the learning rate fall: ``learning_rate=(0.5, 0.01)``.)

print("\n".join(value_iteration(GridWorld("S.X.G\n.....\n.....", slip=0.1)).policy))
