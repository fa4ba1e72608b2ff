// Chance with a seed: the same numbers as numpy.random.default_rng(seed).random() in Python, to the last bit.
//
// A seed is stirred into 128 bits of state (numpy's SeedSequence); the generator PCG64 multiplies the state, adds a
// constant, and hands out a scrambled half of it. A test compares both.
"use strict";
{
const playground = globalThis.playground = globalThis.playground || {};
const LOW_128 = (1n << 128n) - 1n, LOW_64 = (1n << 64n) - 1n;
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;

// Eight words of 32 bits from a seed below 2**32.
function stir(seed) {
  let constant = 0x43b0d7e5;
  const hash = (value) => {
    value = (value ^ constant) >>> 0;
    constant = Math.imul(constant, 0x931e8875) >>> 0;
    value = Math.imul(value, constant) >>> 0;
    return (value ^ (value >>> 16)) >>> 0;
  };
  const mix = (x, y) => {
    const mixed = (Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y)) >>> 0;
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
  const pool = [seed >>> 0, 0, 0, 0].map(hash);
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) if (from !== to) pool[to] = mix(pool[to], hash(pool[from]));
  }
  let other = 0x8b51f9dd;
  return Array.from({ length: 8 }, (_, i) => {
    let word = (pool[i % 4] ^ other) >>> 0;
    other = Math.imul(other, 0x58f38ded) >>> 0;
    word = Math.imul(word, other) >>> 0;
    return BigInt((word ^ (word >>> 16)) >>> 0);
  });
}

playground.Random = class {
  constructor(seed) {
    const words = stir(seed);
    const pair = (i) => words[2 * i] | (words[2 * i + 1] << 32n);  // the low word comes first
    this.increment = ((((pair(2) << 64n) | pair(3)) << 1n) | 1n) & LOW_128;
    this.state = 0n;
    this.step();
    this.state = (this.state + ((pair(0) << 64n) | pair(1))) & LOW_128;
    this.step();
  }

  step() {
    this.state = (this.state * MULTIPLIER + this.increment) & LOW_128;
  }

  // The next number from 0 to 1, without 1.
  random() {
    this.step();
    const half = (this.state >> 64n) ^ (this.state & LOW_64), turn = this.state >> 122n;
    const bits = ((half >> turn) | (half << (64n - turn))) & LOW_64;
    return Number(bits >> 11n) * 2 ** -53;
  }

  // A number from the normal distribution (Box and Muller); numpy draws its normal numbers another way.
  normal() {
    return Math.sqrt(-2 * Math.log(1 - this.random())) * Math.cos(2 * Math.PI * this.random());
  }
};
}
