"""The playground in a real browser: it calculates what the package calculates, and its pages can be used."""

import base64
import itertools
import json
import pathlib
import re

import numpy as np
import pytest

from ailiteracy import basics, games

NAMES = ["2048", "neuron", "digit", "attention"]
ROOT = pathlib.Path(__file__).parents[2]
MOST_BYTES = 3_000_000  # of a page with all it loads
TEXTS = [
    "", " ", "Ada has a red ball.", "小明有红色的球。小红有蓝色的杯子。", "🙂👩‍👩‍👧 and 🏳️‍🌈",
    "don't we'll 'S I've", "12³½ Ⅷ _ -- ...", "  two  spaces \n\n\t tabs\r\n",
    "a\u0085b\ufeffc\u3000d\u00a0e\u2028f\x1cg", "naïve Ünïcode e\u0301", "<|endoftext|>",
]  # fmt: skip


def url(address, name):
    return f"{address}/playground/{name}.html"


def select(page, label):
    return page.locator("label", has_text=re.compile(f"^{label}")).locator("select")


def choose(page, label, value):
    select(page, label).select_option(value)


def data_of(site, file, name):
    """Return what a data script of the site holds."""
    text = (site / "_static" / "playground" / "data" / f"{file}.js").read_text(encoding="utf-8")
    return json.loads(text.split(f"playground.{name} = ", 1)[1].rstrip().rstrip(";"))


def tensors_of(data):
    """Return packed weights as tensors, as a reader without our JavaScript would unpack them."""
    import torch

    numbers = np.frombuffer(base64.b64decode(data["numbers"]), dtype="<f2").astype(np.float32)
    ends = np.cumsum([np.prod(shape, dtype=int) for shape in data["shapes"]])
    assert ends[-1] == len(numbers)
    parts = np.split(numbers, ends[:-1])
    return {
        name: torch.from_numpy(part.reshape(shape).copy())
        for name, shape, part in zip(data["names"], data["shapes"], parts, strict=True)
    }


# ---- The same numbers as in Python


@pytest.mark.parametrize("seed", [0, 7, 4_294_967_295])
def test_chance_is_numpys(page, address, seed):
    page.goto(url(address, "2048"))
    found = page.evaluate(
        "seed => { const r = new playground.Random(seed); return Array.from({length: 20}, () => r.random()); }", seed
    )
    assert found == np.random.default_rng(seed).random(20).tolist()


@pytest.mark.parametrize("loss", ["squared_error", "mse", "cross_entropy"])
def test_network_is_that_of_basics(page, address, loss):
    page.goto(url(address, "neuron"))
    rng = np.random.default_rng(1)
    for activation, sizes in itertools.product(["sigmoid", "tanh", "relu"], [(2, 1), (2, 4, 1), (2, 8, 3, 1)]):
        network = basics.Network(sizes, activation=activation, rng=rng)
        network.parameters[:] = 2 * rng.standard_normal(len(network.parameters))
        X, y = basics.point_cloud("moons", n_samples=30, noise=0.3, rng=rng)
        value, gradient = network.loss_and_gradient(X, y, loss=loss)
        found = page.evaluate(
            """([sizes, activation, parameters, X, y, loss]) => {
                const network = new playground.Network(sizes, activation);
                network.parameters.set(parameters);
                const [value, gradient] = network.lossAndGradient(X, y, loss);
                return [value, Array.from(gradient), X.map((point) => network.answer(point))];
            }""",
            [sizes, activation, network.parameters.tolist(), X.tolist(), y.tolist(), loss],
        )
        assert found[0] == pytest.approx(value, abs=1e-10)
        np.testing.assert_allclose(found[1], gradient, rtol=0, atol=1e-10)
        np.testing.assert_allclose(found[2], network.forward(X).ravel(), rtol=0, atol=1e-10)


def boards():
    """Return boards of whole games, early and late, tidy and untidy, and the last one of a lost game."""
    found = []
    for player, seed, every in (("expectimax", 3, 41), ("one-ply", 1, 13), ("random", 2, 9)):
        game = games.solve_2048(player, rng=seed, max_moves=500, progress=False)
        found += [board for number, board in enumerate(game.boards()) if number % every == 0]
    return [*found, game.final_board]


def test_players_choose_as_in_python(page, address):
    page.goto(url(address, "2048"))
    positions = boards()
    assert len(positions) > 50
    for player in ("greedy", "one-ply", "expectimax"):
        found = page.evaluate(
            """([boards, player]) => boards.map((values) => playground.players2048.chooseMove(
                playground.rules2048.fromValues(values), player))""",
            [[board.ravel().tolist() for board in positions], player],
        )
        assert found == [games.choose_move(board, player) for board in positions]
    values = page.evaluate(
        "values => playground.players2048.moveValues(playground.rules2048.fromValues(values), 'expectimax')",
        positions[5].ravel().tolist(),
    )
    assert dict(values) == games.move_values(positions[5], compiled=True)


def test_a_seed_is_the_same_game(page, address):
    game = games.solve_2048("one-ply", rng=12, progress=False)
    page.goto(url(address, "2048"))
    page.get_by_label("Seed").fill("12")
    page.get_by_role("button", name="New game").click()
    choose(page, "Player", "one-ply")
    for _ in range(5):
        page.get_by_role("button", name="Play the hint").click()
    shown = page.locator(".playground-frame .playground-cell").all_inner_texts()
    assert [int(tile or 0) for tile in shown] == list(game.boards())[5].ravel().tolist()


def test_recorded_games_end_as_recorded(page, site, address):
    recorded = data_of(site, "games", "games")["games"]
    assert [game["player"] for game in recorded] == ["random", "greedy", "one-ply", "expectimax", "ntuple-search"]
    page.goto(url(address, "2048"))
    page.get_by_role("button", name="To the end").click()
    for game, figure in zip(recorded, page.locator(".playground-films figure").all(), strict=True):
        assert figure.inner_text().startswith(game["player"])
        assert f"{game['score']:,} points" in figure.inner_text()
        assert max(int(tile or 0) for tile in figure.locator(".playground-cell").all_inner_texts()) == game["best"]


def test_digits_are_read_as_by_pytorch(page, site, address):
    import torch

    from ailiteracy import vision
    from ailiteracy.vision.models import ResNet

    data = data_of(site, "digits", "digits")
    model = ResNet("resnet8", size=(8, 8))
    model.load_state_dict(tensors_of(data), strict=False)
    digits = vision.load_images("digits")
    images, labels = digits.test_images, digits.test_labels
    assert data["n_right"] == int((model.eval().predict(images) == labels.numpy()).sum()) > 0.9 * len(labels)
    page.goto(url(address, "digit"))
    found = page.evaluate(
        """pictures => { const network = new playground.DigitNetwork(playground.digits);
            return pictures.map((picture) => { const { logits, probabilities } = network.read(picture);
                return [logits, probabilities]; }); }""",
        images[:40].flatten(1).tolist(),
    )
    with torch.no_grad():
        logits = model(images[:40])
    np.testing.assert_allclose([pair[0] for pair in found], logits, rtol=0, atol=1e-4)
    np.testing.assert_allclose([pair[1] for pair in found], logits.softmax(dim=1), rtol=0, atol=1e-4)


def test_pieces_are_those_of_the_tokenizer(page, site, address):
    from ailiteracy.nlp import BytePairTokenizer

    data = data_of(site, "language", "language")
    tokenizer = BytePairTokenizer([tuple(pair) for pair in data["merges"]], data["special"])
    texts = [*TEXTS, *[(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/words.md")]]
    page.goto(url(address, "attention"))
    found = page.evaluate(
        "texts => { const pieces = new playground.Pieces(playground.language.merges);"
        " return texts.map((text) => pieces.encode(text)); }",
        texts,
    )
    assert found == [tokenizer.encode(text, special="text") for text in texts]


def test_attention_is_that_of_pytorch(page, site, address):
    import torch

    from ailiteracy.nlp import GPT, GPTConfig

    data = data_of(site, "language", "language")
    vocab_size = 256 + len(data["merges"]) + len(data["special"])
    config = GPTConfig(
        vocab_size, data["context"], width=64, n_heads=data["n_heads"], n_layers=data["n_layers"], dropout=0.0
    )
    model = GPT(config).eval()
    model.load_state_dict(tensors_of(data), strict=False)
    ids = torch.randint(vocab_size, (1, data["context"]), generator=torch.Generator().manual_seed(0))
    page.goto(url(address, "attention"))
    found = page.evaluate("ids => new playground.LanguageModel(playground.language).read(ids)", ids[0].tolist())
    with torch.no_grad():
        x = model.token_vectors(ids) + model.place_vectors(torch.arange(ids.shape[1]))
        for layer, block in enumerate(model.blocks):
            weights = block.attention.weights(block.norm1(x))[0]
            np.testing.assert_allclose(found["weights"][layer], weights, rtol=0, atol=1e-4)
            x = block(x)
        following = model(ids)[0, -1].softmax(dim=0)
    np.testing.assert_allclose(found["probabilities"], following, rtol=0, atol=1e-4)


# ---- The pages in use


@pytest.mark.usefixtures("width")
def test_2048_by_keyboard_mouse_and_finger(page, address):
    page.goto(url(address, "2048"))
    board, status = page.locator(".playground-frame"), page.locator("#playground-2048 .playground-status")
    before = page.locator(".playground-frame .playground-board").get_attribute("aria-label")
    board.focus()
    for key in ("ArrowLeft", "ArrowUp", "d", "S"):
        page.keyboard.press(key)
    assert "Score 0, 0 moves" not in status.inner_text()
    undo = page.get_by_role("button", name="Undo")
    for _ in range(6):  # more often than there were moves
        undo.evaluate("button => button.click()")
    assert page.locator(".playground-frame .playground-board").get_attribute("aria-label") == before
    assert undo.get_attribute("aria-disabled") == "true"
    board.scroll_into_view_if_needed()
    box = board.bounding_box()
    for across, down in ((-100, 0), (0, -100)):
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + across, y + down)
        page.mouse.up()
    assert "0 moves" not in status.inner_text()
    page.get_by_role("button", name="Hint", exact=True).click()
    assert "expectimax would go" in page.locator(".playground-hint").inner_text()


@pytest.mark.parametrize("seed", ["", "-1", "1.5", "abc", "4294967296"])
def test_a_seed_that_is_none(page, address, seed):
    page.goto(url(address, "2048"))
    field = page.get_by_label("Seed")
    field.fill(seed)
    page.get_by_role("button", name="New game").click()
    assert field.get_attribute("aria-invalid") == "true"
    assert "whole number from 0 to" in field.evaluate("element => element.validationMessage")


@pytest.mark.usefixtures("width")
def test_films_play_and_pause(page, address):
    page.goto(url(address, "2048"))
    place = page.locator("#playground-films .playground-status")
    page.get_by_role("button", name="Step", exact=True).click()
    assert place.inner_text().startswith("Move 1 of")
    choose(page, "Speed", "200")
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function(
        "!document.querySelector('#playground-films .playground-status').innerText.startsWith('Move 1 ')"
    )
    page.get_by_role("button", name="Pause").click()
    stopped = place.inner_text()
    page.wait_for_timeout(200)
    assert place.inner_text() == stopped


@pytest.mark.usefixtures("width")
def test_a_network_learns_and_is_told_when_it_diverges(page, address):
    page.goto(url(address, "neuron"))
    status, step = page.locator(".playground-status"), page.get_by_role("button", name="One step")
    first = status.inner_text()
    assert first.startswith("Epoch 0: loss")
    choose(page, "Speed", "100")
    page.get_by_role("button", name="Learn").click()
    page.wait_for_function("document.querySelector('.playground-status').innerText.includes('4 of 4')")
    page.get_by_role("button", name="Pause").click()
    choose(page, "Problem", "spiral")
    for label, value in (("Loss", "squared_error"), ("Activation", "relu"), ("Learning rate", "10")):
        choose(page, label, value)
    assert "of 200 points right" in status.inner_text()
    page.evaluate("() => { playground.Network.prototype.learn = () => NaN; }")
    step.click()
    assert "smaller learning rate" in page.get_by_role("alert").inner_text()


def test_a_bad_seed_leaves_no_choice_half_taken(page, address):
    page.goto(url(address, "neuron"))
    page.get_by_label("Seed").fill("abc")
    choose(page, "Problem", "spiral")
    page.get_by_role("button", name="One step").click()
    assert "of 200 points right" in page.locator(".playground-status").inner_text()
    assert page.get_by_label("Seed").get_attribute("aria-invalid") == "true"


def test_the_last_epoch_is_told(page, address):
    page.goto(url(address, "neuron"))
    page.evaluate("() => { playground.Network.prototype.learn = () => 0.5; }")
    choose(page, "Speed", "100")
    page.evaluate("() => { performance.now = () => 0; }")  # time stands still: every frame is a hundred epochs
    page.get_by_role("button", name="Learn").click()
    page.wait_for_function(
        "document.querySelector('[role=alert]').innerText.includes('100,000 epochs')", timeout=90_000
    )


def test_every_choice_of_the_network_can_be_drawn(page, address):
    page.goto(url(address, "neuron"))
    step, status = page.get_by_role("button", name="One step"), page.locator(".playground-status")
    for problem, first, activation in itertools.product(["xor", "circles"], ["0", "3"], ["tanh", "sigmoid", "relu"]):
        choose(page, "Problem", problem)
        choose(page, "Neurons in layer 1", first)
        choose(page, "Activation", activation)
        step.click()
        assert status.inner_text().startswith("Epoch 1: loss")


@pytest.mark.usefixtures("width")
def test_a_drawn_one_is_read(page, address):
    page.goto(url(address, "digit"))
    message = page.locator("#playground-digit .playground-status")
    assert message.inner_text() == "Nothing is drawn yet."
    page.locator(".playground-paper").scroll_into_view_if_needed()
    box = page.locator(".playground-paper").bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.up()
    assert message.inner_text() == "This is a dot only: draw larger."
    page.get_by_role("button", name="Clear").click()
    page.locator(".playground-paper").scroll_into_view_if_needed()
    box = page.locator(".playground-paper").bounding_box()
    # A ring in the corner, small: place and size do not matter.
    page.mouse.move(box["x"] + 70, box["y"] + 30)
    page.mouse.down()
    for angle in np.linspace(0, 2 * np.pi, 24):
        page.mouse.move(box["x"] + 50 + 20 * np.cos(angle), box["y"] + 50 + 30 * np.sin(angle))
    page.mouse.up()
    assert message.inner_text().startswith("The network reads a 0")
    page.get_by_role("button", name="Undo a stroke").click()
    assert message.inner_text() == "Nothing is drawn yet."


@pytest.mark.usefixtures("width")
def test_a_digit_by_keyboard_and_from_the_test_part(page, address):
    page.goto(url(address, "digit"))
    page.locator(".playground-paper").focus()
    for key in [" ", *["ArrowDown"] * 10, " "]:
        page.keyboard.press(key)
    message = page.locator("#playground-digit .playground-status")
    assert "The network reads a" in message.inner_text()
    for digit in range(10):
        page.get_by_role("button", name=f"Show a {digit} of the test part").click()
        assert f"a {digit}." in message.inner_text()
    assert page.locator(".playground-maps canvas").count() == 4


def ring():
    """Return the points of an oval stroke."""
    angles = np.linspace(0, 2 * np.pi, 30)
    return [[0.5 + 0.2 * np.cos(angle), 0.5 + 0.3 * np.sin(angle)] for angle in angles]


def test_strokes_become_pictures_like_the_data(page, address):
    from ailiteracy.vision import load_images

    page.goto(url(address, "digit"))
    mean = float(load_images("digits").train_images.float().mean())
    drawings = {"0": [ring()], "1": [[[0.5, 0.1], [0.5, 0.9]]], "7": [[[0.3, 0.2], [0.7, 0.2], [0.4, 0.8]]]}
    for digit, strokes in drawings.items():
        picture = np.array(page.evaluate("strokes => playground.strokesToPicture(strokes)", strokes))
        assert picture.shape == (64,)
        assert 0 <= picture.min() < 200 < picture.max() <= 255
        assert picture.mean() == pytest.approx(mean, rel=0.15)  # as much ink as in the data
        read = "picture => new playground.DigitNetwork(playground.digits).read(picture).probabilities"
        assert np.argmax(page.evaluate(read, picture.tolist())) == int(digit)
        moved = [[[0.1 + 0.4 * x, 0.5 + 0.4 * y] for x, y in stroke] for stroke in strokes]  # smaller, in a corner
        small = np.array(page.evaluate("strokes => playground.strokesToPicture(strokes)", moved))
        assert np.abs(small - picture).max() <= 32
    dash = page.evaluate("playground.strokesToPicture([[[0.1, 0.5], [0.9, 0.5]]])")
    assert len(dash) == 64
    assert page.evaluate("playground.strokesToPicture([])") is None
    assert page.evaluate("playground.strokesToPicture([[[0.5, 0.5]], []])") is None


@pytest.mark.usefixtures("width")
def test_attention_of_what_is_typed(page, address):
    page.goto(url(address, "attention"))
    count, text = page.locator("#playground-attention [role=status]").first, page.get_by_label("Your sentence")
    assert page.locator(".playground-chip[aria-pressed=true]").count() == 1
    text.fill("猫🙂")
    page.wait_for_function(
        "document.querySelector('#playground-attention [role=status]').innerText.startsWith('2 characters, ')"
    )
    page.locator(".playground-chip").first.click()
    assert "(piece 1) takes most from" in page.locator("#playground-attention").inner_text()
    text.fill("")
    page.wait_for_function(
        "document.querySelector('#playground-attention [role=status]').innerText === 'Type a sentence.'"
    )
    text.fill("word " * 5_000 + "x" * 9_000)
    page.wait_for_function(
        "document.querySelector('#playground-attention [role=status]').innerText.includes('first 48 of')"
    )
    assert "Only the first 1,000 characters" in count.inner_text()
    assert page.locator(".playground-chip").count() == 48
    choose(page, "Head", "mean")
    choose(page, "Layer", "0")


@pytest.mark.usefixtures("width")
def test_a_network_learns_by_keyboard(page, address, walk):
    page.goto(url(address, "neuron"))
    status = page.locator(".playground-status")
    for label, key, value in (("Problem", "ArrowDown", "circles"), ("Speed", "ArrowDown", "10")):
        walk(select(page, label))
        page.keyboard.press(key)
        assert select(page, label).input_value() == value
    assert "of 200 points right" in status.inner_text()
    field = page.get_by_label("Seed")
    walk(field)
    page.keyboard.press("Control+a")
    page.keyboard.type("7")
    before = status.inner_text()
    page.keyboard.press("Enter")
    assert status.inner_text() != before, "other first weights"
    learn = page.locator(".playground-main")
    walk(learn)
    assert learn.evaluate("button => button.matches(':focus-visible')")
    page.keyboard.press("Space")
    page.wait_for_function("/Epoch [1-9]/.test(document.querySelector('.playground-status').innerText)")
    page.keyboard.press("Space")  # the same button, which says "Pause" now
    stopped = status.inner_text()
    assert learn.inner_text() == "Learn"
    page.wait_for_timeout(200)
    assert status.inner_text() == stopped
    for name in ("One step", "Start again"):
        walk(page.get_by_role("button", name=name))
        page.keyboard.press("Enter")
        assert status.inner_text() != stopped
    assert status.inner_text().startswith("Epoch 0: loss")


@pytest.mark.usefixtures("width")
def test_a_sentence_is_looked_at_by_keyboard(page, address, walk):
    page.goto(url(address, "attention"))
    walk(page.get_by_label("Your sentence"))
    page.keyboard.press("Control+a")
    page.keyboard.type("Ada has a ball.")
    page.wait_for_function(
        "document.querySelector('#playground-attention [role=status]').innerText.startsWith('15 characters, ')"
    )
    walk(page.locator(".playground-chip").nth(1))
    page.keyboard.press("Enter")
    said = page.locator("#playground-attention [role=status]").nth(1)
    assert "(piece 2) takes most from" in said.inner_text()
    assert page.locator(".playground-chip[aria-pressed=true]").all_inner_texts() == [
        page.locator(".playground-chip").nth(1).inner_text()
    ]
    for label, key in (("Layer", "ArrowUp"), ("Head", "ArrowDown")):
        walk(select(page, label))
        before = [said.inner_text(), select(page, label).input_value()]
        page.keyboard.press(key)
        after = [said.inner_text(), select(page, label).input_value()]
        assert all(old != new for old, new in zip(before, after, strict=True))
    walk(page.get_by_role("button", name="中文"))
    page.keyboard.press("Space")
    assert "请问" in page.get_by_label("Your sentence").input_value()
    assert page.locator(".playground-chip").count() > 10


# ---- All pages


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", NAMES)
def test_pages_fit_and_stay_small(page, address, name, width, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(url(address, name), wait_until="networkidle")
    assert page.locator(".playground button").count() > 2
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 1
    size = "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
    assert 0 < page.evaluate(f"{size}.reduce((sum, entry) => sum + entry.decodedBodySize, 0)") < MOST_BYTES
    assert page.locator("h2", has_text="Try this").count() == page.locator("h2", has_text="What runs it").count() == 1
    assert page.locator("#try-this ol > li").count() == 3


@pytest.mark.parametrize("name", NAMES)
def test_pages_work_as_files(chromium, site, name):
    context = chromium.new_context()
    page, trouble = context.new_page(), []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.goto((site / "playground" / f"{name}.html").as_uri())
    page.locator(".playground button").first.wait_for()
    context.close()
    assert trouble == []


@pytest.mark.parametrize("name", NAMES)
def test_without_scripts_there_is_a_figure(plain_page, address, name):
    plain_page.goto(url(address, name))
    picture = plain_page.locator(f"#playground-{name} img")
    assert picture.is_visible()
    assert len(picture.get_attribute("alt")) > 40
    assert picture.bounding_box()["width"] > 100
    assert "scripts are switched off" in plain_page.locator(f"#playground-{name}").inner_text()
