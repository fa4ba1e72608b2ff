import json

import numpy as np
import pytest
import torch
from PIL import Image

from ailiteracy.training import Batches, fit
from ailiteracy.vision import ImageResult, ResNet, load_images, load_model, predict_file, predict_images


@pytest.fixture
def model():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return ResNet("resnet8", classes=["ant", "bee", "cat"], channels=3, size=(8, 12), mean=[0.1, 0.2, 0.3]).eval()


@pytest.fixture
def saved(model, tmp_path):
    from ailiteracy.training.checkpoint import save_checkpoint

    return save_checkpoint(tmp_path / "model", model, {})


@pytest.fixture
def photo(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (40, 60, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


def test_round_trip_gives_identical_logits(model, saved):
    again = load_model(saved, device="cpu")
    images = torch.rand(5, 3, 8, 12, generator=torch.Generator().manual_seed(1))
    assert torch.equal(model(images), again(images))
    assert (again.classes, again.channels, again.size) == (model.classes, 3, (8, 12))
    assert not again.training


def test_file_is_brought_to_the_networks_form(model, photo):
    said = predict_file(model, photo, top_k=2)
    with Image.open(photo) as file:
        small = np.asarray(file.resize((12, 8), Image.Resampling.BILINEAR))
    assert (said.image.permute(1, 2, 0).numpy() == small).all()  # 40 x 60 has the shape of 8 x 12: nothing is cut
    chances = model.probabilities(small[None])[0]
    assert said.label == model.classes[chances.argmax()]
    assert said.probability == pytest.approx(chances.max(), abs=1e-6)
    assert [label for label, _ in said.top] == [model.classes[number] for number in np.argsort(-chances)[:2]]


def test_model_from_a_folder_and_from_a_result(model, saved, photo):
    wanted = predict_file(model, photo)
    assert predict_file(str(saved), photo).top == wanted.top
    data = load_images("digits")
    network = ResNet(size=(8, 8))
    trained = fit(network, Batches(data.test_images, data.test_labels), epochs=1, device="cpu")
    values = {name: getattr(trained, name) for name in ("model", "history", "best_epoch")}
    result = ImageResult(**values, test_images=data.test_images, test_labels=data.test_labels)
    assert len(predict_file(result, photo, top_k=99).top) == 10


def test_invert(model, photo):
    plain, inverted = predict_file(model, photo), predict_file(model, photo, invert=True)
    assert (inverted.image == 255 - plain.image).all()
    assert inverted.top != plain.top


def test_words_and_figure(model, photo):
    said = predict_file(model, photo)
    assert str(said).startswith(f"photo.png: {said.label!r} with probability")
    assert str(predict_images(model, np.zeros((8, 12)))).startswith("'")  # from memory: no name
    figure = said.plot()
    assert [text.get_text() for text in figure.axes[1].get_yticklabels()] == [label for label, _ in reversed(said.top)]
    assert said._repr_html_().startswith("<p")


@pytest.mark.parametrize("kind", ["zero", "cut", "text"])
def test_unreadable_pictures(model, tmp_path, photo, kind):
    content = {"zero": b"", "cut": photo.read_bytes()[:200], "text": b"hello"}[kind]
    path = tmp_path / f"{kind}.png"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=rf"picture .*{kind}\.png' (is empty \(0 bytes\)|cannot be read)"):
        predict_file(model, path)


def test_other_bad_input(model, saved, photo, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere.png' does not exist"):
        predict_file(model, tmp_path / "nowhere.png")
    with pytest.raises(FileNotFoundError, match="no saved model"):
        predict_file(tmp_path / "nowhere", photo)
    with pytest.raises(TypeError, match=r"`model` must be a network for pictures, a result or a folder, got 3"):
        predict_file(3, photo)
    with pytest.raises(ValueError, match=r"`top_k` must be an integer >= 1, got 0"):
        predict_file(model, photo, top_k=0)
    with pytest.raises(TypeError, match="`invert` must be True or False"):
        predict_file(model, photo, invert="no")


def test_checkpoint_of_another_model(tmp_path):
    x, y = torch.rand(4, 2), torch.tensor([0, 1, 0, 1])
    fit(torch.nn.Linear(2, 2), [(x, y)], epochs=1, device="cpu").save(tmp_path)
    with pytest.raises(
        ValueError, match=r"`folder` must be a saved network for pictures, got 'Linear'.*training\.load_weights"
    ):
        load_model(tmp_path)


def test_truncated_weights(saved):
    path = saved / "model.safetensors"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ValueError, match="damaged"):
        load_model(saved)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "resnet99"}, "`name` must be one of"),
        ({"size": None}, "is damaged"),
        ({"classes": ["a", "b"]}, "does not fit"),
        ({"channels": 1}, "does not fit"),
        ({"channels": 10**15}, "is damaged"),
    ],
)
def test_record_that_was_changed(saved, change, words):
    path = saved / "model.json"
    record = json.loads(path.read_text())
    record["architecture"] |= change
    path.write_text(json.dumps(record))
    with pytest.raises(ValueError, match=words):
        load_model(saved)


def pixels_of(path):
    with Image.open(path) as file:
        return np.asarray(file)


def test_one_picture_says_the_same_in_every_form(model, photo):
    wanted = predict_file(model, photo)
    pixels = pixels_of(photo)  # (40, 60, 3)
    with Image.open(photo) as opened:
        forms = [
            photo,
            str(photo),
            opened,
            pixels,
            pixels.transpose(2, 0, 1),
            torch.from_numpy(pixels.copy()),
            pixels / 255,
        ]
        for form in forms:
            said = predict_images(model, form)
            assert said.top == wanted.top, type(form)
            assert torch.equal(said.image, wanted.image)


def test_a_camera_frame_in_either_order_of_colours(model):
    """What a camera library hands over: bytes (480, 640, 3), a new one each time, often a view of its own memory."""
    frame = np.random.default_rng(0).integers(0, 256, (480, 640, 3), dtype=np.uint8)
    wanted = predict_images(model, Image.fromarray(frame))
    turned = frame[:, :, ::-1]  # blue, green, red: a view that counts backwards
    frame.setflags(write=False)
    for said in (
        predict_images(model, frame),
        predict_images(model, turned, bgr=True),
        predict_images(model, np.ascontiguousarray(turned), bgr=True),
        predict_images(model, turned.transpose(2, 0, 1) / 255, bgr=True),
        predict_images(model, [turned, turned], bgr=True)[1],
        predict_images(model, turned[None], bgr=True)[0],
    ):
        assert torch.equal(said.image, wanted.image)
        assert said.top == wanted.top
    assert not torch.equal(predict_images(model, turned).image, wanted.image)  # the wrong order is another picture


def test_order_of_colours_is_of_arrays_with_colours_only(model, photo):
    with Image.open(photo) as opened:
        for images in (photo, opened, np.full((9, 9), 7, dtype=np.uint8), photo.parent):
            plain, turned = (np.atleast_1d(predict_images(model, images, bgr=bgr))[0] for bgr in (False, True))
            assert torch.equal(plain.image, turned.image)
    with pytest.raises(TypeError, match="`bgr` must be True or False, got 'yes'"):
        predict_images(model, photo, bgr="yes")


def test_a_grey_array_for_a_network_that_sees_colour(model):
    grey = np.random.default_rng(0).integers(0, 256, (8, 12), dtype=np.uint8)
    said = predict_images(model, grey)
    assert torch.equal(said.image, torch.from_numpy(grey).expand(3, 8, 12))
    assert predict_images(model, grey.tolist()).top == said.top  # nested lists are one picture


def test_many_pictures(model, photo):
    batch = np.random.default_rng(0).integers(0, 256, (4, 8, 12, 3), dtype=np.uint8)
    said = predict_images(model, batch, top_k=1)
    assert [one.label for one in said] == [model.classes[number] for number in model.predict(batch)]
    mixed = predict_images(model, [photo, batch[0], Image.fromarray(batch[1])])
    assert [one.source for one in mixed] == [str(photo), "", ""]
    assert mixed[0].top == predict_file(model, photo).top
    assert mixed[2].label == said[1].label
    assert len(predict_images(model, batch[:1])) == 1  # a batch of one is a batch still


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("kind", [list, tuple])
def test_a_list_of_pictures_is_many_whatever_their_shape(n, kind):
    """Three grey frames are no picture of three colours."""
    network = ResNet("resnet8", size=(8, 8)).eval()
    frames = list(np.random.default_rng(0).integers(0, 256, (n, 8, 8), dtype=np.uint8))
    opened = [Image.fromarray(frame) for frame in frames]
    for pictures in (frames, [torch.from_numpy(frame) for frame in frames], opened, [frame / 255 for frame in frames]):
        said = predict_images(network, kind(pictures))
        assert len(said) == n
        for one, frame in zip(said, frames, strict=True):
            assert torch.equal(one.image, torch.from_numpy(frame)[None])
    rows = [list(frame) for frame in frames]  # lists of the rows of each picture: numbers, so one array
    assert not isinstance(predict_images(network, rows[0]), list)


def test_open_images_in_a_list_are_read_as_open_images(model):
    pixels = np.random.default_rng(0).integers(0, 256, (2, 8, 12, 3), dtype=np.uint8)
    colours = [Image.fromarray(picture) for picture in pixels]
    for pictures in (
        colours,
        [picture.convert("RGBA") for picture in colours],
        [picture.quantize(200) for picture in colours],  # palettes
    ):
        for bgr in (False, True):  # open images know the order of their colours
            said = predict_images(model, pictures, bgr=bgr)
            for one, picture in zip(said, pictures, strict=True):
                assert torch.equal(one.image, predict_images(model, picture).image)


def test_reading_a_model_leaves_chance_alone(saved):
    before = torch.get_rng_state()
    load_model(saved, device="cpu")
    predict_images(saved, np.zeros((8, 12)))
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("kind", [[1], {"a": 1}, None])
def test_a_record_of_an_odd_kind(saved, kind):
    path = saved / "model.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"model": kind}))
    with pytest.raises(ValueError, match="`folder` must be a saved network for pictures, got"):
        load_model(saved)


def test_folder(model, photo, tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in ("b.png", "a.png", ".hidden"):
        (folder / name).write_bytes(photo.read_bytes())
    said = predict_images(model, folder)
    assert [one.source.rsplit("/", 1)[-1] for one in said] == ["a.png", "b.png"]
    assert str(said[0]).startswith(f"a.png: {said[0].label!r} with probability")
    (folder / "notes.txt").write_text("no picture")
    with pytest.warns(UserWarning, match=r"not read, and left out: notes\.txt in"):
        assert len(predict_images(model, folder)) == 2


def test_a_network_of_grey_pictures_reads_colours():
    network = ResNet(size=(8, 8))
    colours = np.zeros((8, 8, 3), dtype=np.uint8)
    colours[:, :, 1] = 100  # green counts most in what eyes call bright
    assert predict_images(network, colours).image.unique().tolist() == [59]


def test_a_pickle_of_weights_is_no_model(tmp_path, model, photo):
    torch.save(model.state_dict(), tmp_path / "weights.pth")
    with pytest.raises(FileNotFoundError, match="no saved model"):
        predict_images(tmp_path / "weights.pth", photo)
    folder = tmp_path / "folder"
    folder.mkdir()
    torch.save(model.state_dict(), folder / "model.safetensors")  # a pickle under the right name
    (folder / "model.json").write_text(json.dumps({"format": "ailiteracy checkpoint 1", "model": "ResNet"}))
    with pytest.raises(ValueError, match=r"is damaged|a saved network"):
        load_model(folder)


def test_a_pickle_beside_a_right_record(saved, model):
    """The hash is compared before a byte is interpreted; with the hash forged, the file is still no safetensors."""
    import hashlib

    torch.save(model.state_dict(), saved / "model.safetensors")
    with pytest.raises(ValueError, match="damaged or from another model"):
        load_model(saved)
    record = json.loads((saved / "model.json").read_text())
    record["weights_sha256"] = hashlib.sha256((saved / "model.safetensors").read_bytes()).hexdigest()
    (saved / "model.json").write_text(json.dumps(record))
    with pytest.raises(ValueError, match="is damaged"):
        load_model(saved)


CASES = {
    "nothing": (lambda m, p: predict_images(m, []), ValueError, ["`images`"]),
    "a word": (lambda m, p: predict_images(m, "nowhere.png"), FileNotFoundError, ["nowhere.png' does not exist"]),
    "an empty folder": (lambda m, p: predict_images(m, p), ValueError, ["`images`", "a folder with", "0 files"]),
    "no picture in a list": (lambda m, p: predict_images(m, [None]), TypeError, ["`images`", "an array of pictures"]),
    "two channels": (lambda m, p: predict_images(m, np.zeros((1, 2, 8, 8))), ValueError, ["`images`", "1 or 3"]),
    "too bright": (lambda m, p: predict_images(m, np.full((8, 8), 2.5)), ValueError, ["`images`", "from 0 to 1"]),
    "no classes": (lambda m, p: predict_images(m, np.zeros((8, 8)), top_k=0), ValueError, ["`top_k`", ">= 1"]),
    "another network": (
        lambda m, p: predict_images(torch.nn.Linear(1, 1), np.zeros((8, 8))),
        TypeError, ["`model`", "a network for pictures, a result or a folder"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "fragments"), CASES.values(), ids=CASES)
def test_bad_input(model, tmp_path, call, kind, fragments):
    with pytest.raises(kind) as caught:
        call(model, tmp_path)
    for fragment in fragments:
        assert fragment in str(caught.value)
