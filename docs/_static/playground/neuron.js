// The page on which a network of up to two hidden layers learns, step by step, before your eyes.
"use strict";
{
const playground = globalThis.playground;
const { make, button, choice, colour, paint } = playground;

// A start that learns each problem within a minute: widths of the two hidden layers, learning rate.
const STARTS = { xor: [4, 0, 0.3], circles: [4, 0, 0.3], moons: [8, 0, 0.3], spiral: [8, 8, 0.3] };
const RATES = ["0.01", "0.03", "0.1", "0.3", "1", "3", "10"];
const SPEEDS = [["1", say("1 epoch a frame")], ["10", say("10 epochs a frame")], ["100", say("100 epochs a frame")]];
const LOSSES = [["cross_entropy", say("cross entropy")], ["mse", say("mean squared error")],
  ["squared_error", say("half squared error")]];
const WIDTHS = ["0", "1", "2", "3", "4", "6", "8", "12", "16"].map((n) => [n, n === "0" ? say("none") : n]);
const ORANGE = [230, 159, 0], WHITE = [247, 247, 247], BLUE = [0, 114, 178];  // answers 0, 1/2, 1
const MOST_EPOCHS = 100_000, FRAME = 25;  // milliseconds of learning between two pictures

const setting = { problem: "xor", first: "4", second: "0", activation: "tanh", loss: "cross_entropy", rate: "0.3" };
let network, points, targets, losses, epoch, running = false, part = {}, side = 1, seed = 0;

function begin() {
  const data = playground.points[setting.problem];
  seed = playground.wholeNumber(part.seed, 0, 4294967295) ?? seed;  // of one that is none the field says so
  pause();
  [points, targets] = [data.X, data.y];
  const hidden = [Number(setting.first), Number(setting.second)].filter((n) => n > 0);
  network = new playground.Network([2, ...hidden, 1], setting.activation, new playground.Random(seed));
  centre();
  [losses, epoch, part.trouble.textContent] = [[], 0, ""];
  side = 1.15 * Math.max(...points.flat().map((x, i) => Math.abs(x - (setting.problem === "xor" ? 0.5 : 0))));
  buildNeurons();
  show(true);
}

// As in basics.backprop_demo: the lines of the first neurons start through the middle of the points.
function centre() {
  const n_out = network.sizes[1];
  for (let j = 0; j < n_out; j++) {
    const sum = (i) => points.reduce((total, point) => total + point[i], 0) / points.length;
    network.parameters[2 * n_out + j] = -sum(0) * network.parameters[j] - sum(1) * network.parameters[n_out + j];
  }
}

function learn(n_epochs) {
  const until = performance.now() + FRAME;
  for (let i = 0; i < n_epochs && epoch < MOST_EPOCHS && (i === 0 || performance.now() < until); i++) {
    const loss = network.learn(points, targets, Number(setting.rate), setting.loss);
    losses.push(loss);
    epoch++;
    if (!Number.isFinite(loss) || !network.parameters.every(Number.isFinite)) {
      pause();
      part.trouble.textContent = say("The weights have left all bounds: choose a smaller learning rate and start again.");
      return;
    }
  }
  if (epoch >= MOST_EPOCHS) {
    pause();
    part.trouble.textContent = say("100,000 epochs are the end here: start again or change something.");
  }
}

function pause() {
  running = false;
  part.run.textContent = say("Learn");
  part.status.setAttribute("aria-live", "polite");
}

function run() {
  if (running) {
    pause();
    return show(true);
  }
  running = true;
  part.run.textContent = say("Pause");
  part.status.setAttribute("aria-live", "off");  // a screen reader is told where it stopped, not every frame
  requestAnimationFrame(frame);
}

function frame() {
  if (!running) return;
  learn(Number(part.speed.select.value));
  show(!running);
  if (running) requestAnimationFrame(frame);
}

function show(whole) {
  const right = points.filter((point, i) => (network.answer(point) > 0.5) === (targets[i] > 0.5)).length;
  const loss = network.lossAndGradient(points, targets, setting.loss)[0];
  part.status.textContent = say("Epoch {epoch}: loss {loss}, {right} of {all} points right",
    { epoch: epoch.toLocaleString("en"), loss: loss.toPrecision(4), right, all: points.length });
  drawPlane();
  drawLoss();
  if (whole || epoch % 5 === 0) drawNeurons();
  part.plane.setAttribute("aria-label", say("The answer of the network for every place of the plane, with {all} points of "
    + "two classes; {right} of them lie on the side of their class.", { all: points.length, right }));
}

const middle = () => (setting.problem === "xor" ? 0.5 : 0);

// From orange (0) by white to blue (1).
function shade(value) {
  const share = Math.min(Math.max(value, 0), 1), end = share < 0.5 ? ORANGE : BLUE, much = Math.abs(share - 0.5) * 2;
  return WHITE.map((white, i) => Math.round(white + much * (end[i] - white)));
}

// The value of a function for every place of the plane, as a picture of n_cells * n_cells pixels.
function surface(n_cells, value) {
  const picture = new ImageData(n_cells, n_cells);
  for (let row = 0; row < n_cells; row++) {
    for (let column = 0; column < n_cells; column++) {
      const x = middle() + side * (2 * (column + 0.5) / n_cells - 1), y = middle() - side * (2 * (row + 0.5) / n_cells - 1);
      picture.data.set([...shade(value([x, y])), 255], 4 * (n_cells * row + column));
    }
  }
  return picture;
}

function drawSurface(context, size, n_cells, value) {
  const small = make("canvas", { width: n_cells, height: n_cells });
  small.getContext("2d").putImageData(surface(n_cells, value), 0, 0);
  context.drawImage(small, 0, 0, size, size);
}

function drawPlane() {
  const size = part.plane.clientWidth || 320;
  paint(part.plane, size, size, (context) => {
    drawSurface(context, size, 60, (point) => network.answer(point));
    points.forEach(([x, y], i) => {
      const left = size * (0.5 + (x - middle()) / (2 * side)), top = size * (0.5 - (y - middle()) / (2 * side));
      const radius = points.length < 10 ? 9 : 4;
      context.beginPath();
      // Shape tells the classes apart too: circles are 1, squares 0.
      if (targets[i]) context.arc(left, top, radius, 0, 2 * Math.PI);
      else context.rect(left - radius * 0.9, top - radius * 0.9, 1.8 * radius, 1.8 * radius);
      context.fillStyle = targets[i] ? "#004a73" : "#8a5f00";
      context.strokeStyle = "#ffffff";
      context.lineWidth = 1.5;
      context.fill();
      context.stroke();
    });
  });
}

function drawLoss() {
  const width = part.curve.clientWidth || 320, height = 200, left = 46, bottom = 24;
  const finite = losses.filter(Number.isFinite), top = 1.05 * Math.max(...thin(finite), 1e-9);
  paint(part.curve, width, height, (context) => {
    context.fillStyle = colour("text-base");
    context.strokeStyle = colour("text-muted");
    context.font = "13px sans-serif";
    context.strokeRect(left, 8, width - left - 8, height - bottom - 8);
    context.fillText("0", left - 14, height - bottom);
    if (losses.length) context.fillText(top.toPrecision(2), 4, 20);
    context.fillText(say("epoch 1 to {n}", { n: Math.max(losses.length, 1).toLocaleString("en") }), left, height - 7);
    context.strokeStyle = colour("primary");
    context.lineWidth = 2;
    context.beginPath();
    const shown = thin(finite), across = (width - left - 8) / Math.max(shown.length - 1, 1);
    shown.forEach((loss, i) => context.lineTo(left + i * across, height - bottom - (loss / top) * (height - bottom - 8)));
    context.stroke();
  });
  part.curve.setAttribute("aria-label", losses.length
    ? say("The loss in {n} epochs, from {first} to {last}.",
      { n: losses.length, first: losses[0].toPrecision(3), last: losses.at(-1).toPrecision(3) })
    : say("The loss; no epoch yet."));
}

// At most some hundreds of a long row of numbers, the last always among them.
function thin(numbers) {
  const step = Math.max(1, Math.ceil(numbers.length / 400));
  return numbers.filter((_, i) => i % step === 0 || i === numbers.length - 1);
}

function buildNeurons() {
  part.neurons.replaceChildren();
  part.small = [];
  network.sizes.slice(1, -1).forEach((width, layer) => {
    const row = make("div", { class: "playground-neurons" });
    for (let j = 0; j < width; j++) {
      const canvas = make("canvas", { role: "img", "aria-label": say("Layer {layer}, neuron {n}", { layer: layer + 1, n: j + 1 }) });
      row.append(canvas);
      part.small.push([canvas, layer + 1, j]);
    }
    part.neurons.append(make("p", { class: "playground-label" }, say("Hidden layer {n}", { n: layer + 1 })), row);
  });
  const none = say("There is no hidden layer: one neuron alone draws one straight line.");
  if (!part.small.length) part.neurons.append(make("p", {}, none));
}

function drawNeurons() {
  const tanh = setting.activation === "tanh", n_cells = 16;
  for (const [canvas, layer, j] of part.small) {
    paint(canvas, 56, 56, (context) => drawSurface(context, 56, n_cells, (point) => {
      const out = network.outputs(point)[layer][j];
      return tanh ? 0.5 + out / 2 : setting.activation === "relu" ? 0.5 + out / 4 : out;
    }));
  }
}

function choose(name) {
  return (value) => {
    setting[name] = value;
    if (name === "problem") {
      const [first, second, rate] = STARTS[value];
      Object.assign(setting, { first: String(first), second: String(second), rate: String(rate) });
      for (const each of ["first", "second", "rate"]) part[each].select.value = setting[each];
    }
    if (name !== "rate") begin();  // another learning rate goes on from here
  };
}

playground.start("neuron", (place) => {
  const same = (names) => names.map((name) => [name, name]);
  part.problem = choice(say("Problem"), same(Object.keys(STARTS)), setting.problem, choose("problem"));
  part.first = choice(say("Neurons in layer 1"), WIDTHS, setting.first, choose("first"));
  part.second = choice(say("Neurons in layer 2"), WIDTHS, setting.second, choose("second"));
  part.activation = choice(say("Activation"), same(["tanh", "sigmoid", "relu"]), setting.activation, choose("activation"));
  part.loss = choice(say("Loss"), LOSSES, setting.loss, choose("loss"));
  part.rate = choice(say("Learning rate"), same(RATES), setting.rate, choose("rate"));
  part.speed = choice(say("Speed"), SPEEDS, "1", () => {});
  part.seed = make("input", { type: "text", inputmode: "numeric", value: "0", size: 6, onchange: begin });
  part.run = button(say("Learn"), run, { class: "playground-main" });
  part.status = make("p", { class: "playground-status", "aria-live": "polite" });
  part.trouble = make("p", { class: "playground-trouble", role: "alert" });
  part.plane = make("canvas", { role: "img", class: "playground-square" });
  part.curve = make("canvas", { role: "img", class: "playground-wide" });
  part.neurons = make("div");
  place.append(
    make("div", { class: "playground-controls" }, part.problem, part.first, part.second, part.activation, part.loss,
      part.rate, part.speed, make("label", {}, `${say("Seed of the first weights")} `, part.seed)),
    make("div", { class: "playground-buttons" }, part.run,
      button(say("One step"), () => { pause(); learn(1); show(true); }), button(say("Start again"), begin)),
    part.status, part.trouble,
    make("div", { class: "playground-pair" },
      make("figure", {}, part.plane,
        make("figcaption", {}, say("Blue: the answer is 1 (circles); orange: 0 (squares); white: undecided."))),
      make("figure", {}, part.curve, make("figcaption", {}, say("The loss, epoch by epoch.")),
        make("p", { class: "playground-label" }, say("What each hidden neuron puts out over the same plane:")),
        part.neurons)),
  );
  begin();
  playground.onTheme(() => show(true));
  addEventListener("resize", () => show(true));
  document.addEventListener("visibilitychange", () => { if (document.hidden && running) run(); });
});
}
