import gzip
import os
import pickle
import random
import tarfile

import numpy as np
import pytest
import torch

from ailiteracy._support import downloads
from ailiteracy._support.downloads import MissingDataError
from ailiteracy.vision import load_images, sources


def write_idx(path, values):
    head = bytes([0, 0, 8, values.ndim]) + b"".join(length.to_bytes(4, "big") for length in values.shape)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(head + values.tobytes())


@pytest.fixture
def mnist(tmp_path):
    rng = np.random.default_rng(0)
    arrays = {}
    for part, n in (("train", 6), ("t10k", 4)):
        arrays[part] = rng.integers(0, 256, (n, 28, 28), dtype=np.uint8), np.arange(n, dtype=np.uint8)
        write_idx(tmp_path / f"MNIST/raw/{part}-images-idx3-ubyte", arrays[part][0])
        write_idx(tmp_path / f"MNIST/raw/{part}-labels-idx1-ubyte", arrays[part][1])
    return tmp_path, arrays


def batch(n, seed):
    rng = np.random.default_rng(seed)
    return {b"data": rng.integers(0, 256, (n, 3072), dtype=np.uint8), b"labels": [i % 10 for i in range(n)]}


@pytest.fixture
def cifar(tmp_path):
    folder = tmp_path / "cifar-10-batches-py"
    folder.mkdir()
    for seed, name in enumerate(sources.CIFAR_BATCHES):
        (folder / name).write_bytes(pickle.dumps(batch(10, seed), protocol=2))
    return tmp_path


def test_mnist(mnist):
    root, arrays = mnist
    data = load_images("mnist", data_dir=root)
    assert data.train_images.shape == (6, 1, 28, 28)
    assert (data.train_images[:, 0].numpy() == arrays["train"][0]).all()
    assert data.test_labels.tolist() == [0, 1, 2, 3]
    assert data.classes == tuple("0123456789")


def test_class_six_is_a_shirt():
    assert sources.SOURCES["fashion_mnist"].classes[5:8] == ("sandal", "shirt", "sneaker")


def test_compressed_files_do(mnist):
    root, arrays = mnist
    for path in (root / "MNIST/raw").iterdir():
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    assert (load_images("mnist", data_dir=root).test_images[:, 0].numpy() == arrays["t10k"][0]).all()


def test_cifar10(cifar):
    data = load_images("cifar10", data_dir=cifar)
    assert data.train_images.shape == (50, 3, 32, 32)
    wanted = batch(10, 5)[b"data"].reshape(-1, 3, 32, 32)
    assert (data.test_images.numpy() == wanted).all()
    assert data.classes[3] == "cat"
    assert data.test_labels.dtype == torch.int64


def test_torchvision_reads_the_same(mnist, monkeypatch):
    torchvision = pytest.importorskip("torchvision")
    root, _ = mnist
    theirs = torchvision.datasets.MNIST(root, train=True)
    assert torch.equal(theirs.data, load_images("mnist", data_dir=root).train_images[:, 0])


def test_a_pickle_that_runs_a_program_is_refused(cifar, tmp_path):
    class Harm:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "harm"),)

    (cifar / "cifar-10-batches-py" / "test_batch").write_bytes(pickle.dumps({b"data": Harm()}))
    with pytest.raises(ValueError, match=r"test_batch' is damaged or no CIFAR-10 batch \(it asks for \w+\.mkdir\)"):
        load_images("cifar10", data_dir=cifar)
    assert not (tmp_path / "harm").exists()


@pytest.mark.parametrize("kind", ["cut", "empty", "text", "head", "short", "float"])
def test_damaged_idx(mnist, kind):
    root, _ = mnist
    path = root / "MNIST/raw/train-images-idx3-ubyte"
    data = path.read_bytes()
    new = {"cut": data[:-1], "empty": b"", "text": b"hello world", "head": data[:3], "short": data[:9]}
    new["float"] = data[:2] + b"\x0d" + data[3:]
    path.write_bytes(new[kind])
    with pytest.raises(ValueError, match=r"train-images-idx3-ubyte' is damaged.*Delete it"):
        load_images("mnist", data_dir=root)


def test_damaged_compression(mnist):
    root, _ = mnist
    path = root / "MNIST/raw/train-images-idx3-ubyte"
    packed = bytearray(gzip.compress(path.read_bytes()))
    packed[10:16] = bytes(255 - byte for byte in packed[10:16])
    path.with_name(path.name + ".gz").write_bytes(packed)
    path.unlink()
    with pytest.raises(ValueError, match=r"train-images-idx3-ubyte\.gz' is damaged: .*Delete it"):
        load_images("mnist", data_dir=root)


def test_files_of_two_sets(mnist):
    root, _ = mnist
    write_idx(root / "MNIST/raw/train-labels-idx1-ubyte", np.zeros(5, dtype=np.uint8))
    with pytest.raises(ValueError, match="do not belong together"):
        load_images("mnist", data_dir=root)


@pytest.mark.parametrize("content", [b"", b"\x80", pickle.dumps([1]), pickle.dumps({b"data": np.zeros(5)})])
def test_damaged_cifar(cifar, content):
    (cifar / "cifar-10-batches-py" / "data_batch_3").write_bytes(content)
    with pytest.raises(ValueError, match=r"data_batch_3' is damaged"):
        load_images("cifar10", data_dir=cifar)


def test_cifar_with_changed_bytes(cifar):
    """Whatever a damaged pickle asks for, types, sizes or gigabytes, the answer is words with the file's name."""
    path = cifar / "cifar-10-batches-py" / "data_batch_2"
    good, chance, said = path.read_bytes(), random.Random(0), []
    for _ in range(300):
        content = bytearray(good)
        for _ in range(chance.randint(1, 4)):
            place = chance.choice([chance.randrange(200), len(good) - 1 - chance.randrange(60)])  # not in the pixels
            content[place] = chance.randrange(256)
        path.write_bytes(content)
        try:
            sources._read_cifar(path)
        except ValueError as error:
            said.append(str(error))
    assert len(said) > 200
    assert all("data_batch_2'" in words for words in said)


@pytest.mark.parametrize("protocol", range(2, 6))
@pytest.mark.parametrize("order", ["C", "F"])
def test_cifar_of_every_protocol_and_order(cifar, protocol, order):
    wanted = batch(10, 3)
    made = {b"data": np.array(wanted[b"data"], order=order), b"labels": np.array(wanted[b"labels"])}
    path = cifar / "cifar-10-batches-py" / "data_batch_4"
    path.write_bytes(pickle.dumps(made, protocol=protocol))
    images, labels = sources._read_cifar(path)
    assert (images.numpy().reshape(10, -1) == wanted[b"data"]).all()
    assert labels.tolist() == wanted[b"labels"]


def test_labels_that_do_not_fit(cifar):
    bad = batch(10, 0) | {b"labels": [0, 1]}
    (cifar / "cifar-10-batches-py" / "data_batch_1").write_bytes(pickle.dumps(bad))
    with pytest.raises(ValueError, match="10 pictures and labels that do not fit"):
        load_images("cifar10", data_dir=cifar)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mnist", ["11.6 MB", "train-images-idx3-ubyte.gz", "ossci-datasets", "MNIST/raw"]),
        ("fashion_mnist", ["30.9 MB", "FashionMNIST/raw"]),
        ("cifar10", ["170.5 MB", "cifar-10-python.tar.gz", "cs.toronto.edu", "unpack it there"]),
    ],
)
def test_missing_says_what_where_and_how(tmp_path, name, words):
    with pytest.raises(MissingDataError) as caught:
        load_images(name, data_dir=tmp_path)
    for word in [*words, "download=True", str(tmp_path)]:
        assert word in str(caught.value), str(caught.value)
    with pytest.raises(MissingDataError, match="pass its root folder as data_dir"):
        load_images(name)


def test_download_without_network(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "SOURCES", sources.SOURCES)
    monkeypatch.setenv("AILITERACY_MIRROR", "http://127.0.0.1:1")
    plan = sources.dataclasses.replace(sources.SOURCES["mnist"], addresses=("http://127.0.0.1:1/",))
    monkeypatch.setitem(sources.SOURCES, "mnist", plan)
    with pytest.raises(MissingDataError, match=r"cannot fetch 'mnist/train-images.*\(9.9 MB\).*no connection"):
        load_images("mnist", data_dir=tmp_path, download=True)


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "cifar10"])
def test_a_second_address_is_asked_when_the_first_is_silent(name, tmp_path, monkeypatch):
    asked = []

    def fail(url, *_, **__):
        asked.append(url)
        raise ConnectionError("no connection")

    monkeypatch.setattr(downloads, "_receive", fail)
    with pytest.raises(MissingDataError, match="cannot fetch"):
        load_images(name, data_dir=tmp_path, download=True)
    file = sources.SOURCES[name].files[0][0]
    assert len({url.split("/")[2] for url in asked}) == 2  # two servers
    assert [url.rsplit("/", 1)[1] for url in asked] == [file, file]


@pytest.mark.network
@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_every_address_has_the_right_file(name, tmp_path):
    file, md5, n_bytes = min(sources.SOURCES[name].files, key=lambda known: known[2])
    for number, base in enumerate(sources.SOURCES[name].addresses):
        place = tmp_path / str(number) / file
        downloads.fetch(file, [base + file], known_hash=f"md5:{md5}", n_bytes=n_bytes, target=place)
        assert place.stat().st_size == n_bytes


def test_download_unpacks_only_what_is_wanted(cifar, tmp_path, monkeypatch):
    # An archive with a path that climbs out and a link: only the names of the batches are taken.
    archive = tmp_path / "made.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        for name in sources.CIFAR_BATCHES:
            tar.add(cifar / "cifar-10-batches-py" / name, arcname=f"cifar-10-batches-py/{name}")
        tar.add(cifar / "cifar-10-batches-py" / "test_batch", arcname="../../evil")
        link = tarfile.TarInfo("cifar-10-batches-py/test_batch")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    fetched = []

    def fetch(name, addresses, *, known_hash, n_bytes, target):
        fetched.append((name, addresses, known_hash))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(archive.read_bytes())

    monkeypatch.setattr(sources, "fetch", fetch)
    root = tmp_path / "new" / "root"
    data = load_images("cifar10", data_dir=root, download=True)
    assert len(data.train_images) == 50
    assert fetched[0][0] == "cifar10/cifar-10-python.tar.gz"
    assert fetched[0][2] == "md5:c58f30108f718f92721af3b95e74349a"
    assert sorted(path.name for path in (root / "cifar-10-batches-py").iterdir()) == sorted(sources.CIFAR_BATCHES)
    assert not list(tmp_path.rglob("evil"))


@pytest.mark.realdata
@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_real_files(real_data, name):
    data = load_images(name, data_dir=real_data / "torchvision")
    assert data.train_images.shape == (60_000, 1, 28, 28)
    assert data.test_images.shape == (10_000, 1, 28, 28)
    assert torch.bincount(data.test_labels).tolist() == (
        [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009] if name == "mnist" else [1000] * 10
    )
