// A network of layers: the forward pass and the backward pass of ailiteracy.basics.Network, number for number.
//
// All weights and biases stand in one row, layer by layer, each layer as (n_in + 1, n_out) with its biases last.
"use strict";
{
const playground = globalThis.playground = globalThis.playground || {};
const sigmoid = (a) => 0.5 * Math.tanh(0.5 * a) + 0.5;  // exp would overflow where -a is large

// Each activation with its slope, written with what the neuron puts out.
const ACTIVATIONS = {
  sigmoid: [sigmoid, (s) => s - s * s],
  tanh: [Math.tanh, (t) => 1 - t * t],
  relu: [(a) => Math.max(a, 0), (r) => (r > 0 ? 1 : 0)],
};

playground.Network = class {
  constructor(sizes, activation = "sigmoid", random = null) {
    this.sizes = sizes;
    this.activation = activation;
    this.starts = [0];  // where each layer begins in the row of parameters
    for (let i = 0; i + 1 < sizes.length; i++) this.starts.push(this.starts[i] + (sizes[i] + 1) * sizes[i + 1]);
    this.parameters = new Float64Array(this.starts.at(-1));
    if (random) this.draw(random);
  }

  // First weights: unequal, for equal neurons would stay equal for ever; the biases start at 0.
  draw(random) {
    for (let layer = 0; layer + 1 < this.sizes.length; layer++) {
      const n_in = this.sizes[layer], n_out = this.sizes[layer + 1];
      const spread = { sigmoid: 1, tanh: n_in ** -0.5, relu: (2 / n_in) ** 0.5 }[this.activation];
      for (let i = 0; i < n_in * n_out; i++) this.parameters[this.starts[layer] + i] = spread * random.normal();
    }
  }

  // What each layer puts out for one point: the inputs first, the answers last.
  outputs(point) {
    const [bend] = ACTIVATIONS[this.activation], all = [point];
    for (let layer = 0; layer + 1 < this.sizes.length; layer++) {
      const n_in = this.sizes[layer], n_out = this.sizes[layer + 1], last = layer + 2 === this.sizes.length;
      const given = all[layer], out = new Float64Array(n_out);
      for (let j = 0; j < n_out; j++) {
        let sum = this.parameters[this.starts[layer] + n_in * n_out + j];  // the bias
        for (let i = 0; i < n_in; i++) sum += given[i] * this.parameters[this.starts[layer] + i * n_out + j];
        if (last) this.sum = sum;  // kept for the cross entropy
        out[j] = last ? sigmoid(sum) : bend(sum);
      }
      all.push(out);
    }
    return all;
  }

  answer(point) {
    return this.outputs(point).at(-1)[0];
  }

  // The loss over all points, and its slope for every parameter.
  lossAndGradient(points, targets, loss = "squared_error") {
    const gradient = new Float64Array(this.parameters.length);
    let total = 0;
    points.forEach((point, n) => {
      // Step 1, forward: keep what every layer puts out, the backward pass needs it.
      const outputs = this.outputs(point);
      // Step 2, the loss, and delta, its slope for the sum that the last neuron squashes.
      const [value, slope] = lossAndDelta(outputs.at(-1)[0], this.sum, targets[n], points.length, loss);
      total += value;
      this.addGradient(gradient, outputs, slope);
    });
    return [total, gradient];
  }

  // Step 3, the weights: input times delta. Step 4, one layer back: delta returns through the weights.
  addGradient(gradient, outputs, slopeOfLast) {
    const slope = ACTIVATIONS[this.activation][1];
    let delta = [slopeOfLast];
    for (let layer = this.sizes.length - 2; layer >= 0; layer--) {
      const n_in = this.sizes[layer], n_out = this.sizes[layer + 1], start = this.starts[layer];
      const given = outputs[layer], before = new Float64Array(n_in);
      for (let j = 0; j < n_out; j++) {
        for (let i = 0; i < n_in; i++) {
          gradient[start + i * n_out + j] += given[i] * delta[j];
          before[i] += this.parameters[start + i * n_out + j] * delta[j];
        }
        gradient[start + n_in * n_out + j] += delta[j];
      }
      delta = before.map((value, i) => value * slope(given[i]));
    }
  }

  // One step of gradient descent; returns the loss before it.
  learn(points, targets, rate, loss) {
    const [value, gradient] = this.lossAndGradient(points, targets, loss);
    for (let i = 0; i < gradient.length; i++) this.parameters[i] -= rate * gradient[i];
    return value;
  }
};

// The share of one point in the loss, and its slope.
function lossAndDelta(answer, sum, target, n, loss) {
  const error = answer - target;
  if (loss === "cross_entropy") {
    // -log(share given to the right answer), from the sum, because the answer rounds to 0 or 1 where it is large.
    const softplus = Math.max(sum, 0) + Math.log1p(Math.exp(-Math.abs(sum)));
    return [(softplus - target * sum) / n, error / n];
  }
  const value = 0.5 * error * error, delta = error * (answer - answer * answer);
  return loss === "mse" ? [(2 / n) * value, (2 / n) * delta] : [value, delta];
}
}
