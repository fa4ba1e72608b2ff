"""Facts about torch that the lessons on tensors state, each where the course notes said something else."""

import numpy as np
import pytest
import torch


def same_memory(one, other):
    return one.untyped_storage().data_ptr() == other.untyped_storage().data_ptr()


# Creation and types


def test_normal_numbers_have_no_bounds():
    chance = torch.Generator().manual_seed(0)
    assert torch.randn(10_000, generator=chance).abs().max() > 3
    uniform = torch.rand(10_000, generator=chance)
    assert uniform.min() >= 0
    assert uniform.max() < 1


def test_rand_like_is_uniform_and_needs_a_type_for_whole_numbers():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        assert torch.rand_like(torch.empty(10_000)).min() >= 0
        assert torch.randn_like(torch.empty(10_000)).min() < -2
    whole = torch.from_numpy(np.array([1, 2, 3], dtype=np.int64))
    assert whole.dtype == torch.int64
    for draw in (torch.rand_like, torch.randn_like):
        with pytest.raises((RuntimeError, NotImplementedError)):
            draw(whole)
        assert draw(whole, dtype=torch.float32).dtype == torch.float32


def test_sizes_of_types():
    assert torch.complex64.itemsize * 8 == 64
    assert torch.complex128.itemsize * 8 == 128
    assert torch.bfloat16.itemsize == 2
    assert torch.finfo(torch.bfloat16).max > 1e38


def test_item_shows_the_nearest_float32():
    assert repr(torch.tensor([3.14]).item()) == "3.140000104904175"


@pytest.mark.filterwarnings("ignore")
def test_range_includes_its_end_and_arange_does_not():
    assert len(torch.range(0, 10)) == 11
    assert len(torch.arange(0, 10)) == 10


def test_casts_to_small_integers_wrap_around_and_cut():
    assert torch.tensor([127, 128, 300]).to(torch.int8).tolist() == [127, -128, 44]
    assert torch.tensor([1.9, -1.9]).to(torch.int8).tolist() == [1, -1]


def test_names_that_exist():
    assert not hasattr(torch, "type")
    assert isinstance(torch.ones(2).size(), torch.Size | tuple)
    assert torch.multiply is not None
    assert not hasattr(torch.Tensor, "from_numpy")
    assert callable(torch.from_numpy)


def test_a_storage_counts_bytes():
    assert torch.rand(2, 3, 4).untyped_storage().nbytes() == 96


# Views and copies


def test_reshape_and_flatten_are_views_where_strides_permit():
    x = torch.arange(6.0).reshape(2, 3)
    assert same_memory(x, x.reshape(3, 2))
    assert same_memory(x, x.flatten())
    assert not same_memory(x, x.T.reshape(6))


def test_view_needs_fitting_strides_and_not_one_piece():
    x = torch.arange(6.0).reshape(2, 3)
    with pytest.raises(RuntimeError, match="not compatible"):
        x.t().view(-1)
    part = x[:, :2]
    assert not part.is_contiguous()
    assert part.view(2, 2, 1).shape == (2, 2, 1)


def test_unsqueeze_is_a_view():
    x = torch.zeros(3)
    x.unsqueeze(0)[0, 0] = 100
    assert x.tolist() == [100, 0, 0]


def test_squeeze_drops_a_batch_of_one():
    batch = torch.zeros(1, 3, 1, 5)
    assert batch.squeeze().shape == (3, 5)
    assert batch.squeeze(2).shape == (1, 3, 5)


def test_expand():
    row = torch.ones(1, 3)
    expanded, repeated = row.expand(4, 3), row.repeat(4, 1)
    assert row.expand(2, 4, -1).shape == (2, 4, 3)
    with pytest.raises(RuntimeError, match="single memory location"):
        expanded.add_(1)
    expanded[2, 0] = 100
    assert expanded[:, 0].tolist() == [100] * 4
    assert repeated[:, 0].tolist() == [1] * 4


def test_basic_indexing_is_a_view_and_lists_copy():
    x = torch.arange(6).reshape(2, 3)
    assert same_memory(x, x[0])
    assert same_memory(x, x[:, 1:])
    assert not same_memory(x, x[[0, 1]])
    assert not same_memory(x, x[x > 2])


def test_transposes_beyond_two_dimensions():
    stack = torch.zeros(2, 3, 4)
    assert stack.mT.shape == (2, 4, 3)
    with pytest.warns(UserWarning, match="deprecated"):
        _ = stack.T


@pytest.mark.filterwarnings("error:TypedStorage")
def test_typed_storage_is_deprecated():
    with pytest.raises(UserWarning, match="TypedStorage is deprecated"):
        torch.zeros(1).storage()


# Broadcasting


def test_missing_dimensions_on_the_left_count_as_one():
    assert torch.broadcast_shapes((3, 4, 5), (5,)) == (3, 4, 5)
    assert torch.broadcast_shapes((), (2,)) == (2,)
    with pytest.raises(RuntimeError):
        torch.broadcast_shapes((3, 4, 5), (4,))


def test_a_row_meets_a_column_in_a_comparison():
    labels = torch.tensor([1, 1, 1, 1])
    assert (labels == labels[:, None]).sum() == 16


# Reductions


def test_a_mean_takes_any_floating_type():
    for dtype in (torch.float16, torch.bfloat16, torch.float64, torch.complex64):
        assert torch.arange(0, 4, dtype=torch.float32).to(dtype).mean().real == 1.5
    with pytest.raises(RuntimeError, match="mean"):
        torch.arange(4).mean()


def test_two_standard_deviations():
    sample = [2.0, 4.0, 6.0]
    assert torch.tensor(sample).std() == 2
    assert np.std(sample) == pytest.approx(1.632993)
    assert torch.tensor(sample).std(correction=0).item() == pytest.approx(np.std(sample))


@pytest.mark.filterwarnings("ignore:std")
def test_the_deviation_of_one_sample_is_nan_and_passes_a_guard():
    std = torch.tensor([[3.0]]).std(dim=0)
    assert std.isnan().all()
    assert not (std == 0).any()


# Indexing, cutting, joining


def test_a_four_dimensional_index():
    with pytest.raises(RuntimeError, match="invalid for input of size 18"):
        torch.arange(1, 19).reshape(2, 3, 3, 3)
    batch = torch.arange(1, 55).reshape(2, 3, 3, 3)
    assert batch[0, 1, 2, :].tolist() == [16, 17, 18]
    assert batch[:, 1, :, :].tolist() == [batch[0, 1].tolist(), batch[1, 1].tolist()]


def test_stacking_makes_entries_along_the_new_dimension():
    vectors = [torch.tensor([1, 2]), torch.tensor([3, 4]), torch.tensor([5, 6])]
    assert torch.stack(vectors, dim=1).tolist() == [[1, 3, 5], [2, 4, 6]]  # vectors become columns
    tables = [torch.arange(6).reshape(2, 3) + 10 * number for number in range(3)]
    stacked = torch.stack(tables, dim=1)
    assert stacked.shape == (2, 3, 3)
    assert all(torch.equal(stacked[:, number], table) for number, table in enumerate(tables))
    assert stacked[0].tolist() == [[0, 1, 2], [10, 11, 12], [20, 21, 22]]  # first rows, and rows they stay


def test_chunk_rounds_up_and_may_return_fewer():
    assert [len(piece) for piece in torch.chunk(torch.arange(10), 3)] == [4, 4, 2]
    assert len(torch.chunk(torch.arange(12), 5)) == 4
    assert [len(piece) for piece in torch.tensor_split(torch.arange(10), 3)] == [4, 3, 3]
    assert [len(piece) for piece in torch.split(torch.arange(10), 3)] == [3, 3, 3, 1]


# Products


def test_dot_takes_one_dimension():
    a = torch.tensor([1.0, 2.0, 3.0])
    assert a @ a == torch.dot(a, a) == 14
    with pytest.raises(RuntimeError, match="1D tensors"):
        torch.dot(torch.ones(2, 2), torch.ones(2, 2))
    with pytest.raises(RuntimeError, match=r"dtype|type"):
        torch.dot(a, a.double())


def test_only_matmul_broadcasts():
    stack, one = torch.rand(10, 3, 4), torch.rand(1, 4, 5)
    assert (stack @ one).shape == (10, 3, 5)
    with pytest.raises(RuntimeError):
        torch.bmm(stack, one)
    with pytest.raises(RuntimeError):
        torch.mm(stack, one)


def test_at_is_matmul_and_star_is_not():
    A, B = torch.tensor([[1.0, 2], [3, 4], [5, 6]]), torch.tensor([[7.0, 10], [8, 11], [9, 12]])
    with pytest.raises(RuntimeError, match=r"cannot be multiplied \(3x2 and 3x2\)"):
        A @ B
    assert (A @ B.mT).tolist() == torch.matmul(A, B.mT).tolist() == [[27, 30, 33], [61, 68, 75], [95, 106, 117]]
    assert (A * B).shape == (3, 2)


def test_two_products_become_possible_and_differ():
    one = torch.tensor([[1.0, 2], [3, 4], [5, 6]])
    other = torch.tensor([[7.0, 10], [8, 11], [9, 12]])
    with pytest.raises(RuntimeError, match="cannot be multiplied"):
        one @ other
    assert (one @ other.mT).tolist() == [[27, 30, 33], [61, 68, 75], [95, 106, 117]]  # each row with each row
    assert (one.mT @ other).tolist() == [[76, 103], [100, 136]]  # each column with each column


def test_a_linear_layer_takes_any_leading_dimensions():
    with torch.random.fork_rng():
        torch.manual_seed(42)
        layer = torch.nn.Linear(2, 6)
    out = layer(torch.tensor([[1.0, 2], [3, 4], [5, 6]]))
    want = [2.2368, 1.2292, 0.4714, 0.3864, 0.1309, 0.9838]
    assert out[0].tolist() == pytest.approx(want, abs=1e-4)
    assert layer(torch.rand(7, 8, 2)).shape == (7, 8, 6)


# NumPy


def test_memory_is_shared_both_ways():
    array = np.arange(1.0, 4.0)
    tensor = torch.from_numpy(array)
    assert tensor.dtype == torch.float64
    array += 1
    assert tensor.tolist() == [2, 3, 4]
    tensor.add_(1)
    assert array.tolist() == [3, 4, 5]


def test_a_new_object_under_an_old_name_is_not_shared():
    array = np.arange(1.0, 4.0)
    tensor = torch.from_numpy(array)
    array = array + 1
    assert tensor.tolist() == [1, 2, 3]
    tensor = torch.ones(3)
    kept = tensor.numpy()
    tensor = tensor + 1
    assert kept.tolist() == [1, 1, 1]
    assert tensor.tolist() == [2, 2, 2]


def test_a_change_of_type_copies():
    array = np.zeros(3)
    assert not np.shares_memory(array, torch.from_numpy(array).float().numpy())
    assert np.shares_memory(array, torch.as_tensor(array).numpy())


def test_numpy_needs_a_tensor_without_gradients():
    weights = torch.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match="requires grad"):
        weights.numpy()
    weights.detach().numpy()[0] = 7
    assert weights.tolist() == [7, 1]


def test_the_default_type_is_not_printed():
    assert "dtype" not in repr(torch.ones(2))
    assert "dtype=torch.float64" in repr(torch.ones(2).double())


# Chance and devices


def test_a_seed_repeats_what_comes_next_only():
    with torch.random.fork_rng():
        torch.manual_seed(42)
        first, second = torch.rand(3), torch.rand(3)
        torch.manual_seed(42)
        assert torch.equal(first, torch.rand(3))
    assert not torch.equal(first, second)


def test_a_generator_is_alone():
    with torch.random.fork_rng():
        before = torch.get_rng_state()
        torch.rand(3, generator=torch.Generator().manual_seed(1))
        assert torch.equal(torch.get_rng_state(), before)


def test_to_moves_and_never_chooses():
    x = torch.ones(2)
    assert x.to("cpu") is x
    with pytest.raises((RuntimeError, NotImplementedError)):
        torch.ones(3) @ torch.ones(3, device="meta")


def test_cuda_on_a_computer_without_it():
    if torch.cuda.is_available():
        pytest.skip("this computer has a CUDA device")
    with pytest.raises((RuntimeError, AssertionError)):
        torch.ones(2).cuda()
