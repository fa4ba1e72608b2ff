// The forward pass of ailiteracy.nlp.GPT, with the attention weights that it computes on the way.
//
// A row of vectors is an array of arrays: (T, width).
"use strict";
{
const playground = globalThis.playground = globalThis.playground || {};
const EPS = 1e-5;  // of the normalisation

const add = (x, y) => x.map((row, t) => row.map((value, i) => value + y[t][i]));
const gelu = (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));

function dot(x, y, from = 0) {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[from + i];
  return sum;
}

playground.LanguageModel = class {
  constructor(packed) {
    this.tensors = playground.unpackTensors(packed);
    [this.nHeads, this.nLayers, this.context] = [packed.n_heads, packed.n_layers, packed.context];
    this.width = this.tensors["place_vectors.weight"].shape[1];
  }

  // Each vector times a matrix, plus a bias.
  linear(x, name) {
    const weight = this.tensors[`${name}.weight`], bias = this.tensors[`${name}.bias`], [n_out, n_in] = weight.shape;
    return x.map((row) => Array.from({ length: n_out }, (_, o) => bias[o] + dot(row, weight, o * n_in)));
  }

  // Each vector moved to mean 0 and stretched to variance 1, then as training wanted it.
  norm(x, name) {
    const scale = this.tensors[`${name}.weight`], shift = this.tensors[`${name}.bias`];
    return x.map((row) => {
      const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
      const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
      return row.map((value, i) => ((value - mean) / Math.sqrt(variance + EPS)) * scale[i] + shift[i]);
    });
  }

  // Every token gathers from itself and those before it; returns what it gathered, and how much from which.
  attention(x, name) {
    const parts = this.linear(x, `${name}.qkv`), size = this.width / this.nHeads, T = x.length;  // queries, keys, values
    const mixed = x.map(() => new Array(this.width).fill(0)), weights = [];
    for (let head = 0; head < this.nHeads; head++) {
      const of = (t, part) => parts[t].slice(part * this.width + head * size, part * this.width + (head + 1) * size);
      const queries = x.map((_, t) => of(t, 0)), keys = x.map((_, t) => of(t, 1)), values = x.map((_, t) => of(t, 2));
      weights.push(queries.map((query, t) => {
        const shares = playground.softmax(keys.slice(0, t + 1).map((key) => dot(query, key) / Math.sqrt(size)));
        shares.forEach((share, s) => values[s].forEach((value, i) => { mixed[t][head * size + i] += share * value; }));
        return [...shares, ...new Array(T - t - 1).fill(0)];  // nothing from later tokens
      }));
    }
    return [this.linear(mixed, `${name}.output`), weights];
  }

  // The weights of each layer and head (T, T), and the probability of every next token after the last.
  read(ids) {
    const { tensors, width } = this, vector = (name, i) => tensors[name].subarray(i * width, (i + 1) * width);
    let x = ids.map((id, t) => Array.from(vector("token_vectors.weight", id), (value, i) => value + vector("place_vectors.weight", t)[i]));
    const weights = [];
    for (let layer = 0; layer < this.nLayers; layer++) {
      const name = `blocks.${layer}`, [gathered, taken] = this.attention(this.norm(x, `${name}.norm1`), `${name}.attention`);
      weights.push(taken);
      x = add(x, gathered);
      const hidden = this.linear(this.norm(x, `${name}.norm2`), `${name}.feed_forward.widen`).map((row) => row.map(gelu));
      x = add(x, this.linear(hidden, `${name}.feed_forward.narrow`));
    }
    const last = this.norm(x.slice(-1), "norm")[0], vectors = tensors["token_vectors.weight"];
    const logits = Array.from({ length: vectors.shape[0] }, (_, id) => dot(last, vectors, id * width));
    return { weights, probabilities: playground.softmax(logits) };
  }
};
}
