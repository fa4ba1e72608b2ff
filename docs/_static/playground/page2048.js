// The page on which 2048 is played: by the reader, with hints, and by five players side by side.
"use strict";
{
const playground = globalThis.playground;
const { make, button, choice } = playground;
const { rules2048: rules, players2048: players } = playground;
const ARROWS = { left: "←", right: "→", up: "↑", down: "↓" };
const KEYS = { ArrowLeft: 0, ArrowRight: 1, ArrowUp: 2, ArrowDown: 3, a: 0, d: 1, w: 2, s: 3 };
// From 2 to 32768: light to dark, yellow to blue, told apart by colour-blind people too.
const COLOURS = ["#efd748", "#ddc858", "#ccba64", "#bbad6d", "#aaa073", "#9a9376", "#8b8778", "#7c7b78", "#6e6f73",
  "#60646f", "#52596d", "#424e6c", "#31436d", "#18376f", "#002d68"];
const LIGHT_TEXT_FROM = 9, SWIPE = 24;  // a rank; pixels

// A board to look at: sixteen cells, and the same in words for screen readers.
class BoardView {
  constructor() {
    this.cells = Array.from({ length: 16 }, () => make("div", { class: "playground-cell" }));
    this.element = make("div", { class: "playground-board", role: "img" }, ...this.cells);
  }

  show(board, added = -1) {
    rules.valuesOf(board).forEach((tile, i) => {
      const cell = this.cells[i], rank = tile ? Math.log2(tile) : 0;
      cell.textContent = tile || "";
      cell.style.background = tile ? COLOURS[Math.min(rank, COLOURS.length) - 1] : "";
      cell.style.fontSize = `${[9, 9, 7.5, 6.2, 5][Math.max(String(tile).length, 1) - 1]}cqw`;
      cell.classList.toggle("playground-light", rank >= LIGHT_TEXT_FROM);
      cell.classList.toggle("playground-new", i === added);
    });
    this.element.setAttribute("aria-label", inWords(board));
  }
}

function inWords(board) {
  const values = rules.valuesOf(board).map((tile) => tile || say("empty"));
  const tiles = (row) => values.slice(4 * row, 4 * row + 4).join(" ");
  return [0, 1, 2, 3].map((row) => say("row {n}: {tiles}", { n: row + 1, tiles: tiles(row) })).join("; ");
}

// The four directions as the buttons name them, in the order of rules.DIRECTIONS.
const WAYS = [say("left"), say("right"), say("up"), say("down")];
const way = (name) => WAYS[rules.DIRECTIONS.indexOf(name)];

const best = (board) => Math.max(...rules.valuesOf(board));
const text = (number) => number.toLocaleString("en");

// ---- The reader's own game

let random, game, past, part = {}, view;

function newGame() {
  const seed = playground.wholeNumber(part.seed, 0, 4294967295);
  if (seed === null) return;
  random = new playground.Random(seed);
  let board = [0, 0, 0, 0];
  for (let i = 0; i < 2; i++) board = rules.withTile(board, ...rules.drawTile(board, random));
  [game, past] = [{ board, score: 0, moves: 0, added: -1 }, []];
  tell(say("A new game with seed {seed}.", { seed }));
}

function tell(words) {
  view.show(game.board, game.added);
  part.numbers.textContent = say("Score {score}, {moves} moves, best tile {tile}",
    { score: text(game.score), moves: text(game.moves), tile: best(game.board) });
  part.undo.setAttribute("aria-disabled", String(past.length === 0));
  const over = rules.legalMoves(game.board).length === 0;
  part.message.textContent = over ? `${words} ${say("No move is left: the game is over. Undo, or start a new one.")}` : words;
  part.hint.textContent = "";
}

function go(direction) {
  const after = rules.slide(game.board, direction), name = WAYS[direction];
  if (rules.same(after, game.board)) {
    if (rules.legalMoves(game.board).length) part.message.textContent = say("Nothing moves {way}; try another way.", { way: name });
    return;
  }
  past.push([game, random.state]);  // chance goes back too: the same move brings the same tile
  const earned = rules.pointsOf(game.board, direction), [cell, rank] = rules.drawTile(after, random);
  const reached = best(after) >= 2048 && best(game.board) < 2048 ? ` ${say("You have made 2048!")}` : "";
  game = { board: rules.withTile(after, cell, rank), score: game.score + earned, moves: game.moves + 1, added: cell };
  tell(say("{way}: {points} points; a new {tile} in row {row}, column {column}.",
    { way: name, points: earned, tile: 2 ** rank, row: (cell >> 2) + 1, column: (cell & 3) + 1 }) + reached);
}

function undo() {
  if (!past.length) return;
  [game, random.state] = past.pop();
  tell(say("One move taken back."));
}

function hint(play) {
  const name = part.player.select.value;
  const values = players.isTooLarge(game.board) ? [] : players.moveValues(game.board, name), move = players.bestOf(values);
  if (move === null) {
    part.hint.textContent = rules.legalMoves(game.board).length ? say("The tiles are too large for a hint.") : say("No move is left.");
    return;
  }
  if (play) go(rules.DIRECTIONS.indexOf(move));
  const list = values.map(([direction, value]) => `${way(direction)} ${text(Math.round(value))}`).join(", ");
  const went = { player: name, way: way(move) };
  const words = play ? say("{player} went {way}.", went) : say("{player} would go {way}.", went);
  part.hint.textContent = `${ARROWS[move]} ${words} ${say("What it holds each move to be worth: {list}.", { list })}`;
}

function press(event) {
  const direction = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (direction === undefined || event.ctrlKey || event.altKey || event.metaKey || event.target.closest("select, input")) return;
  event.preventDefault();
  go(direction);
}

// A swipe is a pointer that goes down on the board and comes up some way off.
function swipes(element) {
  let start = null;
  element.onpointerdown = (event) => {
    if (event.button) return;
    element.setPointerCapture(event.pointerId);  // a swipe may end outside
    start = [event.clientX, event.clientY];
  };
  element.onpointerup = (event) => {
    if (!start) return;
    const [across, down] = [event.clientX - start[0], event.clientY - start[1]];
    start = null;
    if (Math.max(Math.abs(across), Math.abs(down)) < SWIPE) return element.focus();
    go(Math.abs(across) > Math.abs(down) ? (across < 0 ? 0 : 1) : (down < 0 ? 2 : 3));
  };
  element.onpointercancel = () => { start = null; };
}

function buildGame() {
  view = new BoardView();
  view.element.classList.add("playground-big");
  part.numbers = make("p", { class: "playground-status" });
  part.message = make("p", { role: "status" });
  part.hint = make("p", { role: "status", class: "playground-hint" });
  part.seed = make("input", { type: "text", inputmode: "numeric", value: String(playground.games.seed), size: 8 });
  part.player = choice(say("Player"), players.names.map((name) => [name, name]), "expectimax", () => { part.hint.textContent = ""; });
  part.undo = button(say("Undo"), undo);
  const arrow = (direction) => button(`${ARROWS[rules.DIRECTIONS[direction]]} ${WAYS[direction]}`, () => go(direction));
  // The frame takes the keys; the board inside it is a picture with words.
  const frame = make("div", { tabindex: "0", role: "group", class: "playground-frame",
    "aria-label": say("Board: the arrow keys or W, A, S, D move the tiles") }, view.element);
  const row = (...children) => make("div", { class: "playground-buttons" }, ...children);
  const section = make("section", { class: "playground-pair", "aria-label": say("Your game"), onkeydown: press },
    make("div", {}, part.numbers, frame),
    make("div", {},
      row(arrow(0), arrow(2), arrow(3), arrow(1), part.undo), part.message,
      row(part.player), row(button(say("Hint"), () => hint(false), { class: "playground-main" }), button(say("Play the hint"), () => hint(true))),
      part.hint, row(make("label", {}, `${say("Seed")} `, part.seed), button(say("New game"), newGame))));
  swipes(frame);
  newGame();
  return section;
}

// ---- Five players, the same seed

let position = 0, playing = false, due = 0, films = [];

// All boards of a recorded game, from the first board, the moves and the new tiles.
function boardsOf(recorded) {
  const boards = [[rules.fromValues(recorded.board), 0, -1]];
  for (let i = 0; i < recorded.moves.length; i++) {
    const [board, score] = boards[i], direction = Number(recorded.moves[i]), letter = recorded.tiles[i];
    const cell = letter.toLowerCase().charCodeAt(0) - 97, rank = letter === letter.toLowerCase() ? 1 : 2;
    boards.push([rules.withTile(rules.slide(board, direction), cell, rank), score + rules.pointsOf(board, direction), cell]);
  }
  return boards;
}

function showFilms(number) {
  const last = Number(part.slider.max);
  position = Math.min(Math.max(number, 0), last);
  for (const { boards, view: small, caption, ended } of films) {
    const i = Math.min(position, boards.length - 1), [board, score, added] = boards[i];
    small.show(board, i === position ? added : -1);
    caption.textContent = say("{n} points", { n: text(score) }) + (position >= boards.length - 1 ? `; ${ended}` : "");
  }
  part.slider.value = position;
  part.slider.setAttribute("aria-valuetext", say("move {n}", { n: position }));
  part.position.textContent = say("Move {n} of {all}", { n: text(position), all: text(last) });
}

function pauseFilms() {
  playing = false;
  part.play.textContent = say("Play");
}

function playFilms() {
  if (playing) return pauseFilms();
  playing = true;
  part.play.textContent = say("Pause");
  if (position === Number(part.slider.max)) showFilms(0);
  due = performance.now();
  requestAnimationFrame(tick);
}

function tick(now) {
  if (!playing) return;
  const pace = 1000 / Number(part.speed.select.value), steps = Math.max(0, Math.floor((now - due) / pace));
  due += steps * pace;
  if (steps) showFilms(position + steps);
  if (position === Number(part.slider.max)) pauseFilms();
  else requestAnimationFrame(tick);
}

function step(by) {
  pauseFilms();
  showFilms(position + by);
}

function buildFilms() {
  const { seed, games } = playground.games;
  films = games.map((recorded) => {
    const boards = boardsOf(recorded), over = rules.legalMoves(boards.at(-1)[0]).length === 0;
    const moves = text(boards.length - 1);
    const film = { boards, view: new BoardView(), caption: make("p"),
      ended: over ? say("over after {moves} moves", { moves }) : say("the recording ends here") };
    film.element = make("figure", {}, make("strong", {}, recorded.player), film.view.element, film.caption,
      make("figcaption", {}, say(recorded.idea)));
    return film;
  });
  const most = Math.max(...films.map(({ boards }) => boards.length - 1));
  part.slider = make("input", { type: "range", min: 0, max: most, "aria-label": say("Move"),
    oninput: () => { pauseFilms(); showFilms(Number(part.slider.value)); } });
  part.position = make("p", { class: "playground-status" });
  part.play = button(say("Play"), playFilms, { class: "playground-main" });
  part.speed = choice(say("Speed"), [["2", say("2 moves a second")], ["10", "10"], ["50", "50"], ["200", "200"]], "10", () => { due = performance.now(); });
  const own = button(say("Play seed {seed} yourself", { seed }), () => { part.seed.value = seed; newGame(); document.querySelector(".playground-frame").focus(); });
  const section = make("section", { "aria-label": say("Games side by side") },
    make("p", { class: "playground-label" },
      say("Each player got the tiles of seed {seed}; after the first different move they meet different boards.", { seed })),
    make("div", { class: "playground-buttons" }, part.play, button(say("Step back"), () => step(-1)), button(say("Step"), () => step(1)),
      button(say("To the start"), () => step(-most)), button(say("To the end"), () => step(most)), part.speed, own),
    part.slider, part.position,
    make("div", { class: "playground-films" }, ...films.map((film) => film.element)));
  showFilms(0);
  return section;
}

playground.start("2048", (place) => { place.append(buildGame()); });
playground.start("films", (place) => { place.append(buildFilms()); });
document.addEventListener("visibilitychange", () => { if (document.hidden && playing) pauseFilms(); });
}
