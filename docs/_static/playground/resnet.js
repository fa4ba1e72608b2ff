// The forward pass of ailiteracy.vision.ResNet: convolutions, shortcuts, and the maps in between.
//
// A picture or a stack of feature maps is one row of numbers, map by map, row by row: (channels, size, size).
"use strict";
{
const playground = globalThis.playground = globalThis.playground || {};
const EPS = 1e-5;  // of the normalisation, against division by zero

// Each new map is a sum over all maps below, looked at through a small window of weights.
function convolve(x, size, weights, stride) {
  const [n_out, n_in, k] = weights.shape, pad = (k - 1) / 2, newSize = Math.floor((size + 2 * pad - k) / stride) + 1;
  const out = new Float64Array(n_out * newSize * newSize);
  for (let o = 0; o < n_out; o++) {
    for (let row = 0; row < newSize; row++) {
      for (let column = 0; column < newSize; column++) {
        let sum = 0;
        for (let dy = 0; dy < k; dy++) {
          const y = row * stride + dy - pad;
          if (y < 0 || y >= size) continue;  // outside of the map everything is 0
          for (let dx = 0; dx < k; dx++) {
            const at = column * stride + dx - pad;
            if (at < 0 || at >= size) continue;
            for (let i = 0; i < n_in; i++) {
              sum += x[(i * size + y) * size + at] * weights[((o * n_in + i) * k + dy) * k + dx];
            }
          }
        }
        out[(o * newSize + row) * newSize + column] = sum;
      }
    }
  }
  return [out, newSize];
}

// Each map is moved and stretched by what training found to be its mean and spread.
function normalise(x, tensors, name) {
  const [weight, bias, mean, variance] = ["weight", "bias", "running_mean", "running_var"].map((each) => tensors[`${name}.${each}`]);
  const cells = x.length / weight.length;
  return x.map((value, i) => {
    const map = Math.floor(i / cells);
    return ((value - mean[map]) / Math.sqrt(variance[map] + EPS)) * weight[map] + bias[map];
  });
}

const relu = (x) => x.map((value) => Math.max(value, 0));

playground.DigitNetwork = class {
  constructor(packed) {
    this.tensors = playground.unpackTensors(packed);
    this.nBlocks = new Set(packed.names.filter((name) => name.startsWith("blocks.")).map((name) => name.split(".")[1])).size;
  }

  // relu(x + f(x)), f being two convolutions; the first may halve the maps, and then x takes a way of its own.
  block(x, size, number) {
    const { tensors } = this, name = `blocks.${number}`, change = `${name}.shortcut.0.weight` in tensors;
    const stride = change ? 2 : 1;
    let [out, newSize] = convolve(x, size, tensors[`${name}.conv1.weight`], stride);
    out = relu(normalise(out, tensors, `${name}.norm1`));
    out = normalise(convolve(out, newSize, tensors[`${name}.conv2.weight`], 1)[0], tensors, `${name}.norm2`);
    const shortcut = change
      ? normalise(convolve(x, size, tensors[`${name}.shortcut.0.weight`], stride)[0], tensors, `${name}.shortcut.1`) : x;
    return [relu(out.map((value, i) => value + shortcut[i])), newSize];
  }

  // From 64 grey levels (0 to 255) to the logits, the probabilities and the maps after each part.
  read(pixels) {
    const { tensors } = this, maps = [];
    let size = Math.sqrt(pixels.length);
    let x = Float64Array.from(pixels, (level) => (level / 255 - tensors.mean[0]) / tensors.std[0]);
    const keep = (name) => maps.push({ name, size, count: x.length / (size * size), values: x });
    x = relu(normalise(convolve(x, size, tensors["stem.0.weight"], 1)[0], tensors, "stem.1"));
    keep("stem");
    for (let number = 0; number < this.nBlocks; number++) {
      [x, size] = this.block(x, size, number);
      keep(`block ${number + 1}`);
    }
    const cells = size * size, n_maps = x.length / cells, weights = tensors["head.weight"];
    const means = Array.from({ length: n_maps }, (_, i) => x.subarray(i * cells, (i + 1) * cells).reduce((sum, value) => sum + value, 0) / cells);
    const logits = Array.from(tensors["head.bias"], (bias, j) => means.reduce((sum, mean, i) => sum + mean * weights[j * n_maps + i], bias));
    return { logits, probabilities: playground.softmax(logits), maps };
  }
};
}
