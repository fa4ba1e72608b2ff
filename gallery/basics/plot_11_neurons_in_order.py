"""
In which order can neurons fire?
================================

You will send a signal through neurons that stand in no particular order, see that going through them by number gives
wrong answers, and put them into an order that works; where there is none, you will find the ring. Learning is skipped:
the weights are given.
"""

# %%
# Each neuron adds up what its *active* predecessors (state above 0) send, weight times state, and takes its threshold
# off. Neurons that nothing leads to are inputs and keep their state. Here neuron 2 needs neuron 4, which comes later.

# sphinx_gallery_tags = ["basics", "beginner", "2 min"]
# sphinx_gallery_thumbnail_number = 1

from ailiteracy.basics import NeuronGraphResult, run_neuron_graph, solve_judge_problem

neurons = [(1, 0), (0, 1), (2, 0), (0, 1), (0, 3)]  # state and threshold of neurons 1 to 5
edges = [(1, 4, 2), (3, 4, 1), (4, 2, 2), (2, 5, 1), (3, 5, 1)]  # from, to, weight

# %%
# The naive way goes through them by number.

states = [state for state, _ in neurons]
for i, (_, threshold) in enumerate(neurons, start=1):
    incoming = [(j, weight) for j, k, weight in edges if k == i]
    if incoming:
        states[i - 1] = sum(weight * max(states[j - 1], 0) for j, weight in incoming) - threshold
    print(f"neuron {i} has state {states[i - 1]}")

# %%
# Neuron 2 was computed while neuron 4 was still at 0. The cure: compute what waits for nothing, let its successors wait
# for one less, and repeat. That is a *topological order*.

result = run_neuron_graph(neurons, edges)
print(result)
print("order:", result.order)
_ = result.plot()

# %%
# Notice that every arrow leads to the right, from a neuron that is known to one that is not yet.
#
# When there is no order
# ----------------------
# Neurons in a ring wait for one another. What is left when nothing can be computed any more holds the ring.


def describe(result: NeuronGraphResult) -> str:
    return f"no order: {' -> '.join(map(str, result.cycle))}" if result.cycle else f"order {result.order}"


ring = run_neuron_graph(neurons, [*edges, (2, 1, 1)])
print(describe(result))
print(describe(ring))
_ = ring.plot()

# %%
# Notice that neuron 3 is fine and that neuron 5, which the ring leads to, is not: it waits too.
#
# As the judge asks it
# --------------------
# Problem 29740 wants the active outputs, or NULL. An edge may be given twice: the weights add up. Even when they add up
# to 0 it is an edge, and the neuron it leads to is no input.

print(solve_judge_problem(29740, "2 2\n1 0\n0 0\n1 2 1\n2 1 1"))
print(solve_judge_problem(29740, "2 2\n4 0\n9 -3\n1 2 5\n1 2 -5"))

# %%
# Try it
# ------
# Build XOR: two inputs with states 0 or 1, as few other neurons as you can. A neuron is silent at 0 or below, so a
# threshold of 1 asks for more than one input. This is AND.

for a in (0, 1):
    for b in (0, 1):
        and_gate = run_neuron_graph([(a, 0), (b, 0), (0, 1)], [(1, 3, 1), (2, 3, 1)])
        print(a, b, "fires" if and_gate.answer else "silent")
