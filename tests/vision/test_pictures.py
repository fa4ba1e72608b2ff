import struct
import zlib

import numpy as np
import pytest
import torch
from PIL import Image

from ailiteracy.vision.pictures import as_pictures, read_picture


def grey(value, shape=(4, 6)):
    return np.full(shape, value, dtype=np.uint8)


def test_colour_and_grey(tmp_path):
    pixels = np.zeros((2, 3, 3), dtype=np.uint8)
    pixels[0, 1] = (255, 0, 0)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    colour = read_picture(tmp_path / "a.png")
    assert colour.shape == (3, 2, 3)
    assert colour.dtype == torch.uint8
    assert colour[:, 0, 1].tolist() == [255, 0, 0]
    assert read_picture(tmp_path / "a.png", channels=1)[0, 0, 1] == 76  # 0.299 * 255, the eye's weight for red


def test_rotation_note_is_followed(tmp_path):
    pixels = grey(0, (2, 4))
    pixels[0, 0] = 255
    exif = Image.Exif()
    exif[0x0112] = 6  # "turn a quarter to the right to see it upright"
    Image.fromarray(pixels).save(tmp_path / "a.png", exif=exif)
    picture = read_picture(tmp_path / "a.png", channels=1)
    assert picture.shape == (1, 4, 2)
    assert picture[0, 0, 1] == 255  # the top left corner is now at the top right


def test_transparent_parts_stand_on_white(tmp_path):
    pixels = np.zeros((1, 2, 4), dtype=np.uint8)
    pixels[0, 1, 3] = 255  # left transparent black, right opaque black
    Image.fromarray(pixels).save(tmp_path / "a.png")
    assert read_picture(tmp_path / "a.png", channels=1).tolist() == [[[255, 0]]]
    palette = Image.fromarray(grey(0, (1, 1))).convert("P")
    palette.save(tmp_path / "p.png", transparency=0)
    assert read_picture(tmp_path / "p.png", channels=1).item() == 255


@pytest.mark.parametrize(("stored", "read"), [(0, 0), (65535, 255), (32768, 128), (255, 1)])
def test_sixteen_bits(tmp_path, stored, read):
    for kind in ("PNG", "TIFF", "PPM"):  # Pillow calls the first two "I;16" and the last one "I"
        Image.fromarray(np.full((3, 3), stored, dtype=np.uint16)).save(tmp_path / "a.png", format=kind)
        assert (read_picture(tmp_path / "a.png", channels=1) == read).all(), kind


@pytest.mark.parametrize(
    ("values", "read"),
    [
        (np.float32([[0, 0.5, 1]]), [0, 128, 255]),
        (np.float32([[0, 0.1, 0.2]]), [0, 26, 51]),  # dark stays dark
        (np.float32([[0, 100, 200]]), [0, 100, 200]),
        (np.float32([[0, 500, 1000]]), [0, 128, 255]),
        (np.int32([[0, 100, 200]]), [0, 100, 200]),
        (np.int32([[0, 257, 65535]]), [0, 1, 255]),
    ],
)
def test_floats_and_long_numbers(tmp_path, values, read):
    Image.fromarray(values).save(tmp_path / "a.tiff")
    assert read_picture(tmp_path / "a.tiff", channels=1).flatten().tolist() == read


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_colours_for_print(tmp_path, kind):
    Image.new("CMYK", (16, 16), (0, 255, 255, 0)).save(tmp_path / "a", format=kind)  # no cyan, all magenta and yellow
    red, green, blue = read_picture(tmp_path / "a")[:, 8, 8].tolist()
    assert red > 250
    assert max(green, blue) < 5


def test_sixteen_bits_of_each_colour(tmp_path):
    """Pillow writes no such file, so its bytes are put together here: one pixel of 65535, 32768, 0."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head, pixel = struct.pack(">IIBBBBB", 1, 1, 16, 2, 0, 0, 0), b"\0" + struct.pack(">HHH", 65535, 32768, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(pixel)) + chunk(b"IEND", b"")
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + parts)
    assert read_picture(tmp_path / "a.png").flatten().tolist() == [255, 128, 0]


@pytest.mark.parametrize("mode", ["CMYK", "1", "L", "P", "LA", "RGBA", "F", "I"])
def test_every_mode_is_read(tmp_path, mode):
    Image.new("RGB", (5, 3), (200, 200, 200)).convert(mode).save(path := tmp_path / "a.tiff")
    for channels in (1, 3):
        picture = read_picture(path, channels=channels, size=(2, 2))
        assert picture.shape == (channels, 2, 2)
        assert mode == "1" or abs(int(picture.float().mean()) - 200) <= (4 if mode == "P" else 2)


def test_size_covers_and_cuts_the_centre(tmp_path):
    pixels = np.concatenate([grey(0, (4, 4)), grey(100, (4, 4)), grey(200, (4, 4))], axis=1)  # 4 x 12
    Image.fromarray(pixels).save(tmp_path / "a.png")
    assert (read_picture(tmp_path / "a.png", size=(4, 4), channels=1) == 100).all()


def test_one_pixel(tmp_path):
    Image.fromarray(grey(7, (1, 1))).save(tmp_path / "a.png")
    assert (read_picture(tmp_path / "a.png", size=(8, 8), channels=1) == 7).all()


def test_files_that_are_no_pictures(tmp_path):
    good = tmp_path / "good.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8)).save(good)
    (tmp_path / "empty.png").touch()
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "cut.png").write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    for name, words in (("empty.png", "is empty"), ("text.png", "cannot be read"), ("cut.png", "cannot be read")):
        with pytest.raises(ValueError, match=f"{name}.*{words}"):
            read_picture(tmp_path / name)
    with pytest.raises(FileNotFoundError, match=r"nowhere.png' does not exist"):
        read_picture(tmp_path / "nowhere.png")
    with pytest.raises(FileNotFoundError, match="is a folder"):
        read_picture(tmp_path)
    with pytest.raises(TypeError, match="`path` must be a path"):
        read_picture(None)


def test_contents_count_and_not_the_ending(tmp_path):
    Image.new("RGB", (5, 4), "red").save(tmp_path / "a.jpg", format="PNG")
    assert read_picture(tmp_path / "a.jpg")[:, 0, 0].tolist() == [255, 0, 0]


@pytest.mark.parametrize("ending", ["gif", "png", "webp", "tiff"])
def test_of_an_animation_the_first_picture_is_taken(tmp_path, ending):
    first, *rest = (Image.new("RGB", (9, 9), colour) for colour in ("red", "lime", "blue"))
    first.save(tmp_path / f"a.{ending}", save_all=True, append_images=rest)
    red, green, blue = read_picture(tmp_path / f"a.{ending}")[:, 4, 4].tolist()
    assert red > 250 > 5 > max(green, blue)


@pytest.mark.parametrize("size", [(20_000, 1), (1, 20_000), (20_000, 30)])
def test_long_pictures(tmp_path, size):
    Image.new("L", size, 9).save(tmp_path / "a.png")
    assert (read_picture(tmp_path / "a.png", size=(8, 8), channels=1) == 9).all()


def test_a_picture_too_large_to_open_is_refused_at_once(tmp_path):
    Image.new("1", (1, 1)).save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    head = b"IHDR" + struct.pack(">II", 20_000, 20_000) + data[24:29]  # says that 1.2 GB of pixels follow
    (tmp_path / "a.png").write_bytes(data[:12] + head + struct.pack(">I", zlib.crc32(head)) + data[33:])
    with pytest.raises(ValueError, match=r"a\.png' cannot be read: it has more pixels.*Make a smaller copy"):
        read_picture(tmp_path / "a.png", size=(8, 8))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "ICO", "TGA", "JPEG2000", "PCX", "DDS"])
def test_damaged_anywhere(tmp_path, kind):
    """A damaged file is read or refused with one kind of error, whatever byte is wrong and wherever it ends."""
    rng, path = np.random.default_rng(0), tmp_path / "a.picture"
    exif = Image.Exif()
    exif[0x0112] = 6
    extra = {"exif": exif} if kind in ("JPEG", "PNG", "WEBP", "TIFF") else {}
    Image.fromarray(rng.integers(0, 256, (16, 20, 3), dtype=np.uint8)).save(path, format=kind, **extra)
    whole = path.read_bytes()
    outcomes = set()
    for number in range(30):
        data = bytearray(whole[: rng.integers(len(whole))] if number % 3 == 0 else whole)
        for place in rng.integers(min(len(data), 10_000 if number % 2 else 90) or 1, size=3):
            data[place : place + 1] = bytes([rng.integers(256)])
        path.write_bytes(data)
        try:
            outcomes.add(tuple(read_picture(path, size=(4, 4)).shape))
        except ValueError as error:
            outcomes.add("refused" if "a.picture" in str(error) else str(error))
    assert outcomes <= {(3, 4, 4), "refused"}
    assert "refused" in outcomes


@pytest.mark.parametrize("raised", [RuntimeError("in the decoder"), KeyError("tag"), TypeError("None")])
def test_other_errors_of_decoders(tmp_path, monkeypatch, raised):
    Image.new("L", (4, 4)).save(tmp_path / "a.png")

    def fail(_):
        raise raised

    monkeypatch.setattr(Image, "open", fail)
    with pytest.raises(ValueError, match=r"a\.png' cannot be read"):
        read_picture(tmp_path / "a.png")


@pytest.mark.parametrize(
    ("shape", "wanted"),
    [
        ((4, 5), (1, 1, 4, 5)),
        ((2, 4, 5), (2, 1, 4, 5)),
        ((2, 1, 4, 5), (2, 1, 4, 5)),
        ((2, 3, 4, 5), (2, 3, 4, 5)),
        ((2, 4, 5, 3), (2, 3, 4, 5)),
        ((2, 4, 5, 1), (2, 1, 4, 5)),
    ],
)
def test_layouts(shape, wanted):
    values = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    pictures = as_pictures("images", values)
    assert pictures.shape == wanted
    if shape == (2, 4, 5, 3):
        assert (pictures.numpy() == values.transpose(0, 3, 1, 2)).all()


def test_types():
    assert as_pictures("images", [[[0, 255]]]).dtype == torch.uint8
    assert as_pictures("images", np.full((1, 2, 2), 0.5)).dtype == torch.float32
    assert as_pictures("images", torch.zeros(1, 2, 2, dtype=torch.float16)).dtype == torch.float32
    for dtype in (np.uint16, np.int32, ">i4", np.uint64):
        assert as_pictures("images", np.full((1, 2, 2), 200, dtype=dtype)).tolist() == [[[[200, 200], [200, 200]]]]
    assert as_pictures("images", np.full((1, 2, 2), 0.5, dtype=">f8")).tolist() == [[[[0.5, 0.5], [0.5, 0.5]]]]
    locked = np.zeros((1, 2, 2), dtype=np.uint8)
    locked.flags.writeable = False
    assert as_pictures("images", locked).shape == (1, 1, 2, 2)


@pytest.mark.parametrize(
    ("images", "error", "words"),
    [
        (np.full((1, 2, 2), np.nan), ValueError, ["finite", "nan"]),
        (np.full((1, 2, 2), 16.0), ValueError, ["floats from 0 to 1", "16 to 16", "255 for bytes, 16 for"]),
        (np.full((1, 2, 2), -0.1), ValueError, ["floats from 0 to 1", "-0.1"]),
        (np.full((1, 2, 2), 256), ValueError, ["whole numbers from 0 to 255", "256"]),
        (np.zeros((0, 2, 2)), ValueError, ["at least one picture"]),
        (np.zeros(4), ValueError, ["of shape (n, height, width)", "image[None]"]),
        (np.zeros((1, 2, 4, 4)), ValueError, ["of shape (n, height, width)"]),
        (np.zeros((1, 2, 2), dtype=bool), TypeError, ["pixel values"]),
        ("cat.png", (TypeError, ValueError), ["`images`"]),
        ([np.zeros((2, 2)), np.zeros((3, 3))], TypeError, ["of one size"]),
        (None, TypeError, ["an array of pictures"]),
    ],
)
def test_bad_arrays(images, error, words):
    with pytest.raises(error) as caught:
        as_pictures("images", images)
    assert all(word in str(caught.value) for word in words), str(caught.value)
