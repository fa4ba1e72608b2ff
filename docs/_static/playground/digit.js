// The page on which a digit is drawn and read.
"use strict";
{
const playground = globalThis.playground;
const { make, button, colour, paint } = playground;
const SIZE = 280, STEP = 0.05;  // of the drawing area in pixels; of the keyboard's pen, as a share of it
const MOVES = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

let network, strokes = [], drawing = null, pen = { at: [0.5, 0.2], down: false, shown: false }, part = {}, shown = null;

const inside = (value) => Math.min(Math.max(value, 0), 1);

function placeOf(event) {
  const box = part.paper.getBoundingClientRect();
  return [inside((event.clientX - box.left) / box.width), inside((event.clientY - box.top) / box.height)];
}

function begin(event) {
  if (event.button || drawing !== null) return;  // the first button, a pen, one finger at a time
  event.preventDefault();
  part.paper.focus();
  part.paper.setPointerCapture(event.pointerId);
  drawing = event.pointerId;
  [pen.shown, pen.down] = [false, false];
  strokes.push([placeOf(event)]);
  drawPaper();
}

function draw(event) {
  if (event.pointerId !== drawing) return;
  strokes.at(-1).push(placeOf(event));
  drawPaper();
}

function end(event) {
  if (event.pointerId !== drawing) return;
  drawing = null;
  readStrokes();
}

// The keyboard's pen: the space bar puts it down or lifts it, the arrow keys move it.
function press(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === " ") {
    pen.down = !pen.down;
    if (pen.down) strokes.push([pen.at]);
    else readStrokes();
    part.message.textContent = pen.down ? say("The pen is down.") : part.message.textContent;
  } else if (event.key in MOVES) {
    const [across, down] = MOVES[event.key];
    pen.at = [inside(pen.at[0] + across), inside(pen.at[1] + down)];
    if (pen.down) strokes.at(-1).push(pen.at);
  } else return;
  event.preventDefault();
  pen.shown = true;
  drawPaper();
}

function clear() {
  [strokes, pen.down, drawing] = [[], false, null];
  drawPaper();
  readStrokes();
}

function undo() {
  [pen.down, drawing] = [false, null];
  strokes.pop();
  drawPaper();
  readStrokes();
}

function readStrokes() {
  const picture = playground.strokesToPicture(strokes);
  show(picture, strokes.length ? say("This is a dot only: draw larger.") : say("Nothing is drawn yet."));
}

function showSample(sample) {
  clear();
  show(sample.pixels, "", say("A picture of the test part, a {digit}.", { digit: sample.label }));
}

function show(picture, emptyWords, words = "") {
  shown = picture && { picture, ...network.read(picture) };
  part.result.hidden = !shown;
  if (!shown) {
    part.message.textContent = emptyWords;
    return;
  }
  const order = [...shown.probabilities.keys()].sort((a, b) => shown.probabilities[b] - shown.probabilities[a]);
  const percent = (i) => `${(100 * shown.probabilities[i]).toFixed(1)} %`;
  const reads = say("The network reads a {first} ({sure}); next comes {second} ({less}).",
    { first: order[0], sure: percent(order[0]), second: order[1], less: percent(order[1]) });
  part.message.textContent = `${words} ${reads}`.trim();
  part.bars.forEach(([bar, label], i) => {
    bar.style.width = `${100 * shown.probabilities[i]}%`;
    bar.classList.toggle("playground-best", i === order[0]);
    label.textContent = percent(i);
  });
  drawResult();
}

function drawPaper() {
  paint(part.paper, SIZE, SIZE, (context) => {
    context.fillStyle = colour("background");
    context.fillRect(0, 0, SIZE, SIZE);
    context.strokeStyle = context.fillStyle = colour("text-base");
    Object.assign(context, { lineWidth: 14, lineCap: "round", lineJoin: "round" });
    for (const stroke of strokes) {
      context.beginPath();
      context.moveTo(stroke[0][0] * SIZE, stroke[0][1] * SIZE);
      for (const [x, y] of stroke) context.lineTo(x * SIZE, y * SIZE);
      context.stroke();
    }
    if (!pen.shown) return;
    context.lineWidth = 2;
    context.strokeStyle = colour("primary");
    context.beginPath();
    context.arc(pen.at[0] * SIZE, pen.at[1] * SIZE, 10, 0, 2 * Math.PI);
    context.stroke();
  });
}

// Some maps side by side, each bright where it is large; `highest` is white.
function drawMaps(canvas, { values, size, count }, cell, columns, highest) {
  const gap = 3, rows = Math.ceil(count / columns), step = size * cell + gap;
  paint(canvas, columns * step - gap, rows * step - gap, (context) => {
    for (let map = 0; map < count; map++) {
      const [left, top] = [(map % columns) * step, Math.floor(map / columns) * step];
      for (let i = 0; i < size * size; i++) {
        const level = Math.round(255 * Math.min(values[map * size * size + i] / highest, 1));
        context.fillStyle = `rgb(${level}, ${level}, ${level})`;
        context.fillRect(left + (i % size) * cell, top + Math.floor(i / size) * cell, cell, cell);
      }
    }
  });
  canvas.style.width = `${columns * step - gap}px`;
}

function drawResult() {
  if (!shown) return;
  drawMaps(part.seen, { values: shown.picture, size: 8, count: 1 }, 16, 1, 255);
  part.seen.setAttribute("aria-label",
    say("What the network sees: 8 rows of 8 grey levels from 0 to 255: {levels}", { levels: shown.picture.join(" ") }));
  part.maps.replaceChildren(...shown.maps.map((maps) => {
    const canvas = make("canvas", { role: "img",
      "aria-label": say("The {n} feature maps after {part}", { n: maps.count, part: maps.name }) });
    // A row of the narrowest screens holds 8 maps of 8 x 8.
    const columns = Math.min(maps.count, { 8: 8, 4: 16, 2: 16 }[maps.size] || 8), cell = { 8: 4, 4: 3, 2: 5 }[maps.size] || 4;
    drawMaps(canvas, maps, cell, columns, Math.max(...maps.values, 1e-9));
    return make("figure", {}, canvas, make("figcaption", {},
      say("{part}: {n} maps of {size} × {size}", { part: maps.name, n: maps.count, size: maps.size })));
  }));
}

function buildBars() {
  part.bars = [];
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const bar = make("div", { class: "playground-bar" }), label = make("td", {});
    part.bars.push([bar, label]);
    return make("tr", {}, make("th", { scope: "row" }, String(digit)), make("td", { class: "playground-track" }, bar), label);
  });
  return make("table", { class: "playground-bars" }, make("caption", {}, say("Probability of each digit")),
    make("tbody", {}, ...rows));
}

playground.start("digit", (place) => {
  const { samples, n_right, n_test } = playground.digits;
  network = new playground.DigitNetwork(playground.digits);
  part.paper = make("canvas", { class: "playground-paper", tabindex: "0", role: "application",
    "aria-label": say("Drawing area. The space bar puts the pen down or lifts it, the arrow keys move it."),
    onpointerdown: begin, onpointermove: draw, onpointerup: end, onpointercancel: end, onkeydown: press });
  part.message = make("p", { role: "status", class: "playground-status" });
  part.seen = make("canvas", { role: "img" });
  part.maps = make("div", { class: "playground-maps" });
  part.result = make("div", {}, make("div", { class: "playground-pair" }, buildBars(),
    make("figure", {}, part.seen, make("figcaption", {}, say("What the network sees: 8 × 8 grey levels")))),
    make("p", { class: "playground-label" }, say("What each part of the network makes of it; the brighter, the stronger.")),
    part.maps);
  part.result.hidden = true;
  const buttons = samples.map((sample) => button(String(sample.label), () => showSample(sample),
    { "aria-label": say("Show a {digit} of the test part", { digit: sample.label }) }));
  place.append(
    make("div", { class: "playground-pair" },
      make("div", {}, part.paper,
        make("div", { class: "playground-buttons" }, button(say("Clear"), clear), button(say("Undo a stroke"), undo))),
      make("div", {}, part.message,
        make("p", { class: "playground-label" }, say("Or show it a handwritten digit that it has never seen:")),
        make("div", { class: "playground-buttons playground-samples" }, ...buttons),
        make("p", { class: "playground-label" }, say("It reads {n} of {all} such pictures right.", { n: n_right, all: n_test })))),
    part.result);
  clear();
  playground.onTheme(() => { drawPaper(); drawResult(); });
});
}
