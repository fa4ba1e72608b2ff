"""Neurons on a graph: the notes' samples, cycles, repeated edges, and another way to compute the same states."""

import functools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ailiteracy.basics import run_neuron_graph

TWO_LAYERS = ([(1, 0), (1, 0), (0, 1), (0, 1), (0, 1)], [(i, j, 1) for i in (1, 2) for j in (3, 4, 5)])


def test_first_sample_of_the_notes():
    result = run_neuron_graph(*TWO_LAYERS)
    assert result.answer == {3: 1, 4: 1, 5: 1}
    assert result.inputs == [1, 2]
    assert result.outputs == [3, 4, 5]
    assert result.cycle == []
    assert str(result) == "5 neurons, 6 edges. Active outputs: 3 with state 1, 4 with state 1, 5 with state 1."


def test_second_sample_of_the_notes_is_a_cycle():
    result = run_neuron_graph([(1, 0), (0, 0)], [(1, 2, 1), (2, 1, 1)])
    assert result.answer == {}
    assert result.states == {}
    assert result.cycle in ([1, 2, 1], [2, 1, 2])


def test_one_neuron_is_input_and_output():
    assert run_neuron_graph([(7, 100)], []).answer == {1: 7}  # an input keeps its state: no threshold is taken off
    assert run_neuron_graph([(-7, 0)], []).answer == {}


def test_silent_neurons_send_nothing():
    # Neuron 1 is silent, so the weight -5 changes nothing; 3 * 2 - 1 = 5.
    assert run_neuron_graph([(-2, 0), (3, 0), (0, 1)], [(1, 3, -5), (2, 3, 2)]).answer == {3: 5}


def test_repeated_edges_add_up_and_stay_an_edge_at_zero():
    result = run_neuron_graph([(4, 0), (9, -3)], [(1, 2, 5), (1, 2, -5)])
    assert result.weights == {(1, 2): 0}
    assert result.inputs == [1]  # with no edge, neuron 2 would be an input and keep its 9
    assert result.answer == {2: 3}


def test_first_states_of_other_neurons_are_ignored():
    assert run_neuron_graph([(1, 0), (50, 0)], [(1, 2, 1)]).answer == {2: 1}


def test_a_neuron_that_leads_to_itself_is_a_cycle():
    assert run_neuron_graph([(1, 0), (0, 0)], [(1, 2, 1), (2, 2, 1)]).cycle == [2, 2]


def test_states_beyond_64_bits():
    n = 100
    neurons, edges = [(1, 0)] + [(0, 0)] * (n - 1), [(i, i + 1, 1000) for i in range(1, n)]
    assert run_neuron_graph(neurons, edges).answer == {n: 1000 ** (n - 1)}


small = st.integers(1, 7).flatmap(
    lambda n: st.tuples(
        st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=n, max_size=n),
        st.lists(st.tuples(st.integers(1, n), st.integers(1, n), st.integers(-3, 3)), max_size=10),
    )
)


@settings(max_examples=150, deadline=None)
@given(small)
def test_equals_asking_backwards(graph):
    """The oracle asks each output for its state, which asks its predecessors; asking for itself again is a cycle."""
    neurons, edges = graph
    on_the_way = []

    @functools.cache
    def state(i):
        if i in on_the_way:
            raise RecursionError
        on_the_way.append(i)
        incoming = [(j, weight) for j, k, weight in edges if k == i]
        total = sum(weight * max(state(j), 0) for j, weight in incoming) - neurons[i - 1][1]
        on_the_way.pop()
        return total if incoming else neurons[i - 1][0]

    result = run_neuron_graph(neurons, edges)
    try:
        expected = {i: state(i) for i in range(1, len(neurons) + 1)}
    except RecursionError:
        assert result.cycle[0] == result.cycle[-1]
        assert all(edge in {(i, j) for i, j, _ in edges} for edge in zip(result.cycle, result.cycle[1:], strict=False))
        assert result.answer == {}
        return
    assert result.cycle == []
    assert result.states == expected
    place = {i: k for k, i in enumerate(result.order)}
    assert all(place[i] < place[j] for i, j, _ in edges)
    leaving = {i for i, _, _ in edges}
    assert list(result.answer.items()) == [(i, c) for i, c in expected.items() if c > 0 and i not in leaving]


@pytest.mark.parametrize("graph", [TWO_LAYERS, ([(1, 0)] * 3, [(1, 2, 1), (2, 3, 1), (3, 2, 4)]), ([(1, 0)] * 60, [])])
def test_figure(graph):
    result = run_neuron_graph(*graph)
    (axes,) = result.plot().axes
    texts = [text.get_text() for text in axes.texts]
    if graph is TWO_LAYERS:
        assert {"1\n1", "3\n1"} <= set(texts)
    assert "<img" in result._repr_html_()
    assert (axes.get_title().startswith("A cycle")) == bool(result.cycle)


CASES = {
    "no neuron": (lambda: run_neuron_graph([], []), ValueError, ["`neurons`", "at least one"]),
    "a pair too long": (lambda: run_neuron_graph([(1, 0, 0)], []), ValueError, ["`neurons`", "2 whole numbers"]),
    "an edge of two": (lambda: run_neuron_graph([(1, 0)], [(1, 1)]), ValueError, ["`edges`", "3 whole numbers"]),
    "an edge to nowhere": (
        lambda: run_neuron_graph([(1, 0)], [(1, 2, 1)]), ValueError, ["`edges`", "neurons 1 to 1", "from 1"],
    ),
    "numbered from 0": (lambda: run_neuron_graph([(1, 0)], [(0, 1, 1)]), ValueError, ["`edges`", "(0, 1, 1)"]),
    "a weight that is a float": (
        lambda: run_neuron_graph([(1, 0)], [(1, 1, 0.5)]), TypeError, ["`edges`", "whole numbers", "not 3.0"],
    ),
    "no list": (lambda: run_neuron_graph(3, []), TypeError, ["`neurons`", "got 3"]),
    "a list of numbers": (lambda: run_neuron_graph([1, 2], []), TypeError, ["`neurons`", "list of tuples"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_bad_input(name):
    call, error, fragments = CASES[name]
    with pytest.raises(error) as caught:
        call()
    for fragment in fragments:
        assert fragment in str(caught.value)
