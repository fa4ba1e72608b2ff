import pathlib

import numpy as np
import pytest
import torch

from ailiteracy.vision import ImageResult, ResNet, SpeedNet, load_images, load_model, resnet, speed_net, train_resnet


@pytest.fixture(scope="module")
def result():
    return train_resnet(epochs=5, device="cpu", progress=False)


def test_five_epochs_on_digits(result):
    assert isinstance(result, ImageResult)
    assert result.test_accuracy > 0.95  # the full 20 epochs are tested under `slow`
    assert result.confusion.sum() == 359
    assert result.confusion.trace() / 359 == pytest.approx(result.test_accuracy)
    assert len(result.history) == 5
    assert result.history.train_loss[-1] < result.history.train_loss[0]
    assert result.classes == tuple("0123456789")


def test_better_than_the_nearest_mean(result):
    # The point of the lesson. The mean picture of each class is exact: no chance is in it.
    data = load_images("digits")
    x, y = data.train_images.flatten(1).double(), data.train_labels
    means = torch.stack([x[y == number].mean(dim=0) for number in range(10)])  # (10, 64)
    nearest = torch.cdist(data.test_images.flatten(1).double(), means).argmin(dim=1)
    simple = (nearest == data.test_labels).double().mean().item()
    assert 0.85 < simple < 0.93
    assert result.test_accuracy > simple + 0.03


def test_predictions_agree_with_the_test(result):
    predicted = result.predict(result.test_images)
    assert np.mean(predicted == result.test_labels.numpy()) == pytest.approx(result.test_accuracy)
    wrong = result.mistakes()
    assert (predicted[wrong] != result.test_labels.numpy()[wrong]).all()
    assert len(wrong) == 359 - result.confusion.trace()
    sure = result.model.probabilities(result.test_images[wrong]).max(axis=1)
    assert (np.diff(sure) <= 1e-6).all()  # the surest mistake first


def test_figures(result):
    figure = result.plot_predictions()
    assert len(figure.axes[0].images) == 64
    predicted, labels = result.predict(result.test_images[:64]), result.test_labels[:64].numpy()
    colours = [text.get_color() for text in figure.axes[0].texts]
    assert [colour == "#D55E00" for colour in colours] == (predicted != labels).tolist()
    assert len(result.plot_predictions([], n_pictures=3).axes[0].images) == 0
    assert len(result.plot_predictions(np.array([5, 1]), n_pictures=1).axes[0].images) == 1
    assert len(result.plot().axes) == 3


def test_same_seed_same_result_and_random_state_left_alone():
    before = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002 (reads the global state)
    first, second, other = (train_resnet(epochs=1, seed=seed, device="cpu") for seed in (3, 3, 4))
    assert first.history.train_loss.tolist() == second.history.train_loss.tolist()
    assert (first.confusion == second.confusion).all()
    assert first.history.train_loss.tolist() != other.history.train_loss.tolist()
    assert torch.equal(before[0], torch.get_rng_state())
    assert (before[1] == np.random.get_state()[1]).all()  # noqa: NPY002


def test_number_of_threads_is_left_alone_and_changes_nothing():
    before, losses = torch.get_num_threads(), []
    try:
        for n_threads in (1, 2):
            torch.set_num_threads(n_threads)
            losses.append(train_resnet(epochs=1, device="cpu").history.train_loss.tolist())
            assert torch.get_num_threads() == n_threads
    finally:
        torch.set_num_threads(before)
    assert losses[0] == losses[1]


@pytest.mark.parametrize(
    ("fraction", "sizes"),
    [
        (None, {"train": 144, "validation": 16, "test": 40}),
        (0.25, {"train": 120, "validation": 40, "test": 40}),
        (0, {"train": 160, "test": 40}),
    ],
)
def test_parts_do_not_overlap(monkeypatch, fraction, sizes):
    seen = {}

    def fit(network, train, validation, *, test, **_):
        for name, batches in (("train", train), ("validation", validation), ("test", test)):
            if batches is not None:
                seen[name] = torch.cat([images for images, _ in batches])
        raise InterruptedError

    monkeypatch.setattr(resnet, "fit", fit)
    pictures = torch.arange(200).reshape(200, 1, 1).expand(200, 2, 2).to(torch.uint8)  # moving one changes nothing
    with pytest.raises(InterruptedError):
        train_resnet((pictures, torch.arange(200) % 4), validation_fraction=fraction, device="cpu")
    values = {name: set(images[:, 0, 0, 0].tolist()) for name, images in seen.items()}
    assert {name: len(images) for name, images in seen.items()} == sizes
    assert len(set.union(*values.values())) == 200


def test_only_the_training_part_is_changed(monkeypatch):
    seen = {}

    def fit(network, train, validation, *, test, **_):
        seen.update(train=train, validation=validation, test=test)
        raise InterruptedError

    monkeypatch.setattr(resnet, "fit", fit)
    pictures = (
        torch.arange(64).reshape(1, 8, 8).expand(60, 8, 8).to(torch.uint8)
    )  # all alike, each pixel its own number
    with pytest.raises(InterruptedError):
        train_resnet((pictures, torch.arange(60) % 2), device="cpu")
    images = {name: next(iter(batches))[0] for name, batches in seen.items()}
    moved = (images["train"][:, 0] != pictures[0]).flatten(1).any(dim=1)
    assert moved.float().mean() > 0.5
    assert all((images[name][:, 0] == pictures[0]).all() for name in ("validation", "test"))


def test_normalised_by_the_training_part():
    images = np.random.default_rng(0).integers(0, 256, (60, 8, 8, 3), dtype=np.uint8)
    result = train_resnet((images, np.arange(60) % 2), epochs=1, batch_size=10, device="cpu")
    data = load_images((images, np.arange(60) % 2))
    rows, _ = resnet.split(data.train_labels, 0.1, seed=0)
    wanted = data.train_images[rows].double() / 255
    torch.testing.assert_close(result.model.mean.flatten().double(), wanted.mean(dim=(0, 2, 3)), atol=1e-5, rtol=0)
    torch.testing.assert_close(result.model.std.flatten().double(), wanted.std(dim=(0, 2, 3)), atol=1e-3, rtol=0)


def test_a_large_set_tells_mean_and_spread_by_a_part(monkeypatch):
    images, rows = torch.randint(0, 256, (64, 3, 8, 8), dtype=torch.uint8), torch.arange(4, 64)
    monkeypatch.setattr(resnet, "MOST_PIXELS", 20 * 64 + 1)  # a third of the sixty
    mean, std = resnet._spread(images, rows)
    part = images[4::3].double() / 255
    np.testing.assert_allclose(mean, part.mean(dim=(0, 2, 3)), atol=1e-5)
    np.testing.assert_allclose(std, part.std(dim=(0, 2, 3)), atol=1e-5)


def test_output_dir(tmp_path):
    folder = tmp_path / "new" / "out"
    result = train_resnet(epochs=1, device="cpu", output_dir=folder)
    wanted = ["model.json", "model.safetensors", "predictions.png", "training.png"]
    assert sorted(path.name for path in folder.iterdir()) == wanted
    assert all((folder / name).read_bytes().startswith(b"\x89PNG") for name in wanted[2:])
    again = load_model(folder, device="cpu")
    assert (again.probabilities(result.test_images) == result.model.probabilities(result.test_images)).all()
    assert list(pathlib.Path.cwd().glob("*.safetensors")) == []


def test_go_on_with_a_network(result):
    before = result.model.head.weight.clone()
    data = load_images("digits")
    model = ResNet(size=(8, 8))
    model.load_state_dict(result.model.state_dict())
    more = train_resnet(data, model=model, epochs=1, device="cpu")
    assert more.model is model
    assert torch.equal(before, result.model.head.weight)


def test_course_recipe_moves_by_its_cosine():
    pictures = torch.rand(40, 1, 4, 4)
    result = train_resnet((pictures, torch.arange(40) % 2), recipe="course", model="resnet8", epochs=4, device="cpu")
    rates = result.history.learning_rate
    np.testing.assert_allclose(rates, 0.01 * (1 + np.cos(np.pi * np.arange(4) / 4)) / 2)


def test_course_recipe_stops_when_nothing_becomes_better():
    # Labels by lot: there is nothing to learn, and what looks better on 16 pictures is chance.
    pictures = torch.rand(200, 1, 4, 4, generator=torch.Generator().manual_seed(0))
    labels = torch.randint(0, 2, (200,), generator=torch.Generator().manual_seed(1))
    options = {"model": "mlp", "epochs": 60, "device": "cpu"}
    result = train_resnet((pictures, labels), recipe="course", **options)
    assert len(result.history) == result.best_epoch + 10 < 60
    assert len(train_resnet((pictures, labels), recipe="fast", **options).history) == 60


@pytest.mark.parametrize(
    ("recipe", "n", "patience"), [("course", 80, 10), ("course", 4, None), ("fast", 80, None), ("fast", 4, None)]
)
def test_patience_where_there_is_something_to_look_at(recipe, n, patience, monkeypatch):
    seen = {}

    def fit(network, train, validation, **plan):
        seen.update(plan, validation=validation)
        raise InterruptedError

    monkeypatch.setattr(resnet, "fit", fit)
    with pytest.raises(InterruptedError):
        train_resnet((torch.rand(n, 1, 9, 9), torch.arange(n) % 2), recipe=recipe)
    assert seen["patience"] == patience
    assert (seen["validation"] is None) == (n == 4)  # one picture of each class trains, one tests


@pytest.mark.parametrize(("recipe", "turned"), [("course", True), ("fast", False)])
def test_each_recipe_changes_pictures_its_own_way(recipe, turned, monkeypatch):
    seen = {}

    def fit(network, train, *_, **__):
        seen["images"] = next(iter(train))[0]
        raise InterruptedError

    monkeypatch.setattr(resnet, "fit", fit)
    images = torch.zeros(80, 1, 29, 29, dtype=torch.uint8)
    images[:, :, :, 14] = 255
    data = load_images((images, torch.arange(80) % 2))
    with pytest.raises(InterruptedError):
        train_resnet(resnet.dataclasses.replace(data, name="mnist"), recipe=recipe, device="cpu")
    lines = seen["images"][:, 0].float().argmax(dim=2)  # (n, rows): where the line is in each
    assert bool((lines[:, 3] != lines[:, 25]).any()) == turned
    assert bool((lines[:, 14] != 14).any()) != turned  # the fast recipe shifts


@pytest.mark.parametrize("name", ["cifar10", "mnist"])
def test_quick_network_learns(name, monkeypatch):
    # Bright or dark in the middle: a fortieth of CIFAR-10's size.
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 100, (1200, 1, 12, 12), generator=generator)
    images[::2, :, 4:8, 4:8] += 120
    data = load_images((images.to(torch.uint8), torch.arange(1200) % 2))
    data = resnet.dataclasses.replace(data, name=name)
    result = train_resnet(data, epochs=2, batch_size=50, device="cpu")
    assert type(result.model).__name__ == "SpeedNet"
    assert (result.model.mirror, result.model.shift) == (name == "cifar10", True)
    assert result.test_accuracy > 0.95
    again = train_resnet(data, epochs=2, batch_size=50, device="cpu")
    assert result.history.train_loss.tolist() == again.history.train_loss.tolist()


def test_first_layer_is_computed_from_all_classes(monkeypatch):
    """The pictures of a folder lie class by class."""
    monkeypatch.setattr(speed_net, "PATCHED", 20)
    chance = torch.Generator().manual_seed(0)
    images = torch.randint(0, 40, (120, 1, 12, 12), dtype=torch.uint8, generator=chance)
    images[60:] *= 6  # the second class has the strong edges
    labels = torch.arange(120) // 60
    result = train_resnet((images, labels), model="speednet_small", epochs=1, device="cpu")
    data = load_images((images, labels))
    rows, _ = resnet.split(data.train_labels, 0.1, seed=0)
    pictures = (data.train_images[rows] / 255 - result.model.mean) / result.model.std
    spread = result.model.whiten(pictures).std()  # whitened numbers have a spread of about 1
    assert 0.8 < float(spread) < 1.2


def test_a_new_quick_network_gets_its_first_layer_and_its_looks():
    images = torch.randint(0, 256, (60, 3, 12, 12), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    model = SpeedNet("speednet_small", channels=3, size=(12, 12), classes="01")
    train_resnet((images, torch.arange(60) % 2), model=model, flip=True, epochs=1, device="cpu")
    assert (model.whitened, model.mirror, model.shift) == (True, True, True)


def test_going_on_keeps_the_computed_layer(tmp_path):
    images = torch.randint(0, 256, (60, 3, 12, 12), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    labels = torch.arange(60) % 2
    first = train_resnet((images, labels), model="speednet_small", epochs=1, device="cpu", output_dir=tmp_path)
    again = load_model(tmp_path, device="cpu")
    more = train_resnet((255 - images // 2, labels), model=again, flip=True, epochs=1, device="cpu")
    assert torch.equal(more.model.whiten.weight, first.model.whiten.weight)
    assert (more.model.mirror, more.model.shift) == (False, True)


@pytest.mark.parametrize("model", ["resnet8", "speednet_small"])
def test_two_pictures_of_each_class_are_enough(model):
    result = train_resnet((np.random.default_rng(0).random((6, 12, 12)), [0, 0, 1, 1, 2, 2]), model=model, epochs=2)
    assert result.confusion.sum() == 3
    assert result.best_epoch == 2  # nothing to choose by: the last weights


def test_wrong_numbers_are_found_before_the_pictures_are_read(monkeypatch):
    monkeypatch.setattr(resnet, "load_images", lambda *_, **__: pytest.fail("read first"))
    for wrong in ({"epochs": 0}, {"batch_size": 0}, {"seed": -1}, {"validation_fraction": 1}):
        with pytest.raises(ValueError, match=f"`{next(iter(wrong))}` must be"):
            train_resnet("folder/", **wrong)


def test_quick_network_is_saved_and_read(tmp_path):
    images = torch.randint(0, 256, (60, 3, 12, 12), dtype=torch.uint8)
    result = train_resnet((images, torch.arange(60) % 2), model="speednet_small", flip=True, epochs=1, device="cpu")
    result.save(tmp_path)
    again = load_model(tmp_path, device="cpu")
    assert (again.mirror, again.shift) == (True, True)
    assert (again.probabilities(images) == result.model.probabilities(images)).all()


@pytest.mark.filterwarnings("ignore:most CPUs without AVX-512 lack instructions")  # slow, and right
def test_half_precision_is_close_and_the_weights_stay_whole():
    images = torch.randint(0, 256, (60, 3, 12, 12), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    options = {"model": "speednet_small", "epochs": 1, "device": "cpu"}
    whole, half = (
        train_resnet((images, torch.arange(60) % 2), precision=name, **options) for name in ("auto", "bfloat16")
    )
    assert {weight.dtype for weight in half.model.parameters()} == {torch.float32}
    losses = [result.history.train_loss.item() for result in (whole, half)]
    assert losses[0] != losses[1]
    assert losses[0] == pytest.approx(losses[1], rel=0.05)


def test_batches_of_one_are_refused_in_words_where_maps_are_one_pixel():
    pictures = torch.rand(8, 1, 1, 1), torch.arange(8) % 2
    with pytest.raises(ValueError) as caught:
        train_resnet(pictures, batch_size=1, epochs=1, device="cpu")
    assert "batch" in str(caught.value)
    assert "Traceback" not in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"dataset": "minst"}, ValueError, ["Did you mean 'mnist'?"]),
        ({"dataset": "mnist"}, FileNotFoundError, ["no mnist files", "download=True"]),
        ({"recipe": "slow"}, ValueError, ["`recipe`", "'fast', 'course'", "got 'slow'"]),
        ({"precision": "bf16"}, ValueError, ["`precision`", "'bfloat16'", "got 'bf16'"]),
        ({"epochs": 0}, ValueError, ["`epochs`", ">= 1", "got 0"]),
        ({"epochs": "3"}, TypeError, ["`epochs`", "an integer"]),
        ({"batch_size": 0}, ValueError, ["`batch_size`", ">= 1"]),
        ({"flip": "yes"}, TypeError, ["`flip`", "True or False"]),
        ({"seed": -1}, ValueError, ["`seed`", "from 0 to"]),
        ({"seed": 1.0}, TypeError, ["`seed`", "an integer"]),
        ({"model": "resnet88"}, ValueError, ["`model`", "'resnet8'", "Did you mean"]),
        ({"model": 5}, TypeError, ["`model`", "got 5"]),
        ({"model": ResNet(size=(9, 9))}, ValueError, ["`model`", "8 x 8 pixels", "9 x 9"]),
        ({"model": "speednet"}, ValueError, ["`size`", "at least 9 x 9", "resnet8"]),
        ({"dataset": (np.zeros((6, 8, 8)), np.zeros(6, dtype=int))}, ValueError, ["`labels`", "two or more classes"]),
        ({"device": "tpu9"}, ValueError, ["`device`"]),
        ({"output_dir": 3}, TypeError, ["`output_dir`", "a path"]),
        ({"progress": 1}, TypeError, ["`progress`", "True or False"]),
    ],
)
def test_bad_input(arguments, error, words):
    with pytest.raises(error) as caught:
        train_resnet(**({"epochs": 1} | arguments))
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_output_dir_that_is_a_file_is_found_before_training(tmp_path, monkeypatch):
    monkeypatch.setattr(resnet, "fit", lambda *_, **__: pytest.fail("trained before the folder was checked"))
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError, match=r"cannot use output_dir .*File exists\. Name a folder"):
        train_resnet(epochs=1, output_dir=tmp_path / "file")


@pytest.mark.slow
def test_digits_over_ten_seeds():
    accuracies = [train_resnet(seed=seed, device="cpu").test_accuracy for seed in range(10)]
    assert np.mean(accuracies) >= 0.988, accuracies


@pytest.mark.realdata
@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_some_real_pictures(real_data, name):
    data = load_images(name, data_dir=real_data / "torchvision")
    small = resnet.dataclasses.replace(
        data,
        train_images=data.train_images[:3000],
        train_labels=data.train_labels[:3000],
        test_images=data.test_images[:500],
        test_labels=data.test_labels[:500],
    )
    result = train_resnet(small, epochs=2, device="cpu")
    assert result.test_accuracy > (0.9 if name == "mnist" else 0.65)


def test_learns_on_the_device(device):
    result = train_resnet("digits", epochs=1, device=device)
    assert next(result.model.parameters()).device.type == device
    right = result.predict(result.test_images) == result.test_labels.numpy()
    assert right.mean() == pytest.approx(result.test_accuracy)
