"""Values: by hand, beside torch's autograd on random expressions, and what PyTorch itself does where the notes err."""

import math
import operator
import sys

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ailiteracy.basics import Value, no_grad


def test_two_variables_by_hand():
    x, y = Value(2), Value(3)
    z = x**2 + y**3 + x * y
    z.backward()
    assert (z.data, x.grad, y.grad) == (37.0, 2 * 2 + 3, 3 * 9 + 2)


@pytest.mark.parametrize("x", [-2.0, 0.0, 0.5, 7.0])
def test_algebra_chain_rule_and_walk_back_agree(x):
    value = Value(x)
    (5 * value + 3).__pow__(2).backward()
    expanded, chained = 50 * x + 30, 2 * (5 * x + 3) * 5
    assert value.grad == expanded == chained


def test_a_chain_of_three_steps():
    x = Value(2.0)
    out = (x * 3 + 5) ** 2
    out.backward()
    assert (out.data, x.grad) == (121.0, 66.0)


def test_mean_of_a_table():
    table = np.array([[Value(-0.1908), Value(0.2811)], [Value(0.8068), Value(0.8002)]])
    out = (3 * (table + 2) ** 2).mean()
    out.backward()
    assert out.data == pytest.approx(18.1469, abs=1e-4)
    found = [[value.grad for value in row] for row in table]
    np.testing.assert_allclose(found, [[1.5 * (value.data + 2) for value in row] for row in table])


def test_slopes_of_several_paths_add_up():
    x = Value(3.0)
    y = x * x
    (y + y * x).backward()  # x^2 + x^3
    assert x.grad == 2 * 3 + 3 * 9
    assert y.grad == 1 + 3


@pytest.mark.parametrize("name", ["add", "sub", "mul", "truediv", "pow"])
def test_arrays_on_either_side(name):
    operation, row = getattr(operator, name), np.array([1.0, 2.0, 4.0])
    x = Value(3.0)
    left, right = operation(x, row), operation(row, x)
    assert [value.data for value in left] == pytest.approx([operation(3.0, number) for number in row])
    assert [value.data for value in right] == pytest.approx([operation(number, 3.0) for number in row])
    left.sum().backward()
    small = 1e-6
    change = sum(operation(3 + small, number) - operation(3 - small, number) for number in row) / (2 * small)
    assert x.grad == pytest.approx(change, rel=1e-6)
    assert operation(x, np.array(2.0)).data == operation(x, 2.0).data
    x += row
    assert [value.data for value in x] == [4.0, 5.0, 7.0]


OPERATIONS = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / (b * b + 1),
    "constants": lambda a, b: 2 - 3 * a + b / 2 + 1 / (a * a + 1) + 2.0 ** (b / 8), "square": lambda a, b: (a - b) ** 2,
    "power": lambda a, b: (a * a + 0.5) ** (b / 4),
}  # fmt: skip
FUNCTIONS = ["tanh", "sigmoid", "relu", "exp", "log"]


def apply_function(name, a):
    if name == "exp":
        return (a / 4).exp()
    if name == "log":
        return (a * a + 0.1).log()
    return getattr(a, name)()


def evaluate(tree, leaves):
    """Return the value of a random expression: its leaves are Values or tensors."""
    if isinstance(tree, int):
        return leaves[tree]
    name, *parts = tree
    operands = [evaluate(part, leaves) for part in parts]
    return OPERATIONS[name](*operands) if name in OPERATIONS else apply_function(name, *operands)


TREES = st.recursive(
    st.integers(0, 2),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(sorted(OPERATIONS)), inner, inner), st.tuples(st.sampled_from(FUNCTIONS), inner)
    ),
    max_leaves=8,
)
NUMBERS = st.lists(st.floats(-3, 3), min_size=3, max_size=3)


@settings(max_examples=150, deadline=None)
@given(tree=TREES, numbers=NUMBERS)
def test_random_expressions_equal_torch(tree, numbers):
    torch = pytest.importorskip("torch")
    assume(not isinstance(tree, int))
    values = [Value(number) for number in numbers]
    tensors = [torch.tensor(number, dtype=torch.float64, requires_grad=True) for number in numbers]
    expected = evaluate(tree, tensors)
    assume(abs(expected.item()) < 1e100)
    expected.backward()
    result = evaluate(tree, values)
    result.backward()
    assert result.data == pytest.approx(expected.item(), rel=1e-10, abs=1e-12)
    for value, tensor in zip(values, tensors, strict=True):
        if tensor.grad is None:
            assert value.grad is None
        else:
            assert value.grad == pytest.approx(tensor.grad.item(), rel=1e-9, abs=1e-9)


@settings(max_examples=80, deadline=None)
@given(tree=TREES, numbers=NUMBERS)
def test_second_derivatives_equal_torch(tree, numbers):
    torch = pytest.importorskip("torch")
    values = [Value(number) for number in numbers]
    tensors = [torch.tensor(number, dtype=torch.float64, requires_grad=True) for number in numbers]
    expected = evaluate(tree, tensors) + sum(t**3 for t in tensors)
    assume(abs(expected.item()) < 1e50)
    slopes = torch.autograd.grad(expected, tensors, create_graph=True)
    seconds = torch.autograd.grad(sum(slope**2 for slope in slopes), tensors)
    (evaluate(tree, values) + sum(v**3 for v in values)).backward(create_graph=True)
    found = [value.grad for value in values]
    for value in values:
        value.zero_grad()
    sum(slope**2 for slope in found).backward()
    for value, slope, second in zip(values, slopes, seconds, strict=True):
        assert float(found[values.index(value)]) == pytest.approx(slope.item(), rel=1e-9, abs=1e-9)
        assert value.grad == pytest.approx(second.item(), rel=1e-8, abs=1e-8)


def test_derivatives_of_a_cube_one_after_the_other():
    x = Value(2.0)
    slope = x**3
    found = []
    for _ in range(4):
        x.zero_grad()
        slope.backward(create_graph=True)
        slope = x.grad
        found.append(float(slope))
    assert found == [12.0, 12.0, 6.0, 0.0]


def test_slopes_add_up_until_they_are_cleared():
    x = Value(2.0)
    seen = []
    for _ in range(3):
        (x**2).backward()
        seen.append(x.grad)
    assert seen == [4.0, 8.0, 12.0]
    cleared = []
    for _ in range(3):
        x.zero_grad()
        (x**2).backward()
        cleared.append(x.grad)
    assert cleared == [4.0, 4.0, 4.0]


def test_a_second_walk_through_one_graph_adds_the_same_slopes():
    x = Value(3.0)
    y = (x * x) * 2
    y.backward()
    y.backward()
    assert x.grad == 2 * 12.0


def test_no_grad_and_detach():
    x = Value(3.0)
    with no_grad():
        free = x * x
    assert (free.requires_grad, free.data) == (False, 9.0)
    assert (x * x).requires_grad
    loose = (x * x).detach()
    (loose * x).backward()
    assert x.grad == 9.0  # the constant counts as a number
    assert loose.grad is None


def test_no_grad_ends_with_an_error_too():
    with pytest.raises(ZeroDivisionError), no_grad():
        1 / 0  # noqa: B018
    assert (Value(1.0) * 2).requires_grad


def test_detached_numbers_go_their_own_way():
    x = Value(1.0)
    copy = x.detach()
    x.data = 5.0
    assert copy.data == 1.0


def test_deep_chains_need_no_recursion():
    x = Value(1.0)
    y = x
    n_steps = 5 * sys.getrecursionlimit()
    for _ in range(n_steps):
        y = y + x
    y.backward()
    assert x.grad == n_steps + 1
    del y  # nor does taking the chain down


def test_relu_has_slope_zero_at_zero():
    grads = []
    for number in (-1.0, 0.0, 0.5):
        x = Value(number)
        x.relu().backward()
        grads.append(x.grad)
    assert grads == [0.0, 0.0, 1.0]


def test_extreme_but_finite():
    for number, answer in ((1000.0, 1.0), (-1000.0, 0.0)):
        x = Value(number)
        y = x.sigmoid()
        y.backward()
        assert (y.data, x.grad) == (answer, 0.0)
    x = Value(0.0)
    (x**2 + x**1 + x**0).backward()
    assert x.grad == 1.0


def test_numpy_numbers_and_arrays_of_values():
    x = Value(3.0)
    for y in (np.float64(2) * x, np.float32(2) * x, np.int64(2) * x, x * np.float64(2)):
        assert isinstance(y, Value)
        assert y.data == 6.0
    row = np.array([Value(1.0), Value(2.0)])
    np.exp(row).sum().backward()
    assert [value.grad for value in row] == pytest.approx([math.e, math.e**2])


def test_a_whole_network_of_values_learns_like_the_arrays():
    from ailiteracy.basics import Network

    network = Network((2, 3, 1), rng=1)
    X, y = [[0.0, 1.0], [1.0, 1.0]], [1, 0]
    loss, gradient = network.loss_and_gradient(X, y)
    numbers = np.array([Value(p) for p in network.parameters])
    outputs = np.array(X)
    start = 0
    for n_in, n_out in ((2, 3), (3, 1)):
        layer = numbers[start : start + (n_in + 1) * n_out].reshape(n_in + 1, n_out)
        start += layer.size
        sums = outputs @ layer[:-1] + layer[-1]
        outputs = np.array([[value.sigmoid() for value in row] for row in sums])
    result = sum(0.5 * (outputs[i, 0] - y[i]) ** 2 for i in range(2))
    result.backward()
    assert result.data == pytest.approx(loss, rel=1e-12)
    np.testing.assert_allclose([value.grad for value in numbers], gradient, rtol=1e-10)


def test_text_and_drawing():
    x, y = Value(2, name="x"), Value(3, name="y")
    z = x * y + 1
    assert repr(z) == "Value(7)"
    z.backward()
    assert repr(x) == "Value(2, grad=3)"
    texts = [text.get_text() for text in z.plot().axes[0].texts]
    assert {"x\n2\ngrad 3", "y\n3\ngrad 2", "*\n6\ngrad 1", "1", "+\n7\ngrad 1"} <= set(texts)
    arrows = [text for text in z.plot().axes[0].texts if text.get_text() == ""]
    assert len(arrows) == 4


def changed():
    x = Value(1.0)
    y = x * x
    x.data = 2.0
    y.backward()


def let_go(use):
    x = Value(2.0)
    y = x * x
    y.backward(keep_graph=False)
    use(y)


def long_sum():
    return sum([Value(1.0) for _ in range(60)], Value(0.0))


CASES = [
    (lambda: Value("3"), TypeError, ["`data`", "a finite number", "got '3'"]),
    (lambda: Value(True), TypeError, ["`data`", "got True"]),
    (lambda: Value(1j), TypeError, ["`data`", "got 1j"]),
    (lambda: Value(math.nan), ValueError, ["`data`", "finite", "got nan"]),
    (lambda: Value(10**400), ValueError, ["`data`", "finite"]),
    (lambda: Value(np.array([1.0])), TypeError, ["`data`", "got ndarray of shape (1,)"]),
    (lambda: Value(1.0, requires_grad=1), TypeError, ["`requires_grad`", "True or False"]),
    (lambda: Value(1.0) + "a", TypeError, ["`operand`", "got 'a'", "Use a number or a Value"]),
    (lambda: None * Value(1.0), TypeError, ["`operand`", "got None"]),
    (lambda: Value(1.0) * 10**400, ValueError, ["`operand`", "finite"]),
    (lambda: Value(1.0) - math.inf, ValueError, ["`operand`", "finite", "got inf"]),
    (lambda: Value(1.0) / 0, ValueError, ["`divisor`", "not 0", "Keep it away from 0"]),
    (lambda: 1 / Value(0.0), ValueError, ["`divisor`", "not 0"]),
    (lambda: Value(0.0) ** -1, ValueError, ["`base`", "power of -1", "got 0.0", "no negative powers"]),
    (lambda: Value(-8.0) ** (1 / 3), ValueError, ["`base`", "got -8.0", "Only whole numbers"]),
    (lambda: Value(-2.0) ** Value(2.0), ValueError, ["`base`", "no slope for its exponent", "plain number"]),
    (lambda: (Value(0.0) ** 0.5).backward(), ValueError, ["`base`", "power of 0.5", "small number"]),
    (lambda: Value(0.0).log(), ValueError, ["`log`", "> 0", "got 0.0", "keeps it above 0"]),
    (lambda: Value(-1.0).log(), ValueError, ["`log`", "got -1.0"]),
    (lambda: Value(1000.0).exp(), ValueError, ["'exp' for 1000", "too large", "Scale"]),
    (lambda: Value(1e200) * 1e200, ValueError, ["'*' for 1e+200, 1e+200", "too large"]),
    (lambda: Value(1e200) ** 2, ValueError, ["'**' for 1e+200, 2", "too large"]),
    (lambda: (Value(1e-200) ** -1).backward(), ValueError, ["slope for the value 1e-200", "too large"]),
    (lambda: (1e-200 / Value(1e-160) / 1e-200).backward(), ValueError, ["slope for the value 1e-160", "too large"]),
    (lambda: Value(2.0, requires_grad=False).exp().backward(), ValueError, ["nothing was recorded", "requires_grad"]),
    (lambda: Value(2.0).detach().backward(), ValueError, ["nothing was recorded", "no_grad"]),
    (changed, ValueError, ["'*'", "set to another number", "Compute it again"]),
    (lambda: let_go(lambda y: y.backward()), ValueError, ["value 4", "'*'", "let go", "keep_graph=True"]),
    (lambda: let_go(lambda y: (y + 1).backward()), ValueError, ["value 4", "let go"]),
    (lambda: setattr(Value(2.0) * 2, "data", 1.0), ValueError, ["computed by '*'", "cannot be set", "detach()"]),
    (lambda: setattr(Value(2.0), "data", "one"), TypeError, ["`data`", "got 'one'"]),
    (lambda: Value(1.0).backward(create_graph=1), TypeError, ["`create_graph`", "True or False"]),
    (lambda: Value(1.0).backward(keep_graph=None), TypeError, ["`keep_graph`", "True or False"]),
    (lambda: long_sum().plot(), ValueError, ["at most 60 values", "made of 121"]),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "parts"), CASES)
def test_bad_input_is_explained(call, error, parts):
    with pytest.raises(error) as caught:
        call()
    for part in parts:
        assert part in str(caught.value)


def test_a_failed_walk_changes_no_slope():
    x, bad = Value(1.0), Value(0.0)
    y = x * 2 + bad**0.5
    with pytest.raises(ValueError, match="`base`"):
        y.backward()
    assert x.grad is None
    assert y.grad is None


# What PyTorch does where the course notes say something else.


def test_torch_adds_slopes_up():
    torch = pytest.importorskip("torch")
    x = torch.tensor(2.0, requires_grad=True)
    seen = []
    for _ in range(3):
        (x**2).backward()  # made anew each time: retain_graph is not needed
        seen.append(x.grad.item())
    assert seen == [4.0, 8.0, 12.0]


def test_torch_refuses_a_second_walk_through_a_freed_graph():
    torch = pytest.importorskip("torch")
    x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = x**2
    y.sum().backward()
    x.grad.zero_()
    with pytest.raises(RuntimeError, match="a second time"):
        y.backward(torch.ones(3))
    y = x**2
    y.sum().backward(retain_graph=True)
    y.backward(torch.ones(3))
    assert x.grad.tolist() == [4.0, 8.0, 12.0]


def test_torch_walks_back_from_more_than_one_number_when_told_the_weights():
    torch = pytest.importorskip("torch")
    x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    with pytest.raises(RuntimeError, match="scalar outputs"):
        (x**2).backward()
    (x**2).backward(torch.tensor([1.0, 0.0, 10.0]))  # the slope of 1 y1 + 0 y2 + 10 y3
    assert x.grad.tolist() == [2.0, 0.0, 60.0]
    one = torch.tensor([[3.0]], requires_grad=True)
    (one**2).backward()  # one element is enough, it need not be 0-D
    assert one.grad.item() == 6.0


def test_torch_keeps_inner_slopes_on_request():
    torch = pytest.importorskip("torch")
    x = torch.tensor(3.0, requires_grad=True)
    y = x * 2
    y.retain_grad()
    (y**2).backward()
    assert y.grad.item() == 12.0


def test_relu_at_zero_in_torch_and_in_a_function_of_ones_own():
    torch = pytest.importorskip("torch")

    class OwnReLU(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x.clamp(min=0)

        @staticmethod
        def backward(ctx, grad):
            (x,) = ctx.saved_tensors
            return grad * (x > 0)  # with `x < 0` set to 0 the slope at 0 would be 1

    x = torch.tensor([-1.0, 0.0, 0.5], requires_grad=True)
    torch.relu(x).sum().backward()
    assert x.grad.tolist() == [0.0, 0.0, 1.0]
    x.grad = None
    OwnReLU.apply(x).sum().backward()
    assert x.grad.tolist() == [0.0, 0.0, 1.0]
    assert torch.autograd.gradcheck(OwnReLU.apply, torch.tensor([-1.0, 0.5], dtype=torch.float64, requires_grad=True))


def test_torch_detach_shares_its_numbers():
    torch = pytest.importorskip("torch")
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    loose = x.detach()
    loose[0] = 10.0
    assert x.tolist() == [10.0, 2.0]
    apart = x.detach().clone()
    apart[0] = 0.0
    assert x.tolist() == [10.0, 2.0]


def test_torch_refuses_to_change_a_leaf_in_place():
    torch = pytest.importorskip("torch")
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(RuntimeError, match="in-place"):
        x[0] = 10.0
    with pytest.raises(RuntimeError, match="in-place"):
        x -= 0.1
    with torch.no_grad():
        x -= 1.0
    assert x.tolist() == [0.0, 1.0]


def test_no_grad_leaves_dropout_on():
    torch = pytest.importorskip("torch")
    layer = torch.nn.Dropout(0.5)
    with torch.no_grad():
        assert (layer(torch.ones(1000)) == 0).any()
    layer.eval()
    x = torch.ones(1000, requires_grad=True)
    assert (layer(x) == 1).all()
    assert layer(x).requires_grad  # and eval() leaves the recording on


def test_torch_graphs_have_functions_as_nodes():
    torch = pytest.importorskip("torch")
    x = torch.tensor(2.0, requires_grad=True)
    out = (x * 3 + 5) ** 2
    names, node = [], out.grad_fn
    while node is not None:
        names.append(type(node).__name__)
        node = node.next_functions[0][0] if node.next_functions else None
    assert names == ["PowBackward0", "AddBackward0", "MulBackward0", "AccumulateGrad"]
    out.backward()
    assert (out.item(), x.grad.item()) == (121.0, 66.0)


def test_all_updates_happen_together_with_slopes_of_the_old_weights():
    """Slopes come from the last layer to the first; the step then moves all weights by them at once."""
    from ailiteracy.basics import worked_example

    example = worked_example()
    y4, w23 = example.forward["y4"], example.start["w23"]
    assert example.deltas["delta4"] == pytest.approx(y4 * (1 - y4) * w23 * example.deltas["delta5"], rel=1e-12)


def test_the_second_derivative_limits_the_step():
    curvature = 6.0  # of 3 x^2
    for factor, converges in ((0.99, True), (1.01, False)):
        x = Value(1.0)
        for _ in range(300):
            x.zero_grad()
            (3 * x**2).backward()
            x.data -= factor * 2 / curvature * x.grad
        assert (abs(x.data) < 0.01) == converges
    slow = Value(1.0)
    for _ in range(100_000 // 1000):
        slow.zero_grad()
        (3 * slow**2).backward()
        slow.data -= 1e-3 * slow.grad
    assert 0 < slow.data < 1  # a short step is slow, and stuck nowhere
