import os
import signal
import sqlite3
import subprocess
import sys
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ailiteracy.nlp import _memory_store
from ailiteracy.nlp.memory import HALF_LIFE, Memory

DAY = 24 * 3600.0


def texts(memory):
    return [note.text for note in memory.notes()]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "guide.db"


@pytest.fixture
def memory(path):
    with Memory(path) as opened:
        yield opened


# Notes.


def test_notes_come_back_after_closing(path):
    with Memory(path) as first:
        number = first.remember("I like cats. 🙂 我喜欢猫。", topic="liking cats", now=7.0)
    with Memory(path) as second:
        (note,) = second.notes()
    assert (note.id, note.text, note.time, note.topic) == (number, "I like cats. 🙂 我喜欢猫。", 7.0, "liking cats")


def test_same_words_are_kept_once_and_become_new_again(memory):
    first = memory.remember("I like cats.", now=1.0)
    assert memory.remember("i LIKE  cats", now=5.0) == first
    assert [(note.text, note.time) for note in memory.notes()] == [("i LIKE  cats", 5.0)]


def test_a_later_fact_replaces_an_earlier_one(memory):
    first = memory.remember("I live in Lisbon.", topic="home")
    memory.remember("I like Lisbon.", topic="liking lisbon")
    assert memory.remember("I live in Rome.", topic="home") == first
    assert set(texts(memory)) == {"I live in Rome.", "I like Lisbon."}
    assert "Lisbon" not in memory.recall("Where do I live?")[0].text


def test_denial_is_no_duplicate(memory):
    memory.remember("I am allergic to nuts.")
    memory.remember("I am not allergic to nuts.")
    assert len(memory) == 2


def test_topic_and_words_may_point_at_two_notes(memory):
    memory.remember("I live in Rome.")
    kept = memory.remember("I live in Lisbon.", topic="home")
    assert memory.remember("I live in Rome.", topic="home") == kept
    assert texts(memory) == ["I live in Rome."]


def test_update_and_forget(memory):
    number = memory.remember("I like cats.")
    other = memory.remember("I like dogs.")
    memory.update(number, "I like owls.")
    assert memory.recall("owls")[0].text == "I like owls."
    memory.forget(other)
    assert texts(memory) == ["I like owls."]
    with pytest.raises(ValueError, match=rf"`number` must be the number of a note, got {other}\. List them"):
        memory.forget(other)
    assert memory.remember("New.") > other  # numbers are not given a second time


def test_what_is_forgotten_is_in_no_file(path):
    with Memory(path) as memory:
        number = memory.remember("my-secret-word is on the list")
        memory.remember("I like cats.")
        memory.forget(number)
        files = list(path.parent.iterdir())
        assert path in files
        for file in files:
            assert b"my-secret-word" not in file.read_bytes(), file.name


def test_forget_cuts_every_wording(path):
    said = ["I live  in Lisbon.", "i LIVE in lisbon", "I live in Rome.", "We moved to Bonn.", "I live in Rome. Still."]
    with Memory(path) as memory:
        for text in said:
            memory.store.rows("INSERT INTO messages (role, content) VALUES ('user', ?)", f"Hello! {text}")
        memory.store.rows("INSERT INTO settings VALUES ('summary', 'user: I live in Lisbon.\nuser: Hello!')")
        memory.remember(said[0])
        memory.remember(said[1], topic="home")
        kept = memory.remember(said[2], topic="home")
        memory.remember(said[3])
        memory.remember(said[3], topic="home")  # two notes become one
        memory.update(np.int64(kept), said[4])
        memory.forget(np.int64(kept))
        left = [row[0] for row in memory.store.rows("SELECT content FROM messages")]
        assert left == ["Hello! [forgotten]"] * 5
        assert memory.store.rows("SELECT value FROM settings WHERE name = 'summary'") == [
            ("user: [forgotten]\nuser: Hello!",)
        ]
        assert not memory.store.rows("SELECT * FROM wordings")
        for file in path.parent.iterdir():
            assert not any(place in file.read_bytes() for place in (b"isbon", b"Rome", b"Bonn")), file.name


def test_file_of_the_first_version(path):
    Memory(path).close()
    with sqlite3.connect(path) as older:
        older.execute("DROP TABLE wordings")
        older.execute("PRAGMA user_version = 1")
        older.execute("INSERT INTO messages (role, content) VALUES ('user', 'I like cats.')")
    older.close()
    with Memory(path) as memory:
        number = memory.remember("I like cats.")
        memory.remember("I LIKE cats")
        memory.forget(number)
        assert memory.store.rows("SELECT content FROM messages") == [("[forgotten]",)]
        assert memory.store.rows("PRAGMA user_version") == [(2,)]


def test_clear(memory):
    memory.remember("i like cats")
    memory.remember("I like cats.")
    memory.store.rows("INSERT INTO messages (role, content) VALUES ('user', 'x')")
    memory.clear()
    assert len(memory) == 0
    assert memory.store.rows("SELECT * FROM messages") == memory.store.rows("SELECT * FROM wordings") == []


def test_without_a_file_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    memory = Memory()
    memory.remember("I like cats.")
    assert repr(memory) == "A memory of 1 notes, kept in nowhere but here."
    assert list(tmp_path.iterdir()) == []


# Recall.


def test_recall_finds_what_has_to_do_with_the_question(memory):
    for text in ["I like Egyptian cats.", "I am allergic to nuts.", "My name is Lena.", "I use a wheelchair."]:
        memory.remember(text)
    assert [note.text for note in memory.recall("Is there a lift for a wheelchair?")] == ["I use a wheelchair."]
    assert [note.text for note in memory.recall("Where are the cats?")] == ["I like Egyptian cats."]
    assert memory.recall("What time do you close?") == []


def test_recall_is_the_product_of_vectors(memory):
    from ailiteracy.nlp.text_vectors import embed

    said = ["I like Egyptian cats.", "Cats are fine.", "I am allergic to nuts."]
    for text in said:
        memory.remember(text, now=100.0)
    cosines = embed(said) @ embed(["cats of Egypt"])[0]
    found = memory.recall("cats of Egypt", threshold=-1, now=100.0)
    order = np.argsort(-cosines)
    assert [note.text for note in found] == [said[place] for place in order]
    assert [note.similarity for note in found] == pytest.approx(cosines[order], abs=1e-6)


def test_newer_of_two_alike_comes_first(memory):
    now = 1e9
    memory.remember("I saw the cats in hall 4.", now=now - 10 * HALF_LIFE)
    memory.remember("I saw the cats in hall 5.", now=now)
    assert [note.text[-2] for note in memory.recall("Where did I see cats?", now=now)] == ["5", "4"]
    # An old note is worth half; one that fits twice as well still comes first, and age alone hides nothing.
    memory.remember("Where did I see owls, I wonder.", now=now - 1000 * HALF_LIFE)
    assert memory.recall("Where did I see owls", now=now)[0].text.startswith("Where did I see owls")


def test_clock_that_went_back_does_no_harm(memory):
    memory.remember("I like cats.", now=1e9)
    assert memory.recall("cats", now=1e9 - 5 * DAY)[0].similarity > 0.2


def test_at_most_top(memory):
    for number in range(20):
        memory.remember(f"Cat number {number} is grey.")
    assert len(memory.recall("Which cat is grey?")) == 4
    assert len(memory.recall("Which cat is grey?", top=30)) == 20
    assert memory.recall("cat", threshold=1.0) == []


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=30).filter(lambda text: text.strip()), max_size=8), st.text(min_size=1))
def test_any_text_is_kept_and_recalled(notes, question):
    memory = Memory()
    kept = [text for text in notes if all(not "\ud800" <= letter <= "\udfff" for letter in text)]
    for text in kept:
        memory.remember(text)
    assert set(texts(memory)) <= set(kept)
    if question.strip() and all(not "\ud800" <= letter <= "\udfff" for letter in question):
        assert len(memory.recall(question, threshold=-1, top=50)) == len(memory)


def test_other_vectors_are_made_anew(path, byron_model):
    with Memory(path) as memory:
        memory.remember("Lord Byron was a poet.")
    with Memory(path, model=byron_model) as memory:
        (row,) = memory.store.rows("SELECT vector FROM notes")
        assert len(row[0]) == 8 * 4  # the tiny model has 8 numbers a text
        assert memory.recall("Lord Byron was a poet.", threshold=0.99)
        with Memory(path) as again:  # and back, while the other is still open
            assert again.recall("poet")
        assert memory.recall("Lord Byron was a poet.", threshold=0.99)


# The file.


WRITE = """
import sys
from ailiteracy.nlp.memory import Memory
memory = Memory(sys.argv[1])
n = 0
while True:
    with memory.store.change():
        memory.remember(f"fact number {n}", topic=f"topic {n}")
        memory.store.rows("INSERT INTO messages (role, content) VALUES ('user', ?)", f"message {n}")
    print(n, flush=True)
    n += 1
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_kill_loses_nothing_that_was_kept(path):
    writer = subprocess.Popen([sys.executable, "-c", WRITE, path], stdout=subprocess.PIPE)
    told = [int(writer.stdout.readline()) for _ in range(30)]
    writer.send_signal(signal.SIGKILL)
    told += [int(line) for line in writer.communicate()[0].splitlines()]
    with Memory(path) as memory:
        kept = {note.text for note in memory.notes()}
        said = [row[0] for row in memory.store.rows("SELECT content FROM messages")]
        assert {f"fact number {n}" for n in told} <= kept
        assert {text.replace("message", "fact number") for text in said} == kept  # both or neither
        memory.remember("and it goes on")


def test_others_read_while_one_writes(path):
    with Memory(path) as writer:
        writer.remember("one")
        code = "import sys; from ailiteracy.nlp.memory import Memory\n"
        code += "print(Memory(sys.argv[1]).store.rows('SELECT text FROM notes'))"
        with writer.store.change():
            writer.remember("two")
            reader = sqlite3.connect(path)
            assert reader.execute("SELECT text FROM notes").fetchall() == [("one",)]
            reader.close()
            with Memory(path) as other:  # opening and recalling need no turn at writing
                assert [note.text for note in other.recall("one")] == ["one"]
        done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "[('one',), ('two',)]"


def test_two_writers_take_turns(path):
    with Memory(path) as first, Memory(path) as second:

        def write(memory, name):
            for number in range(20):
                memory.remember(f"{name} {number}")

        threads = [threading.Thread(target=write, args=pair) for pair in [(first, "a"), (second, "b")]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(first) == 40


def test_a_writer_that_does_not_end(path, monkeypatch):
    monkeypatch.setattr(_memory_store, "PATIENCE", 0.1)
    told = pytest.raises(TimeoutError, match="is being written by another program for more than")
    with Memory(path) as first, Memory(path) as second, first.store.change(), told:
        second.remember("one")


def test_an_error_inside_a_change_undoes_it(memory):
    def fail():
        with memory.store.change():
            memory.remember("half")
            raise KeyError("x")

    with pytest.raises(KeyError):
        fail()
    assert len(memory) == 0


def damaged(path):
    with Memory(path) as memory:
        for number in range(200):
            memory.remember(f"fact {number} " + "x" * 50)
    data = bytearray(path.read_bytes())
    data[4096 : len(data) - 4096] = os.urandom(len(data) - 8192)
    return bytes(data)


def truncated(path):
    with Memory(path) as memory:
        for number in range(50):
            memory.remember(f"fact {number}")
    return path.read_bytes()[:-5000]


def foreign(path):
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE bookmarks (x)")
    other.close()
    return path.read_bytes()


def newer(path):
    Memory(path).close()
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 3")
    other.close()
    return path.read_bytes()


@pytest.mark.parametrize(("make", "words"), [
    (damaged, r"the memory file '.*guide\.db' is damaged .*left as it is\. Restore a copy"),
    (truncated, "is damaged"),
    (foreign, r"`path` must be a memory file of this package, .*another program and was left as it is"),
    (newer, r"`path` must be a memory file of version 2, got 'version 3'\. .*Update the package"),
    (lambda path: b"Dear diary, ...", r"`path` must be a memory file of this package, .*It was left as it is"),
    (lambda path: b"SQLite format 3\0", "is damaged"),
    (lambda path: b"SQLite format 3\0" + b"\xff" * 5000, "is damaged|left as it is"),
])  # fmt: skip
def test_unusable_files_are_refused_and_stay_as_they_are(tmp_path, path, make, words):
    data = make(tmp_path / "made.db")
    path.write_bytes(data)
    with pytest.raises(ValueError, match=words):
        Memory(path)
    assert path.read_bytes() == data


def test_empty_file_is_a_new_one(path):
    path.touch()
    with Memory(path) as memory:
        memory.remember("one")
    assert len(Memory(path)) == 1


def test_file_killed_before_its_tables_were_made(path):
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("CREATE TABLE x (y)")
        other.execute("DROP TABLE x")
    other.close()
    with Memory(path) as memory:
        assert len(memory) == 0


def test_threads_may_share_a_memory(memory):
    failed = []

    def work(name):
        try:
            for number in range(10):
                memory.remember(f"{name} {number}")
                memory.recall(name)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert len(memory) == 30


CASES = [
    (lambda: Memory().remember("  "), ValueError, "`text` must be a text that is not blank"),
    (lambda: Memory().remember(3), TypeError, "`text` must be a text"),
    (lambda: Memory().remember("a\udc80"), ValueError, "`text` must be a text of whole characters"),
    (lambda: Memory().remember("a", now=float("nan")), ValueError, "`now` must be a finite number"),
    (lambda: Memory().remember("a", topic=3), TypeError, "`topic` must be a text"),
    (lambda: Memory().recall(""), ValueError, "`question`"),
    (lambda: Memory().recall("a", top=0), ValueError, "`top` must be an integer >= 1"),
    (lambda: Memory().recall("a", threshold=2), ValueError, "`threshold` must be a finite number from -1 to 1"),
    (lambda: Memory().forget(1), ValueError, r"`number` must be the number of a note, got 1\. List them"),
    (lambda: Memory().forget("1"), TypeError, "`number` must be an integer"),
    (lambda: Memory().update(1, "x"), ValueError, "`number` must be the number of a note"),
    (lambda: Memory(3), TypeError, "`path` must be a path"),
    (lambda: Memory(""), ValueError, "`path` must be a path that is not empty"),
    (lambda: Memory("/"), IsADirectoryError, r"`path` must be a file, got 'the folder /'\. Add a file name"),
    (lambda: Memory("no/such/folder/x.db"), FileNotFoundError, "`path` must be a file in a folder that exists"),
    (lambda: Memory(model="no-such/model"), FileNotFoundError, "`model` 'no-such/model' is neither a folder here nor"),
    (lambda: Memory(model="no/such/model/x"), FileNotFoundError, "`model` names the folder"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "words"), CASES)
def test_bad_input(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_closed_memory(path):
    memory = Memory(path)
    memory.close()
    memory.close()
    with pytest.raises(ValueError, match=r"is closed\. Open it again"):
        memory.notes()
