import json
import re
import shutil

import numpy as np
import pytest
from PIL import Image

from ailiteracy.games import choose_move, legal_moves, move_values, replay, solve_2048
from ailiteracy.games.replay import JUDGES, check_moments

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
EVIL = '</script><script>document.title = "cracked"</script><b onclick="x">&amp; 棋手 GAME_DATA $x^$'
BIG = [[2**16, 2**16, 2**30, 2**20], [512, 256, 128, 64], [0, 0, 0, 0], [2, 4, 8, 16]]


def called(name, like):
    """Return a function with a name of its own."""

    def function(board):
        return like(board)

    function.__name__ = name
    return function


def first_legal(board):
    return legal_moves(board)[0]


@pytest.fixture(scope="module")
def game():
    return solve_2048("greedy", rng=0, progress=False)


def titles(figure):
    return [ax.get_title() for ax in figure.axes if ax.get_title()]


def numbers(ax):
    return [text.get_text() for text in ax.texts]


def test_a_figure_shows_the_moments_that_were_chosen(game):
    figure = game.plot(moves=[7, 0, 7, game.n_moves])
    assert titles(figure) == ["move 0", "move 7", f"move {game.n_moves}"]
    for ax, board in zip(figure.axes, [game.start_board, list(game.boards())[7], game.final_board], strict=False):
        assert numbers(ax) == [str(tile) for tile in board.ravel() if tile]
    assert titles(game.plot(range(5))) == [f"move {number}" for number in range(5)]
    assert titles(game.plot(np.array([3]))) == ["move 3"]


def test_a_figure_chooses_its_moments_by_the_best_tile(game):
    best = [int(board.max()) for board in game.boards()]
    firsts = [best.index(tile) for tile in (128, 256, 512, 1024) if tile in best]
    expected = sorted({0, *firsts, game.n_moves})
    assert titles(game.plot()) == [f"move {number}" for number in expected]


def test_a_figure_takes_any_name(tmp_path):
    game = solve_2048(called("$x^$ <b>", first_legal), rng=0, max_moves=3, progress=False)
    game.plot().savefig(tmp_path / "figure.png")  # as a formula the name would be an error


def test_an_animation_is_saved_and_read_back(tmp_path, game):
    animation = game.animate(range(0, 30, 10), seconds_per_board=0.5)
    animation.save(tmp_path / "game.gif", writer="pillow")
    with Image.open(tmp_path / "game.gif") as picture:
        assert picture.n_frames == 3
        frames = []
        for number in range(3):
            picture.seek(number)
            assert picture.info["duration"] == 500
            frames.append(np.asarray(picture.convert("RGB")))
    assert all((frames[i] != frames[i + 1]).any() for i in range(2))


def test_an_animation_spreads_its_frames_over_the_game(game):
    animation = game.animate()
    frames = list(animation.new_frame_seq())
    assert (frames[0], frames[-1], len(frames)) == (0, game.n_moves, 100)
    assert max(np.diff(frames)) <= -(-game.n_moves // 99)
    animation._draw_frame(frames[-1])
    ax = animation._fig.axes[0]
    assert ax.get_title() == f"move {game.n_moves} of {game.n_moves}"
    assert numbers(ax) == [str(tile) for tile in game.final_board.ravel() if tile]
    animation._draw_was_started = True  # it is not meant to be shown


def test_the_chosen_moments_are_in_order_and_once_each():
    assert check_moments([3, 1, 3, np.int64(0)], 3) == [0, 1, 3]
    assert check_moments((number for number in (2, 1)), 2) == [1, 2]


@pytest.mark.parametrize("player", JUDGES)
def test_a_named_judge_likes_best_what_the_player_of_that_name_plays(player, game):
    for number, board in enumerate(game.boards()):
        if number % 20 == 0 and legal_moves(board):
            values = JUDGES[player](board)
            assert list(values) == legal_moves(board)
            assert max(values, key=values.get) == choose_move(board, player)


def data_of(path):
    """Return what the page is made of."""
    page = path.read_text(encoding="utf-8")
    return json.loads(re.search(r'<script id="game" type="application/json">(.*?)</script>', page, re.DOTALL)[1])


def test_the_page_holds_what_the_judge_said(tmp_path, game):
    game.save_html(tmp_path / "game.html", judge=move_values_of_one_layer, every=50, progress=False)
    data = data_of(tmp_path / "game.html")
    assert (data["judge"], data["every"]) == ("move_values_of_one_layer", 50)
    boards = list(game.boards())[:-1:50]
    assert len(data["opinions"]) == len(boards)
    for opinion, board in zip(data["opinions"], boards, strict=True):
        expected = move_values(board, depth=0)
        for name, value in zip(("left", "right", "up", "down"), opinion, strict=True):
            assert value == (pytest.approx(expected[name], rel=1e-7) if name in expected else None)


def move_values_of_one_layer(board):
    return move_values(board, depth=0)


@pytest.mark.parametrize(("player", "judge"), [("greedy", "greedy"), ("ntuple", "ntuple"), ("random", "expectimax")])
def test_unless_told_otherwise_the_player_of_the_game_gives_its_opinion_of_each_move(tmp_path, player, judge):
    game = solve_2048(player, rng=0, max_moves=30, progress=False)
    game.save_html(tmp_path / "game.html", progress=False)
    data = data_of(tmp_path / "game.html")
    assert (data["judge"], data["every"]) == (judge, 1)
    assert len(data["opinions"]) == game.n_moves
    if player == judge:  # it would play what it played
        for move, opinion in zip(game.moves, data["opinions"], strict=True):
            best = max(value for value in opinion if value is not None)
            assert opinion[("left", "right", "up", "down").index(move)] == best


def test_the_game_of_a_function_is_judged_by_expectimax(tmp_path):
    game = solve_2048(called("player", first_legal), rng=0, max_moves=3, progress=False)
    game.save_html(tmp_path / "game.html", progress=False)
    assert data_of(tmp_path / "game.html")["judge"] == "expectimax"


def test_a_long_game_is_judged_now_and_then(tmp_path, game, monkeypatch):
    monkeypatch.setattr(replay, "MOST_JUDGED", 100)
    asked = []

    def judge(board):
        asked.append(board)
        return {legal_moves(board)[0]: 1}

    game.save_html(tmp_path / "game.html", judge=judge, progress=False)
    assert game.n_moves == 217
    assert data_of(tmp_path / "game.html")["every"] == 3
    assert len(asked) == 73
    game.save_html(tmp_path / "game.html", judge=judge, every=10**9, progress=False)
    assert len(asked) == 74
    game.save_html(tmp_path / "game.html", judge=None, progress=False)
    assert data_of(tmp_path / "game.html")["opinions"] == []


def test_the_page_names_no_other_host(tmp_path, game):
    game.save_html(tmp_path / "game.html", judge="greedy", progress=False)
    page = (tmp_path / "game.html").read_text(encoding="utf-8")
    assert re.findall(r"(?:https?:)?//\w", page) == []
    assert "default-src 'none'" in page


def test_a_judge_cannot_change_the_game(tmp_path, game):
    def cheat(board):
        legal = legal_moves(board)
        board[:] = 0
        return {legal[0]: 1}

    game.save_html(tmp_path / "game.html", judge=cheat, every=100, progress=False)
    assert data_of(tmp_path / "game.html")["board"] == game.start_board.ravel().tolist()


@pytest.fixture(scope="module")
def chromium():
    """A headless Chromium; skipped where there is none."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install --group site")
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        pytest.skip("no Chromium on this machine; on Debian: apt-get install chromium")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def show(chromium, tmp_path):
    """Write a game as a page and open it from the disk; any error or request to elsewhere fails the test at the end."""
    contexts, trouble = [], []

    def show(game, *, judge="greedy", every=None, screen=(1000, 900), **options):
        path = tmp_path / "game.html"
        game.save_html(path, judge=judge, every=every, progress=False)
        size = dict(zip(("width", "height"), screen, strict=True))
        contexts.append(chromium.new_context(viewport=size, **options))
        page = contexts[-1].new_page()
        page.on("console", lambda message: trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("request", lambda request: trouble.append(request.url) if request.url != path.as_uri() else None)
        page.goto(path.as_uri())
        return page

    yield show
    for context in contexts:
        context.close()
    assert [line for line in trouble if not line.startswith("data:,")] == []


def shown(page):
    """Return the board that the page shows."""
    return [int(text or 0) for text in page.locator(".cell").all_text_contents()]


def state(page):
    return page.locator("#numbers").inner_text()


def move_number(page):
    return int(page.locator("#slider").input_value())


ALL_BOARDS = """() => {
  const slider = document.getElementById("slider"), all = [];
  for (let i = 0; i <= Number(slider.max); i++) {
    slider.value = i;
    slider.dispatchEvent(new Event("input"));
    const cells = [...document.querySelectorAll(".cell")].map((cell) => Number(cell.textContent));
    all.push([cells, document.getElementById("numbers").textContent]);
  }
  return all;
}"""


@pytest.mark.parametrize("seed", [0, 1])
def test_every_board_and_score_in_the_browser_is_that_of_the_game(show, seed):
    game = solve_2048("one-ply", rng=seed, progress=False)
    seen = show(game).evaluate(ALL_BOARDS)
    assert [board for board, _ in seen] == [board.ravel().tolist() for board in game.boards()]
    scores = np.cumsum([points for _, points in game._replay()])
    for number, ((board, text), score) in enumerate(zip(seen, scores, strict=True)):
        assert text == f"Move {number:,} of {game.n_moves:,}, score {score:,}, best tile {max(board)}"


def test_a_game_with_tiles_beyond_all_others(show):
    game = solve_2048(first_legal, board=BIG, rng=0, max_moves=3, progress=False)
    page = show(game)
    assert [board for board, _ in page.evaluate(ALL_BOARDS)] == [board.ravel().tolist() for board in game.boards()]
    fits = "cells => cells.every(cell => cell.scrollWidth <= cell.clientWidth)"
    assert page.locator(".cell").evaluate_all(fits)


def test_a_game_without_moves(show):
    page = show(solve_2048("greedy", rng=0, max_moves=0, progress=False))
    assert state(page) == "Move 0 of 0, score 0, best tile 4"
    assert page.locator("#played").inner_text() == "This is the last board."
    page.get_by_role("button", name="Play", exact=True).click()
    page.keyboard.press("d")
    assert page.locator("#play").inner_text() == "Play"


def test_buttons_step_through_the_game(show, game):
    page, boards = show(game), [board.ravel().tolist() for board in game.boards()]

    def press(name):
        page.get_by_role("button", name=name).click(force=True)  # at an end the button says that it does nothing
        return move_number(page)

    assert press("One move forward") == 1
    assert shown(page) == boards[1]
    assert press("One move forward") == 2
    assert press("One move back") == 1
    assert press("Go to the last board") == game.n_moves
    assert shown(page) == boards[-1]
    assert press("One move forward") == game.n_moves
    assert press("Go to the first board") == 0
    assert press("One move back") == 0
    assert shown(page) == boards[0]


def test_the_keyboard_does_all(show, game):
    page = show(game)
    for key, number in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", game.n_moves), ("Home", 0)):
        page.keyboard.press(key)
        assert move_number(page) == number
    order = []
    for _ in range(8):
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.id"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", f"nothing shows that {order[-1]} is chosen"
    assert order == ["start", "back", "play", "next", "end", "slider", "speed", "differ"]
    page.locator("#next").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Space")  # a chosen button is pressed, and nothing is played
    assert (move_number(page), page.locator("#play").inner_text()) == (2, "Play")
    page.locator("#slider").focus()
    page.keyboard.press("ArrowRight")
    assert move_number(page) == 3
    page.locator("#speed").focus()
    page.keyboard.press("ArrowDown")  # a choice of the list, and no step
    assert move_number(page) == 3
    assert page.locator("#speed").input_value() == "10"


def test_playing_and_pausing(show, game):
    page = show(game)
    page.locator("#speed").select_option("50")
    page.keyboard.press("Space")
    assert page.locator("#play").inner_text() == "Pause"
    page.wait_for_function("() => document.getElementById('slider').value > 20")
    page.keyboard.press("Space")
    stopped = move_number(page)
    assert page.locator("#play").inner_text() == "Play"
    page.wait_for_timeout(200)
    assert move_number(page) == stopped < game.n_moves
    for _ in range(3):
        page.keyboard.press("+")
    assert page.locator("#speed").input_value() == "500"
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function(f"() => document.getElementById('slider').value == {game.n_moves}")
    assert page.locator("#play").inner_text() == "Play"
    page.get_by_role("button", name="Play", exact=True).click()  # from the end it begins anew
    assert move_number(page) < game.n_moves
    page.keyboard.press("-")
    assert page.locator("#speed").input_value() == "50"


def test_the_opinion_of_each_move_is_shown(show, game):
    page = show(game, judge=called(EVIL, JUDGES["expectimax"]))
    assert EVIL in page.locator("#judge").text_content()
    boards, differing = list(game.boards()), []
    for number in range(40):
        values = {name: float(f"{value:.8g}") for name, value in JUDGES["expectimax"](boards[number]).items()}
        rows = page.locator("#values tr").all_inner_texts()
        for row, name in zip(rows, ("left", "right", "up", "down"), strict=True):
            _, value, marks = row.split("\t")
            assert name in row
            expected = values.get(name)
            assert value == ("–" if expected is None else f"{expected:,.8g}")
            assert ("played next" in marks) == (game.moves[number] == name)
            assert ("best" in marks) == (expected == max(values.values()))
        if values[game.moves[number]] < max(values.values()):
            differing.append(number)
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Home")
    for number in [number for number in differing if number][:3]:
        page.keyboard.press("d")
        assert move_number(page) == number


def test_the_page_counts_how_often_judge_and_player_agree(show, game):
    page = show(game, judge="greedy")
    n = game.n_moves
    words = f"{n} of {n} moves were judged; {n} of them were played as greedy would play."
    assert page.locator("#agreement").inner_text() == words
    page.get_by_role("button", name="would not play").click()
    assert page.locator("#played").inner_text() == "No later move differs."


def test_the_page_says_where_no_opinion_was_asked(show, game):
    page = show(game, every=7)
    assert "one in 7, to keep the page small" in page.locator("#agreement").inner_text()
    assert page.locator("#played").inner_text() == ""
    page.keyboard.press("ArrowRight")
    assert page.locator("#played").inner_text() == "No opinion here: one was asked before every 7 moves."


def test_without_a_judge_there_are_no_opinions(show, game):
    page = show(game, judge=None)
    assert not page.locator("#opinion").is_visible()
    page.keyboard.press("d")
    assert move_number(page) == 0


def test_text_from_outside_stays_text(show):
    game = solve_2048(called(EVIL, first_legal), rng=0, max_moves=3, progress=False)
    page = show(game)
    assert page.title() == f"2048 by {EVIL}: score {game.score}"
    assert page.locator("#title").inner_text() == page.title()
    assert page.locator("header b").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [(390, 844), (320, 600), (1280, 900)])
def test_all_is_readable_on_every_screen(show, scheme, screen):
    board = 2 ** np.arange(1, 17).reshape(4, 4)
    board[0, 0] = 4
    game = solve_2048(called(EVIL, first_legal), board=board, max_moves=2, rng=0, progress=False)
    page = show(game, screen=screen, color_scheme=scheme, judge=called(EVIL, JUDGES["greedy"]))
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    contrasts = page.evaluate(CONTRASTS)
    assert len(contrasts) > 30
    assert {text: ratio for text, ratio in contrasts if ratio < 4.5} == {}
    for cell in page.locator(".cell").all():
        assert float(cell.evaluate("cell => parseFloat(getComputedStyle(cell).fontSize)")) >= 11


# The contrast of each text with what lies behind it, by the definition of the Web Content Accessibility Guidelines.
CONTRASTS = """() => {
  const parts = (colour) => {  // drawing a point turns any form of colour into numbers
    const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data];
  };
  const light = (colour) => parts(colour).slice(0, 3).map((part) => part / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (node) => {
    const colour = getComputedStyle(node).backgroundColor;
    return parts(colour)[3] || node === document.documentElement ? colour : behind(node.parentElement);
  };
  const nodes = [...document.querySelectorAll("body *:not(script, style, option)")].filter(
    (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim()));
  return nodes.map((node) => {
    const [low, high] = [light(getComputedStyle(node).color), light(behind(node))].sort((a, b) => a - b);
    return [node.textContent.trim().slice(0, 20), (high + 0.05) / (low + 0.05)];
  });
}"""


@pytest.mark.parametrize(("motion", "name"), [("reduce", "none"), ("no-preference", "appear")])
def test_nothing_moves_for_those_who_prefer_that(show, game, motion, name):
    page = show(game, reduced_motion=motion)
    page.keyboard.press("ArrowRight")
    assert page.locator(".cell.new").evaluate("cell => getComputedStyle(cell).animationName") == name
    page.wait_for_timeout(100)
    assert move_number(page) == 1  # and nothing plays before it is told to


def test_a_reader_of_the_screen_is_told_the_board(show, game):
    page = show(game)
    label = page.locator("#cells").get_attribute("aria-label")
    rows = [" ".join(str(tile) if tile else "empty" for tile in row) for row in game.start_board.tolist()]
    assert label == "; ".join(f"row {number}: {row}" for number, row in enumerate(rows, start=1))
    assert page.locator("#slider").get_attribute("aria-valuetext") == f"Move 0 of {game.n_moves}"
    assert page.locator("#numbers").get_attribute("aria-live") == "polite"


@pytest.mark.parametrize(
    ("call", "error", "parts"),
    [
        (lambda game, path: game.plot([-1]), ValueError, ["`moves`", "from 0 to 20", "got -1", "0 is its first board"]),
        (lambda game, path: game.plot([21]), ValueError, ["`moves`", "got 21", "20 its last"]),
        (lambda game, path: game.plot([10**100]), ValueError, ["`moves`", "from 0 to 20"]),
        (lambda game, path: game.plot([1.0]), TypeError, ["`moves`", "an integer", "1.0"]),
        (lambda game, path: game.plot([True]), TypeError, ["`moves`", "True"]),
        (lambda game, path: game.plot(["1"]), TypeError, ["`moves`", "'1'"]),
        (lambda game, path: game.plot([]), ValueError, ["`moves`", "numbers of moves", "got []"]),
        (lambda game, path: game.plot(3), TypeError, ["`moves`", "such as [0, 20]", "got 3"]),
        (lambda game, path: game.plot("0123"), TypeError, ["`moves`", "'0123'"]),
        (lambda game, path: game.animate([21]), ValueError, ["`moves`", "got 21"]),
        (lambda game, path: game.animate([0], seconds_per_board=0), ValueError, ["`seconds_per_board`", "> 0"]),
        (lambda game, path: game.animate([0], seconds_per_board="1"), TypeError, ["`seconds_per_board`", "'1'"]),
        (lambda game, path: game.animate([0], seconds_per_board=np.nan), ValueError, ["`seconds_per_board`", "nan"]),
        (lambda game, path: game.save_html(path, judge="expectimx"), ValueError, ["`judge`", "mean 'expectimax'?"]),
        (lambda game, path: game.save_html(path, judge="random"), ValueError, ["`judge`", "'expectimax'", "'random'"]),
        (lambda game, path: game.save_html(path, judge=3), TypeError, ["`judge`", "got 3", "Pass a name, a function"]),
        (lambda game, path: game.save_html(path, judge=lambda board: "up"), TypeError, ["`judge`", "a dict", "'up'"]),
        (lambda game, path: game.save_html(path, judge=lambda board: {}), ValueError, ["`judge`", "got {}"]),
        (lambda game, path: game.save_html(path, judge=lambda b: {"north": 1}), ValueError, ["`judge`", "'north'"]),
        (
            lambda game, path: game.save_html(path, judge=lambda b: {legal_moves(b)[0]: np.nan}),
            ValueError,
            ["`judge`", "finite number", "nan", "move_values is such a function"],
        ),
        (lambda game, path: game.save_html(path, every=0), ValueError, ["`every`", ">= 1", "got 0", "Use 1"]),
        (lambda game, path: game.save_html(path, every=1.5), TypeError, ["`every`", "1.5"]),
        (lambda game, path: game.save_html(path, progress=1), TypeError, ["`progress`", "True or False"]),
        (lambda game, path: game.save_html(path.parent), IsADirectoryError, ["it is a folder. Choose another name"]),
        (lambda game, path: game.save_html(None), TypeError, ["`path`", "got None"]),
    ],
)
def test_bad_input_is_refused_in_words(tmp_path, call, error, parts):
    game = solve_2048("greedy", rng=0, max_moves=20, progress=False)
    with pytest.raises(error) as caught:
        call(game, tmp_path / "game.html")
    assert all(part in str(caught.value) for part in parts), str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_figure_has_room_for_64_boards():
    game = solve_2048("greedy", rng=0, max_moves=70, progress=False)
    assert len(titles(game.plot(range(64)))) == 64
    with pytest.raises(ValueError, match=r"`moves` must be at most 64 numbers of moves, got 65\. Choose fewer"):
        game.plot(range(65))
