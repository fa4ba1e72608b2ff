// Byte-pair encoding as ailiteracy.nlp.BytePairTokenizer does it: the same ids, a test holds them equal.
//
// Cut the text into words, each word into bytes, then merge neighbours; the pair that was learned first goes first.
"use strict";
{
const playground = globalThis.playground = globalThis.playground || {};

// What Python takes for a space: JavaScript's \s has one more (U+FEFF) and lacks one (U+0085).
const SPACE = "\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
// GPT-2's rule: merges never cross the border of a word. A word takes the space before it along.
const WORD = new RegExp("'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+"
  + `| ?[^${SPACE}\\p{L}\\p{N}]+|[${SPACE}]+(?![^${SPACE}])|[${SPACE}]+`, "gu");
const MANY = 65_536;  // more than there are ids

// The ids with the pair replaced by `merged`, from left to right.
function mergePair(ids, left, right, merged) {
  const out = [];
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] === left && ids[i + 1] === right) {
      out.push(merged);
      i++;
    } else out.push(ids[i]);
  }
  return out;
}

playground.Pieces = class {
  constructor(merges) {
    this.ranks = new Map(merges.map(([left, right], k) => [left * MANY + right, 256 + k]));
    // Spell out every piece: byte by byte, then each merge as its left part and its right part.
    this.bytes = Array.from({ length: 256 }, (_, byte) => [byte]);
    for (const [left, right] of merges) this.bytes.push([...this.bytes[left], ...this.bytes[right]]);
  }

  cutWord(word) {
    let ids = Array.from(new TextEncoder().encode(word));
    while (ids.length > 1) {
      let best = Infinity, place = -1;
      for (let i = 0; i + 1 < ids.length; i++) {
        const rank = this.ranks.get(ids[i] * MANY + ids[i + 1]);
        if (rank !== undefined && rank < best) [best, place] = [rank, i];
      }
      if (place < 0) break;
      ids = mergePair(ids, ids[place], ids[place + 1], best);
    }
    return ids;
  }

  // Any text; half of a pair of surrogates, which no text should hold, counts as U+FFFD.
  encode(text) {
    return Array.from(text.toWellFormed ? text.toWellFormed().matchAll(WORD) : text.matchAll(WORD)).flatMap(([word]) => this.cutWord(word));
  }

  // A piece as text; part of a character as its bytes.
  spell(id) {
    if (id >= this.bytes.length) return "the end";
    const bytes = this.bytes[id];
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
    } catch {
      return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    }
  }
};
}
