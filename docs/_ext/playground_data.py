"""What the playground's pages show and calculate with, made by the package: recorded games, points, trained weights.

Each maker writes one script, which puts its data under a name of the object `playground` (a page opened as a file may
not read other files, but may run scripts), and a figure for readers without scripts. A part is made again when its own
code changes, or that of the subject it calls.

    python docs/_ext/playground_data.py docs/_build/playground/playground/data
"""

import ast
import base64
import hashlib
import json
import pathlib
import sys

import numpy as np

import ailiteracy

SEED_OF_GAMES = 7
MOST_MOVES = 1_200  # of a recorded game: enough for the first 2048
RUNGS = ("random", "greedy", "one-ply", "expectimax", "ntuple-search")
PROBLEMS = ("xor", "circles", "moons", "spiral")

# Words of the short texts that the language model learns; of the names every second one is a woman's.
NAMES = ("Ben", "Ada", "Cai", "Dora", "Emil", "Fay", "Gus", "Hana")
THINGS = ("ball", "cup", "book", "hat", "box", "lamp", "kite", "coat")
COLOURS = ("red", "blue", "green", "white", "black", "yellow", "brown", "pink")
EXAMPLE = "Ada has a red ball. She likes the ball. It is"
LEARNING_RATE = 0.01
LANGUAGE_FILES = [f"nlp/{name}.py" for name in ("bpe", "byte_pairs", "gpt", "transformer", "attention")]
CONTEXT = 48  # tokens that the model can look at
DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef


def write_script(path, name, data):
    """Write data as a script that a page can load."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=True)
    path.write_text(
        f"globalThis.playground = globalThis.playground || {{}};\nplayground.{name} = {text};\n", encoding="utf-8"
    )


def write_figure(path, figure):
    """Save a figure as a small picture."""
    import matplotlib.pyplot as plt

    figure.savefig(path, dpi=80)
    plt.close(figure)


def make_points(folder):
    """Write the points of the problems that a network learns: the four pairs of xor, 200 points of each cloud."""
    from ailiteracy.basics import backprop_demo
    from ailiteracy.basics.gates import read_problem

    problems = {}
    for name in PROBLEMS:
        _, X, y = read_problem(name)
        problems[name] = {"X": X.round(6).tolist(), "y": y.ravel().astype(int).tolist()}
    write_script(folder / "points.js", "points", problems)
    result = backprop_demo(
        "moons", hidden=(8,), activation="tanh", loss="cross_entropy", learning_rate=0.3, epochs=2000
    )
    write_figure(folder / "neuron.png", result.plot())


def make_games(folder, players=RUNGS, max_moves=MOST_MOVES):
    """Write one game of each player, all with the same seed: two letters a move, played again by the rules."""
    from ailiteracy.games import solve_2048
    from ailiteracy.games.players import PLAYERS
    from ailiteracy.games.rules import DIRECTIONS

    games = []
    for name in players:
        game = solve_2048(name, rng=SEED_OF_GAMES, max_moves=max_moves, progress=False)
        games.append(
            {
                "player": name, "idea": PLAYERS[name], "score": int(game.score), "best": int(game.best_tile),
                "board": game.start_board.ravel().tolist(),
                "moves": "".join(str(DIRECTIONS.index(direction)) for direction in game.moves),
                "tiles": "".join(tile_letter(*spawn) for spawn in game.spawns),
            }
        )  # fmt: skip
    write_script(folder / "games.js", "games", {"seed": SEED_OF_GAMES, "games": games})
    write_figure(folder / "2048.png", game.plot())


def tile_letter(row, column, value):
    """Return a new tile as one letter: its cell from a to p, a capital for a 4."""
    letter = "abcdefghijklmnop"[4 * row + column]
    return letter.upper() if value == 4 else letter


def pack(state):
    """Return tensors as one text: names, shapes, and all numbers in half precision as base64."""
    tensors = {name: tensor for name, tensor in state.items() if tensor.is_floating_point()}
    numbers = np.concatenate([tensor.numpy().astype("<f2").ravel() for tensor in tensors.values()])
    shapes = [list(tensor.shape) for tensor in tensors.values()]
    return {"names": list(tensors), "shapes": shapes, "numbers": base64.b64encode(numbers.tobytes()).decode()}


def rounded(model):
    """Return the model with all its numbers rounded to half precision, the ones that the page calculates with."""
    state = {name: tensor.half().to(tensor.dtype) for name, tensor in model.state_dict().items()}
    model.load_state_dict({name: tensor.contiguous() for name, tensor in state.items()})
    return model.eval()


def make_digits(folder, epochs=None):
    """Write a network that reads digits, how well it does, and a test picture of each digit."""
    from ailiteracy.vision import train_resnet

    result = train_resnet("digits", epochs=epochs, seed=0, device="cpu", progress=False)
    model, images, labels = rounded(result.model), result.test_images, result.test_labels
    n_right = int((model.predict(images) == labels.numpy()).sum())
    firsts = [int(np.flatnonzero(labels.numpy() == digit)[0]) for digit in range(10)]
    samples = [{"label": digit, "pixels": images[row].ravel().tolist()} for digit, row in enumerate(firsts)]
    data = pack(model.state_dict()) | {"n_right": n_right, "n_test": len(labels), "samples": samples}
    write_script(folder / "digits.js", "digits", data)
    write_figure(folder / "digit.png", result.plot_predictions(n_pictures=24))


def make_sentences(rng, n_texts):
    """Return short texts whose later words can be known from earlier ones."""
    texts = []
    for _ in range(n_texts):
        n, c, t = rng.integers(len(NAMES), size=3)
        later = [f" {('He', 'She')[n % 2]} likes the {THINGS[t]}.", f" It is {COLOURS[c]}."]
        later = later[::-1] if rng.random() < 0.5 else later
        texts.append(f"{NAMES[n]} has a {COLOURS[c]} {THINGS[t]}." + "".join(later) + "\n")
    return texts


def make_language(folder, n_texts=25_000, vocab_size=600):
    """Write a tokenizer and a small language model, both trained here on short texts about who has what."""
    from ailiteracy.nlp import BytePairTokenizer

    texts = make_sentences(np.random.default_rng(0), n_texts)
    prose = docstrings(LANGUAGE_FILES)  # so that other words are cut into more than letters
    tokenizer = BytePairTokenizer.train("".join(texts[:2_000]) + prose, vocab_size, progress=False)
    model, loss = train_language(tokenizer, texts)
    data = pack({name: tensor for name, tensor in model.state_dict().items() if name != "head.weight"})
    data |= {"merges": [list(pair) for pair in tokenizer.merges], "special": tokenizer.special_tokens}
    data |= {"n_heads": model.config.n_heads, "n_layers": model.config.n_layers, "context": CONTEXT}
    write_script(folder / "language.js", "language", data | {"loss": round(loss, 3), "example": EXAMPLE})
    draw_attention(folder / "attention.png", model, tokenizer, EXAMPLE)


def train_language(tokenizer, texts):
    """Return a small GPT that has read nine tenths of the texts, and its loss on the others."""
    import torch

    from ailiteracy.nlp import GPT, GPTConfig, pad_batch
    from ailiteracy.training import Batches, fit, warmup_cosine

    end = tokenizer.special_tokens["<|endoftext|>"]
    ids = pad_batch([tokenizer.encode(text) for text in texts], end, max_length=CONTEXT).ids  # (n, T)
    held_out = len(ids) // 10

    def token_loss(logits, targets):
        return torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=end)

    model = GPT(GPTConfig(tokenizer.vocab_size, CONTEXT, width=64, n_heads=4, n_layers=2, dropout=0.0), seed=0)
    train = Batches(ids[held_out:, :-1], ids[held_out:, 1:], batch_size=32, shuffle=True, seed=0)
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE)
    fit(model, train, loss=token_loss, optimizer=optimizer, schedule=warmup_cosine, epochs=1, clip_norm=1.0,
        device="cpu", progress=False)  # fmt: skip
    model = rounded(model)
    with torch.no_grad():
        return model, float(token_loss(model(ids[:held_out, :-1]), ids[:held_out, 1:]))


def draw_attention(path, model, tokenizer, text):
    """Draw the weights of the last layer over one text."""
    import torch

    from ailiteracy.nlp import attention_map

    ids = torch.tensor([tokenizer.encode(text)])
    with torch.no_grad():
        x = model.token_vectors(ids) + model.place_vectors(torch.arange(ids.shape[1]))
        for block in model.blocks[:-1]:
            x = block(x)
        last = model.blocks[-1]
        names = [tokenizer.decode([i]) for i in ids[0].tolist()]
        write_figure(path, attention_map(last.attention, last.norm1(x), names).plot())


def docstrings(subjects):
    """Return what the files of some subjects say about themselves: prose to learn pieces from."""
    found = []
    for path in files_of(subjects):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found += [ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, DOCUMENTED)]
    return "\n".join(found)


def files_of(subjects):
    """Return the Python files of some subjects, or of some files named like "nlp/gpt.py"."""
    source = pathlib.Path(ailiteracy.__file__).parent
    return [path for name in subjects for path in (sorted((source / name).glob("*.py")) or [source / name])]


# The maker of each part, and the code of the package that its data depend on.
PARTS = {
    "points": (make_points, ["basics/clouds.py", "basics/gates.py"]),
    "games": (make_games, ["games/rules.py", "games/game.py", "games/players.py", "games/expectimax.py"]),
    "digits": (make_digits, ["vision/models.py", "vision/resnet.py", "vision/datasets.py"]),
    "language": (make_language, LANGUAGE_FILES),
}


def code_of(part):
    """Return a mark that changes whenever the code behind a part changes."""
    files = [pathlib.Path(__file__), *files_of(PARTS[part][1])]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def make_all(folder):
    """Make the parts that are missing or older than their code; return their names."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for part, (make, _) in PARTS.items():
        mark = folder / f"{part}.made"
        if mark.is_file() and mark.read_text() == code_of(part):
            continue
        make(folder)
        mark.write_text(code_of(part))
        made.append(part)
    return made


if __name__ == "__main__":
    make_all(pathlib.Path(sys.argv[1]))
