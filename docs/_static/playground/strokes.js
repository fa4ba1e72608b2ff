// From strokes of a pen to an 8 x 8 picture like those that the network was trained on.
//
// Those fill all rows and about six columns, and about 30 % of them is ink. So the strokes are stretched to 20 columns
// and 32 rows in the middle of 32 x 32 pixels and drawn with a pen so thick that about 312 pixels are ink; then the ink
// in each of 8 x 8 squares of 4 x 4 pixels is counted.
"use strict";
{
const playground = globalThis.playground = globalThis.playground || {};
const SIDE = 32, WIDTH = 20, HEIGHT = 32, INK = 312;
const MOST_STRETCH = 2.5;  // of one side over the other: a line stays a line
const LEAST = 0.03;  // of the drawing area: a smaller drawing is a dot, no digit

// The smallest box around all points: left, top, width, height.
function boxOf(points) {
  const across = points.map(([x]) => x), down = points.map(([, y]) => y);
  const [left, top] = [Math.min(...across), Math.min(...down)];
  return [left, top, Math.max(...across) - left, Math.max(...down) - top];
}

// How far a point is from the line between two others.
function distance(x, y, [x1, y1], [x2, y2]) {
  const [across, down] = [x2 - x1, y2 - y1], length = across * across + down * down;
  const along = length ? Math.min(Math.max(((x - x1) * across + (y - y1) * down) / length, 0), 1) : 0;
  return Math.hypot(x - x1 - along * across, y - y1 - along * down);
}

// The pixels (32, 32) that a pen of some radius marks when the strokes are stretched into the box of a digit.
function ink(strokes, radius) {
  const [left, top, width, height] = boxOf(strokes.flat());
  const fits = [(WIDTH - 2 * radius) / Math.max(width, 1e-9), (HEIGHT - 2 * radius) / Math.max(height, 1e-9)];
  const [across, down] = [Math.min(fits[0], MOST_STRETCH * fits[1]), Math.min(fits[1], MOST_STRETCH * fits[0])];
  const place = ([x, y]) => [SIDE / 2 + across * (x - left - width / 2), SIDE / 2 + down * (y - top - height / 2)];
  const lines = strokes.flatMap((stroke) => {
    const placed = stroke.map(place);
    return placed.map((point, i) => [placed[Math.max(i - 1, 0)], point]);
  });
  const pixels = new Uint8Array(SIDE * SIDE);
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++) {
      const near = lines.some(([from, to]) => distance(column + 0.5, row + 0.5, from, to) <= radius);
      pixels[SIDE * row + column] = near ? 1 : 0;
    }
  }
  return pixels;
}

// Fewer points where they are close together: a slow hand sends hundreds.
function thinned(stroke, least) {
  const kept = [stroke[0]];
  for (const point of stroke) {
    const [x, y] = kept.at(-1);
    if (Math.hypot(point[0] - x, point[1] - y) >= least) kept.push(point);
  }
  return kept;
}

// Sixty-four grey levels from 0 to 255, or null for an empty drawing or a mere dot; points lie between 0 and 1.
playground.strokesToPicture = function (strokes) {
  const drawn = strokes.filter((stroke) => stroke.length);
  if (!drawn.length) return null;
  const [, , width, height] = boxOf(drawn.flat());
  if (Math.max(width, height) < LEAST) return null;
  const simple = drawn.map((stroke) => thinned(stroke, 0.02 * Math.max(width, height)));
  let [low, high] = [0.5, 6];
  for (let i = 0; i < 8; i++) {  // halve the range of radii until the ink is right
    const radius = (low + high) / 2, total = ink(simple, radius).reduce((sum, pixel) => sum + pixel, 0);
    [low, high] = total < INK ? [radius, high] : [low, radius];
  }
  const pixels = ink(simple, (low + high) / 2), counts = new Array(64).fill(0);
  pixels.forEach((pixel, i) => { counts[8 * (i >> 7) + ((i & 31) >> 2)] += pixel; });
  return counts.map((count) => Math.round(count * 255 / 16));
};
}
