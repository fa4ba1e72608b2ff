import stat
import zipfile

import pytest

from ailiteracy.vision._archives import unpack_zip


def archive(place, members):
    with zipfile.ZipFile(place, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)
    return place


def test_unpacked_whole(tmp_path):
    place = archive(tmp_path / "a.zip", {"pets/cat/1.txt": "one", "pets/狗/2.txt": "two"})
    folder = tmp_path / "new"
    folder.mkdir()
    assert unpack_zip(place, folder, "pets") == folder / "pets"
    assert (folder / "pets" / "狗" / "2.txt").read_text() == "two"
    assert [path.name for path in folder.iterdir()] == ["pets"]


def test_what_is_there_stays(tmp_path):
    (tmp_path / "pets").mkdir()
    (tmp_path / "pets" / "mine.txt").write_text("mine")
    unpack_zip(archive(tmp_path / "a.zip", {"pets/mine.txt": "theirs"}), tmp_path, "pets")
    assert (tmp_path / "pets" / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize(
    "name",
    ["../evil", "pets/../../evil", "/evil", "evil", "pets/../evil", "..\\evil", "C:\\evil", "pets\\..\\..\\evil"],
)
def test_paths_that_climb_out_are_refused(tmp_path, name):
    folder = tmp_path / "in" / "folder"
    folder.mkdir(parents=True)
    place = archive(tmp_path / "a.zip", {"pets/1.txt": "one", name: "harm"})
    with pytest.raises(ValueError, match=r"a path outside 'pets'.*It was not unpacked"):
        unpack_zip(place, folder, "pets")
    assert not list(folder.iterdir())
    assert not list(tmp_path.rglob("*evil*"))


def test_links_are_refused(tmp_path):
    link = zipfile.ZipInfo("pets/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr(link, "/etc")
    with pytest.raises(ValueError, match=r"holds a link: 'pets/link'"):
        unpack_zip(tmp_path / "a.zip", tmp_path, "pets")


@pytest.mark.parametrize("keep", [0, 40, -30])
def test_half_an_archive(tmp_path, keep):
    place = archive(tmp_path / "a.zip", {"pets/1.txt": "one" * 100})
    place.write_bytes(place.read_bytes()[:keep])
    with pytest.raises(ValueError, match=r"a\.zip' is damaged.*Delete it and fetch it again"):
        unpack_zip(place, tmp_path, "pets")
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_damaged_content(tmp_path):
    place = archive(tmp_path / "a.zip", {"pets/1.txt": "one" * 100})
    place.write_bytes(place.read_bytes().replace(b"oneone", b"onetwo", 1))
    with pytest.raises(ValueError, match="is damaged"):
        unpack_zip(place, tmp_path, "pets")
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_another_process_was_faster(tmp_path, monkeypatch):
    place = archive(tmp_path / "a.zip", {"pets/1.txt": "one"})
    unpack = zipfile.ZipFile.extractall

    def slow(file, part):
        unpack(file, part)
        unpack(file, tmp_path)  # meanwhile the other one finishes

    monkeypatch.setattr(zipfile.ZipFile, "extractall", slow)
    assert (unpack_zip(place, tmp_path, "pets") / "1.txt").read_text() == "one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "pets"]
