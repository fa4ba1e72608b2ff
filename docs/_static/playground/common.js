// What all pages of the playground share: a namespace, elements, colours of the theme, packed numbers.
"use strict";
{
const playground = globalThis.playground = globalThis.playground || {};

// An element with attributes, handlers (onclick: ...) and children (texts or elements).
playground.make = function (tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element[name] = value;
    else if (typeof value === "boolean") element.toggleAttribute(name, value);
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
};

// A labelled list to choose from; options are [value, text] pairs.
playground.choice = function (label, options, value, onchange) {
  const { make } = playground;
  const select = make("select", { onchange: () => onchange(select.value) });
  for (const [key, text] of options) select.append(make("option", { value: key }, text));
  select.value = value;
  const whole = make("label", {}, `${label} `, select);
  whole.select = select;
  return whole;
};

playground.button = function (text, onclick, attributes = {}) {
  return playground.make("button", { type: "button", onclick, ...attributes }, text);
};

// A whole number from a text field, or null with the reason shown to everybody, screen readers too.
playground.wholeNumber = function (field, low, high) {
  const text = field.value.trim(), number = Number(text);
  const good = /^\d+$/.test(text) && number >= low && number <= high;
  field.setCustomValidity(good ? "" : say("Write a whole number from {low} to {high}.", { low, high }));
  field.setAttribute("aria-invalid", String(!good));
  if (!good) field.reportValidity();
  return good ? number : null;
};

// The theme's colours, as the style sheet names them; asked again when the theme changes.
playground.colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--pst-color-${name}`).trim();

playground.onTheme = function (draw) {
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
};

// A canvas that is sharp on fine screens; draw(context, width, height) counts in pixels of the page.
playground.paint = function (canvas, width, height, draw) {
  const scale = Math.min(globalThis.devicePixelRatio || 1, 3);
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d");
  context.scale(scale, scale);
  draw(context, width, height);
};

// Numbers of half precision, packed as base64, to numbers that can be calculated with.
playground.unpackHalves = function (text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const numbers = new Float64Array(bytes.length / 2);
  for (let i = 0; i < numbers.length; i++) {
    const bits = bytes[2 * i] | (bytes[2 * i + 1] << 8);
    const sign = bits & 0x8000 ? -1 : 1, exponent = (bits >> 10) & 0x1f, fraction = bits & 0x3ff;
    // Exponent 0 marks the smallest numbers, which have no leading 1.
    numbers[i] = sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024));
  }
  return numbers;
};

// All tensors of a saved network from one packed text: their names and shapes in order.
playground.unpackTensors = function ({ names, shapes, numbers }) {
  const all = playground.unpackHalves(numbers), tensors = {};
  let start = 0;
  names.forEach((name, i) => {
    const length = shapes[i].reduce((product, side) => product * side, 1);
    tensors[name] = all.subarray(start, start + length);
    tensors[name].shape = shapes[i];
    start += length;
  });
  return tensors;
};

// Logits to probabilities.
playground.softmax = function (logits) {
  const highest = Math.max(...logits), powers = Array.from(logits, (logit) => Math.exp(logit - highest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
};

// Build an application in its place, where the page has one.
playground.start = function (name, build) {
  const place = document.getElementById(`playground-${name}`);
  if (place) build(place);
};
}
