"""The README keeps its promises: its program prints what it shows, its tree is the disk, CI runs its command."""

import pathlib
import re
import struct
import subprocess
import sys

import pytest

import ailiteracy

ROOT = pathlib.Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def blocks(language):
    return [text for name, text in BLOCKS if name == language]


def tree():
    """Return {path: purpose} from the indented tree of the README."""
    found, folders = {}, []
    for line in blocks("text")[-1].splitlines():
        indent, name, purpose = re.fullmatch(r"( *)(\S+)\s*(.*)", line).groups()
        folders[len(indent) // 2 :] = [name]
        found["".join(folders)] = purpose
    return found


def test_length():
    assert README.count("\n") <= 120
    assert blocks("python")[0].count("\n") <= 12


def test_program_prints_what_is_shown(tmp_path):
    (tmp_path / "first.py").write_text(blocks("python")[0], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "first.py"],
        cwd=tmp_path, env=None, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == blocks("text")[0]
    # The picture in the README is the one that the program saves: same size, and there.
    picture = ROOT / re.search(r"!\[.*\]\((.*)\)", README)[1]
    assert size(tmp_path / "xor.png") == size(picture)


def size(png):
    """Return width and height from the header of a PNG file."""
    return struct.unpack(">II", png.read_bytes()[16:24])


def test_tree_is_the_disk():
    listed = tree()
    assert all(listed.values()), "every line of the tree has a purpose"
    for path in listed:
        assert (ROOT / path).exists(), path
        assert path.endswith("/") == (ROOT / path).is_dir(), path
    source = ROOT / "src" / "ailiteracy"
    folders = {path.parent.relative_to(ROOT).as_posix() + "/" for path in source.glob("*/__init__.py")}
    assert folders - set(listed) == set()


@pytest.mark.parametrize("subject", ailiteracy.__all__)
def test_each_subject_lists_its_files(subject):
    """The docstring of a subject names its public files, each once."""
    folder = pathlib.Path(ailiteracy.__file__).parent / subject
    text = (folder / "__init__.py").read_text(encoding="utf-8").split('"""')[1]
    listed = re.findall(r"``(\w+)(?:\.py)?``:", text)
    files = {path.stem for path in folder.glob("*.py")}
    assert len(listed) == len(set(listed))
    assert set(listed) <= files
    assert {name for name in files if not name.startswith("_")} <= set(listed)


def test_ci_runs_the_test_command():
    commands = blocks("sh")
    assert len(commands) == 2
    assert all(command.count("\n") == 1 for command in commands)
    assert commands[1].strip() in (ROOT / ".ci" / "run").read_text(encoding="utf-8").replace(" -q nox", " nox")
