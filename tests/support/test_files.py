"""A file is there whole or not at all, and the old one stays until then."""

import errno
import os
import pathlib

import pytest

from ailiteracy._support.files import check_path, check_writable, whole_file


def names(folder):
    return [path.name for path in folder.iterdir()]


def half_write(path, error):
    with whole_file(path) as part:
        part.write_bytes(b"half")
        raise error


def test_writes_and_makes_folders(tmp_path):
    path = tmp_path / "a" / "b" / "model.bin"
    with whole_file(path) as part:
        assert not path.exists()
        assert part.parent == path.parent
        part.write_bytes(b"new")
    assert path.read_bytes() == b"new"
    assert names(path.parent) == ["model.bin"]


def test_replaces_the_old_file(tmp_path):
    path = tmp_path / "model.bin"
    path.write_bytes(b"old")
    with whole_file(path) as part:
        part.write_bytes(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("old", [None, b"old"])
def test_an_error_leaves_the_old_file_or_none(tmp_path, error, old):
    path = tmp_path / "model.bin"
    if old is not None:
        path.write_bytes(old)
    with pytest.raises(error):
        half_write(path, error)
    assert names(tmp_path) == ([] if old is None else ["model.bin"])
    assert old is None or path.read_bytes() == old


def test_two_writers_do_not_meet(tmp_path):
    path = tmp_path / "model.bin"
    with whole_file(path) as first, whole_file(path) as second:
        assert first != second
        first.write_bytes(b"1")
        second.write_bytes(b"2")
    assert path.read_bytes() == b"1"  # the outer block ends last
    assert names(tmp_path) == ["model.bin"]


def test_a_block_may_remove_its_part(tmp_path):
    expected = r"cannot write '.*model\.bin': No such file or directory\. Choose a folder"
    with pytest.raises(FileNotFoundError, match=expected), whole_file(tmp_path / "model.bin") as part:
        part.unlink()
    assert names(tmp_path) == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_told_in_words_that_name_the_file(tmp_path, code):
    path = tmp_path / "model.bin"
    path.write_bytes(b"old")
    with pytest.raises(OSError, match=r"cannot write") as caught:
        half_write(path, OSError(code, os.strerror(code)))
    expected = f"cannot write {str(path)!r}: {os.strerror(code)}. Free some space, or choose another disk."
    assert str(caught.value) == expected
    assert caught.value.strerror == os.strerror(code)  # for a caller with words of its own
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["model.bin"]


def test_a_file_that_cannot_take_its_place_is_told_in_words(tmp_path, monkeypatch):
    def refuse(part, path):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(part), None, str(path))

    monkeypatch.setattr(pathlib.Path, "replace", refuse)  # as on a system where another program holds the old file
    expected = r"cannot write '.*model\.bin': Permission denied\. Choose a folder you may write to"
    with pytest.raises(PermissionError, match=expected), whole_file(tmp_path / "model.bin"):
        pass
    assert names(tmp_path) == []


def test_within_two_files_at_once_a_full_disk_is_told_once(tmp_path):
    with pytest.raises(OSError, match="cannot write") as caught, whole_file(tmp_path / "record"):
        half_write(tmp_path / "weights", OSError(errno.ENOSPC, "full"))
    assert str(caught.value).count("cannot write") == 1
    assert "weights" in str(caught.value)


@pytest.mark.parametrize("error", [
    FileNotFoundError(errno.ENOENT, "No such file or directory", "picture.png"),
    OSError(errno.ENOSPC, "No space left on device", "elsewhere.bin"),
    OSError(errno.EIO, "Input/output error"),  # as when a file that is read lies on a broken disk
    OSError("encoder error"),
    ConnectionError(errno.ECONNRESET, "Connection reset by peer"),
])  # fmt: skip
def test_an_error_that_is_not_about_this_file_stays_as_it_is(tmp_path, error):
    told = str(error)
    with pytest.raises(OSError, match=r".") as caught:
        half_write(tmp_path / "model.bin", error)
    assert caught.value is error
    assert str(error) == told


def test_folder_that_is_a_file(tmp_path):
    (tmp_path / "taken").write_text("x")
    expected = r"cannot write '.*model\.bin': .*\. Choose a folder you may write to"
    with pytest.raises(OSError, match=expected), whole_file(tmp_path / "taken" / "model.bin"):
        pass


def test_folder_without_permission(tmp_path, monkeypatch):
    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(pathlib.Path, "touch", refuse)  # a real read-only folder does not stop an administrator
    with pytest.raises(PermissionError) as caught, whole_file(tmp_path / "model.bin"):
        pass
    assert "cannot write" in str(caught.value)
    assert "Permission denied. Choose a folder you may write to, or free some space." in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="an administrator may write everywhere")
def test_read_only_folder(tmp_path):
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(PermissionError, match="Choose a folder"), whole_file(tmp_path / "model.bin"):
            pass
    finally:
        tmp_path.chmod(0o755)


def test_a_place_is_tried_and_left_as_it_was(tmp_path):
    check_writable(tmp_path / "new" / "model.bin")
    assert names(tmp_path) == ["new"]
    assert names(tmp_path / "new") == []
    (tmp_path / "model.bin").write_bytes(b"old")
    check_writable(tmp_path / "model.bin")
    assert (tmp_path / "model.bin").read_bytes() == b"old"
    with pytest.raises(OSError, match=r"cannot write .*Choose a folder you may write to"):
        check_writable(tmp_path / "model.bin" / "below")


def test_a_folder_in_the_place_of_the_file(tmp_path):
    (tmp_path / "model.bin").mkdir()
    expected = r"cannot write '.*model\.bin': it is a folder\. Choose another name"
    with pytest.raises(IsADirectoryError, match=expected), whole_file(tmp_path / "model.bin"):
        pass
    assert names(tmp_path) == ["model.bin"]


def test_check_path(tmp_path):
    assert check_path("path", tmp_path) == tmp_path
    assert check_path("path", "a/b") == pathlib.Path("a/b")
    assert check_path("path", "~/x") == pathlib.Path.home() / "x"
    assert not pathlib.Path("a/b").exists()


@pytest.mark.parametrize(
    ("path", "error", "text"),
    [
        ("", ValueError, "`path` must be a path that is not empty, got ''. Use '.' for the folder you are in."),
        (3, TypeError, "`path` must be a path (str or pathlib.Path), got 3."),
        (None, TypeError, "got None."),
        (b"model", TypeError, "got b'model'."),
    ],
)
def test_bad_path_is_explained(path, error, text):
    with pytest.raises(error) as caught:
        check_path("path", path)
    assert text in str(caught.value)
