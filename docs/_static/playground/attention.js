// The page on which a sentence is cut into pieces, and a small model shows which piece takes how much from which.
"use strict";
{
const playground = globalThis.playground;
const { make, button, choice, colour, paint } = playground;
const MOST_CHARACTERS = 1_000, PAUSE = 200, MOST_NAMED = 3;  // milliseconds between the last key and the answer

let pieces, model, part = {}, ids = [], found = null, selected = 0, waiting = 0;

const visible = (id) => pieces.spell(id).replaceAll(" ", "␣").replaceAll("\n", "⏎").replaceAll("\t", "⇥") || "∅";
const round = (share) => share.toFixed(2);

function read() {
  const text = part.text.value, kept = Array.from(text).slice(0, MOST_CHARACTERS).join("");
  const all = pieces.encode(kept), notes = [];
  ids = all.slice(0, model.context);
  if (kept.length < text.length) {
    notes.push(say("Only the first {n} characters are looked at.", { n: MOST_CHARACTERS.toLocaleString("en") }));
  }
  if (ids.length < all.length) {
    const counts = { n: model.context, all: all.length };
    notes.push(say("The model can look at {n} pieces: the first {n} of {all} are shown.", counts));
  }
  found = ids.length ? model.read(ids) : null;
  selected = Math.max(ids.length - 1, 0);
  part.count.textContent = ids.length
    ? [say("{n} characters, {pieces} pieces.", { n: Array.from(kept).length, pieces: all.length }), ...notes].join(" ")
    : say("Type a sentence.");
  part.shown.hidden = !found;
  buildChips();
  show();
}

// The weights (T, T) of the chosen layer and head; "mean" is the mean over the heads.
function chosen() {
  const heads = found.weights[Number(part.layer.select.value)], head = part.head.select.value;
  if (head !== "mean") return heads[Number(head)];
  return heads[0].map((row, t) => row.map((_, s) => heads.reduce((sum, each) => sum + each[t][s], 0) / heads.length));
}

function buildChips() {
  part.chips.replaceChildren(...ids.map((id, t) => button(visible(id), () => { selected = t; show(); }, { class: "playground-chip" })));
}

function show() {
  if (!found) return;
  const row = chosen()[selected];
  [...part.chips.children].forEach((chip, t) => {
    chip.setAttribute("aria-pressed", String(t === selected));
    chip.style.setProperty("--share", `${Math.round(100 * row[t])}%`);
    chip.title = t <= selected ? say("id {id}, weight {weight}", { id: ids[t], weight: round(row[t]) })
      : say("id {id}, comes later", { id: ids[t] });
  });
  const order = [...row.keys()].filter((t) => row[t] >= 0.005).sort((a, b) => row[b] - row[a]).slice(0, MOST_NAMED);
  const name = (t) => say("“{piece}” (piece {n})", { piece: visible(ids[t]), n: t + 1 });
  const list = order.map((t) => `${name(t)} ${round(row[t])}`).join(", ");
  part.words.textContent = say("{piece} takes most from {list}.", { piece: name(selected), list });
  showNext();
  drawSquare();
}

function showNext() {
  const order = [...found.probabilities.keys()].sort((a, b) => found.probabilities[b] - found.probabilities[a]).slice(0, 5);
  const list = order.map((id) => `“${visible(id)}” ${(100 * found.probabilities[id]).toFixed(0)} %`).join(", ");
  part.next.textContent = say("After the last piece the model expects: {list}.", { list });
}

// A square for the chosen head: a row for each piece that asks, a column for each piece that is asked.
function drawSquare() {
  const weights = chosen(), T = ids.length, room = Math.min(part.square.parentElement.clientWidth || 320, 620);
  const label = T <= 30 ? 64 : 0, cell = Math.max(3, Math.min(32, Math.floor((room - label) / T)));
  const dark = document.documentElement.dataset.theme === "dark", side = label + cell * T;
  part.square.style.width = part.square.style.height = `${side}px`;
  paint(part.square, side, side, (context) => {
    const small = Math.min(13, cell - 1);
    context.font = `${small}px sans-serif`;
    for (let t = 0; t < T; t++) {
      for (let s = 0; s <= t; s++) {
        const share = weights[t][s];
        context.fillStyle = dark ? `rgba(120, 190, 255, ${0.06 + 0.94 * share})` : `rgba(0, 70, 140, ${0.06 + 0.94 * share})`;
        context.fillRect(label + s * cell, label + t * cell, cell - 1, cell - 1);
      }
      if (!label) continue;
      context.fillStyle = colour("text-base");
      const name = visible(ids[t]).slice(0, 9);
      context.textAlign = "right";
      context.textBaseline = "middle";
      context.fillText(name, label - 5, label + (t + 0.5) * cell, label - 6);
      context.save();
      context.translate(label + (t + 0.5) * cell, label - 5);
      context.rotate(-Math.PI / 2);
      context.textAlign = "left";
      context.fillText(name, 0, 0, label - 6);
      context.restore();
    }
    context.strokeStyle = colour("secondary") || colour("primary");
    context.lineWidth = 2;
    context.strokeRect(label - 0.5, label + selected * cell - 0.5, (selected + 1) * cell, cell);
  });
  part.square.setAttribute("aria-label",
    say("The attention weights of {n} pieces; the words below say what the chosen piece takes.", { n: T }));
}

function example(text, name) {
  return button(name, () => { part.text.value = text; read(); });
}

playground.start("attention", (place) => {
  const data = playground.language;
  [pieces, model] = [new playground.Pieces(data.merges), new playground.LanguageModel(data)];
  const numbers = (n, name) => Array.from({ length: n }, (_, i) => [String(i), name(i + 1)]);
  part.text = make("textarea", { rows: 3, id: "playground-text", spellcheck: "false",
    oninput: () => { clearTimeout(waiting); waiting = setTimeout(read, PAUSE); } });
  part.text.value = data.example;
  part.count = make("p", { role: "status" });
  part.layer = choice(say("Layer"), numbers(data.n_layers, (n) => say("layer {n}", { n })), String(data.n_layers - 1), show);
  part.head = choice(say("Head"),
    [["mean", say("mean of all heads")], ...numbers(data.n_heads, (n) => say("head {n}", { n }))], "0", show);
  part.chips = make("div", { class: "playground-chips", role: "group",
    "aria-label": say("The pieces; choose the one that looks back") });
  part.words = make("p", { role: "status" });
  part.next = make("p");
  part.square = make("canvas", { role: "img" });
  part.shown = make("div", {},
    make("p", { class: "playground-label" }, say("Choose a piece: the darker another one becomes, the more is taken from it. "
      + "␣ is a space; two letters or digits such as e7 are a byte.")),
    part.chips, make("div", { class: "playground-controls" }, part.layer, part.head), part.words, part.next,
    make("figure", {}, part.square, 
      make("figcaption", {}, say("Each row shows what one piece takes from itself and from those before it."))));
  place.append(
    make("label", { for: "playground-text" }, say("Your sentence")), part.text,
    make("div", { class: "playground-buttons" }, example(data.example, say("Who has what")),
      example("请问，这句话有多少个词？", "中文"),
      example("Attention is all you need, said 8 people. 🙂👩‍👩‍👧", say("Anything else"))),
    part.count, part.shown);
  read();
  playground.onTheme(show);
  addEventListener("resize", () => found && drawSquare());
});
}
