"""The page of errata is honest: each row names what shows it, it exists, and nothing wrong comes back."""

import ast
import functools
import pathlib
import re

import pytest

from ailiteracy import quiz

ROOT = pathlib.Path(__file__).parent.parent
PAGE = (ROOT / "docs/errata.md").read_text(encoding="utf-8")
RESULTS = (ROOT / "docs/results.md").read_text(encoding="utf-8")


def rows():
    """Return (claim, truth, what shows it) of every table with three columns."""
    for block in re.findall(r"(?:^\|.*\n)+", PAGE, re.M):
        lines = [re.split(r"(?<!\\)\|", line.strip().strip("|")) for line in block.strip().split("\n")]
        if lines[0][-1].strip() == "shown by":
            yield from (tuple(cell.strip() for cell in line) for line in lines[2:])


ROWS = list(rows())
NAMED = re.compile(r"`((?:tests|gallery|benchmarks)/[^`]+)`")


@functools.cache
def functions(path):
    """Return the names of the test functions of a file, those in classes too."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def missing(text):
    """Return what a text names, as `tests/x.py::test_y` or as `pytest tests/x.py -k word`, and what does not exist."""
    for name in NAMED.findall(text):
        path, _, function = name.split(" ")[0].partition("::")
        if not (ROOT / path).is_file():
            yield path
        elif function and (not function.startswith("test_") or function.split("[")[0] not in functions(path)):
            yield name
    for paths, words in re.findall(r"`pytest((?: tests/[^\s`]+)+)(?: -k (\"[^\"]+\"|'[^']+'|\S+?))?`", text):
        found = [path for path in paths.split() if (ROOT / path.split("::")[0]).exists()]
        yield from set(paths.split()) - set(found)
        known = {name for path in found if path.endswith(".py") for name in functions(path)}
        if words and known:
            for word in re.split(r" or | and ", words.strip("\"'")):
                if not any(word.removeprefix("not ") in name for name in known if name.startswith("test_")):
                    yield f"{paths} -k {word}"


def test_the_page_is_read():
    assert len(ROWS) > 350
    assert all(len(row) == 3 and all(row) for row in ROWS), [row for row in ROWS if len(row) != 3 or not all(row)]


def test_every_row_names_what_shows_it():
    assert [claim for claim, _, shown in ROWS if not NAMED.search(shown)] == []


def test_every_row_names_a_test():
    """An example or a benchmark may show a claim, but a test holds it."""
    assert [claim for claim, _, shown in ROWS if "::test_" not in shown] == []


def test_what_is_named_exists():
    assert list(missing(PAGE)) == []
    assert list(missing(RESULTS)) == []


def test_a_wrong_name_is_noticed():
    named = "`tests/test_errata.py::test_nothing`, `tests/none.py`, `gallery/none.py`"
    assert list(missing(named)) == ["tests/test_errata.py::test_nothing", "tests/none.py", "gallery/none.py"]
    assert list(missing("`pytest tests/test_errata.py -k nonsense`")) == [" tests/test_errata.py -k nonsense"]
    assert (
        list(missing("`pytest tests/test_errata.py -k wrong_name`, `tests/test_errata.py::test_what_is_named_exists`"))
        == []
    )


def test_no_claim_stands_twice():
    claims = [claim for claim, _, _ in ROWS]
    assert sorted(claim for claim in set(claims) if claims.count(claim) > 1) == []


# What the notes do and this project must not: where it would stand, the letters that give it away, a line with it.
CODE, LESSONS = ["src/ailiteracy", "gallery"], ["docs/lessons", "docs/start.md", "docs/teachers.md", "docs/faq.md"]
TEXTS = [*CODE, *LESSONS, "docs/words.md", "docs/exercises"]
NOT_HERE = {
    "a screen cleared by a shell": (CODE, r"os\.system\(", "os.system('clear')"),
    "a window that waits for a screen": (CODE, r"(?<!`)\bplt\.show\(|\.show\(\)(?!`)", "    plt.show()"),
    "two copies of a library allowed": (CODE, r"KMP_DUPLICATE_LIB_OK", "os.environ['KMP_DUPLICATE_LIB_OK'] = 'True'"),
    "a font that must be there": (["gallery"], r"SimHei|YaHei", "plt.rcParams['font.sans-serif'] = ['SimHei']"),
    "removed from scikit-learn": (CODE, r"plot_confusion_matrix\(|load_boston", "load_boston()"),
    "the package that is only an error": (TEXTS, r"pip install sklearn", "pip install sklearn"),
    "unmaintained packages": (CODE, r"import (torchsummary|thop|torchtext|mlxtend|torchmetrics|pandas)", "import thop"),
    "code fetched and run": (CODE, r"helper_functions|exec\(requests", "from helper_functions import plot_predictions"),
    "a deprecated hook": (CODE, r"register_backward_hook", "layer.register_backward_hook(print)"),
    "a class that became LRScheduler": (CODE, r"_LRScheduler", "class Warmup(_LRScheduler):"),
    "a deprecated word for weights": (CODE, r"pretrained=(True|False)", "resnet18(pretrained=True)"),
    "a deprecated reader of pictures": (CODE, r"io\.read_image|import read_image", "torchvision.io.read_image(path)"),
    "a range that includes its end": (CODE, r"torch\.range\(", "torch.range(0, 10)"),
    "typed storage": (CODE, r"\.storage\(\)", "x.storage()"),
    "any pickle opened": (CODE, r"torch\.load\((?!.*weights_only=True)", "torch.load(path)"),
    "several devices in one process": (CODE, r"DataParallel\(", "nn.DataParallel(model)"),
    "memory pinned for a card that may not be there": (CODE, r"pin_memory=True", "DataLoader(data, pin_memory=True)"),
    "any error caught": (CODE, r"except:", "    except:"),
    "a seed of 0 taken for none": (CODE, r"\bif (seed|rng):", "    if seed:"),
    "the data set taken to bits for nine samples": (CODE, r"sample\(list\(", "random.sample(list(test_data), k=9)"),
    "a device by name": (["src/ailiteracy"], r"\.cuda\(\)", "model.cuda()"),
    "a site that is gone": (TEXTS, r"paperswithcode\.com", "https://paperswithcode.com/sota"),
    "a sum of money that sources disagree on": (TEXTS, r"(25|40) million", "saved 40 million dollars"),
    "names that were never": (TEXTS, r"GPT-o[13]|BCELossWithLogits|\bAdams\b", "GPT-o1"),
    "words misspelt in the notes": ([*TEXTS, *CODE], r"Tran[i]ng|data_augu", "Tran" "ing data"),  # in pieces: no typo
    "a folder of one computer": ([*TEXTS, *CODE], r"/Users/\w|/home/\w|C:\\Users", "/Users/ada/data"),
    "an investor among the schools": (TEXTS, r"Kai-Fu|李开复", "Kai-Fu Lee"),
    "words of BERT's texts counted as tokens": (TEXTS, r"3\.7 ?(B\b|billion|thousand million)", "3.7B tokens"),
    "a precision that was mixed": (TEXTS, r"pure FP8|Pure FP8", "pure FP8"),
    "a rival trained by other rules": (TEXTS, r"cuda-convnet|76\.77", "cuda-convnet's 82 %"),
    "a character who binds people": ([*TEXTS, *CODE], r"yandere|病娇|只爱你|loves? only you", "she loves only you"),
}  # fmt: skip


@pytest.mark.parametrize("what", NOT_HERE)
def test_not_repeated(what):
    places, pattern, line_with_it = NOT_HERE[what]
    assert re.search(pattern, line_with_it)
    files = [
        file
        for place in places
        for file in ([ROOT / place] if (ROOT / place).is_file() else sorted((ROOT / place).rglob("*")))
        if file.suffix in {".py", ".md", ".toml"}
    ]
    assert len(files) >= 1
    found = {
        f"{file.relative_to(ROOT)}:{number}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), 1)
        if re.search(pattern, line)
    }
    assert found == set()


def test_no_name_hides_a_function_of_python():
    """`sum = 0` or `input = sys.stdin` takes the function away from all lines below."""
    hidden = set()
    for file in [*(ROOT / "src/ailiteracy").rglob("*.py"), *(ROOT / "gallery").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            name = node.id if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else None
            if name in {"sum", "input", "max", "min", "len", "range", "list", "dict", "set", "str", "type", "print"}:
                hidden.add((file.name, name))
    assert hidden == {("layers.py", "input")}  # the parent class in torch calls the argument of `forward` so


def test_no_default_is_computed_when_a_function_is_defined():
    """`device=device` or `loss=nn.CrossEntropyLoss()` in a signature is looked up once and then stays."""
    found = []
    for file in (ROOT / "src/ailiteracy").rglob("*.py"):
        if file.name.startswith(("cli", "_cli")):
            continue  # the options of a command are declared by calls
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                names = [argument.arg for argument in [*node.args.args, *node.args.kwonlyargs]]
                defaults = [*[None] * (len(node.args.args) - len(node.args.defaults)), *node.args.defaults]
                for name, value in zip(names, [*defaults, *node.args.kw_defaults], strict=False):
                    made = isinstance(value, ast.Call) and ast.unparse(value.func) != "tuple"
                    if (
                        made
                        or isinstance(value, ast.List | ast.Dict)
                        or (name in {"device", "model", "loss"} and isinstance(value, ast.Name))
                    ):
                        found.append(f"{file.name}:{value.lineno}")
    assert found == []


SAID = {  # what the notes get wrong: the page that states it, and its words
    "AlphaZero's hours": ("searching.md", ["Stockfish after 4 hours", "Elmo after 2", "AlphaGo Lee after 30"]),
    "GPT-3's tokens": ("large_models.md", ["300 thousand million tokens"]),
    "who built the schools": ("intelligence.md", ["Rodney Brooks", "Geoffrey Hinton", "XCON", "Deep Blue"]),
}


@pytest.mark.parametrize("what", SAID)
def test_the_lessons_say_it_right(what):
    page, words = SAID[what]
    text = " ".join((ROOT / "docs/lessons" / page).read_text(encoding="utf-8").split())
    assert [each for each in words if each not in text] == []


RIGHT = {  # what the printed key gets wrong: a question of ours with the right answer
    "machine learning and deep learning": ("ideas", "features", "find useful features by themselves"),
    "Turing's test": ("ideas", "turing", "Whether a judge can tell a machine from a person"),
    "three schools": ("ideas", "schools", "symbolism"),
    "the stages of a language model": ("ideas", "stages", "choose an architecture and collect text"),
    "cross entropy and perplexity": ("transformers", "measures", "among how many equally likely tokens it wavers"),
    "mask, dropout, heads": ("transformers", "parts", "to hide the tokens that come later"),
    "prompt styles": ("finetuning", "styles", "the style of Phi-3"),
    "the order inside a block": ("transformers", "block-order", "attention"),
    "what grows with size": ("ideas", "emergence", "Less than it seems"),
}


@pytest.mark.parametrize("what", RIGHT)
def test_wrong_keys_have_a_right_question_here(what):
    subject, name, words = RIGHT[what]
    item = next(item for item in quiz.load_quiz(subject) if item.name == f"{subject}-{name}")
    assert words in str(item.answer)
