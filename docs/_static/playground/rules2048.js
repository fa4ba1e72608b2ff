// The rules of 2048 on four rows of 16 bits, four bits a tile: its rank, 0 for an empty cell, 1 for 2, 2 for 4 ...
//
// All moves of a row are worked out once for all 65,536 rows; after that a move is four looks into a table.
"use strict";
{
const playground = globalThis.playground = globalThis.playground || {};
const DIRECTIONS = ["left", "right", "up", "down"];
const CHANCE_OF_FOUR = 0.1;
const N_ROWS = 65_536;

const LEFT = new Uint16Array(N_ROWS), RIGHT = new Uint16Array(N_ROWS), POINTS = new Float64Array(N_ROWS);

const ranksOf = (row) => [row >> 12, (row >> 8) & 15, (row >> 4) & 15, row & 15];
const packed = (ranks) => (ranks[0] << 12) | (ranks[1] << 8) | (ranks[2] << 4) | ranks[3];

// Squeeze the gaps out, merge each pair once, fill up with empty cells.
function slideRow(ranks) {
  const tiles = ranks.filter((rank) => rank > 0), slid = [];
  let points = 0;
  while (tiles.length) {
    let rank = tiles.shift();
    if (tiles[0] === rank && rank < 15) {  // four bits hold no rank above 15, the tile 32,768
      tiles.shift();
      rank++;
      points += 2 ** rank;
    }
    slid.push(rank);
  }
  return [[...slid, 0, 0, 0, 0].slice(0, 4), points];
}

for (let row = 0; row < N_ROWS; row++) {
  const ranks = ranksOf(row), [slid, points] = slideRow(ranks);
  LEFT[row] = packed(slid);
  POINTS[row] = points;  // sliding right merges the same pairs' worth
  RIGHT[row] = packed(slideRow(ranks.reverse())[0].reverse());
}

// Rows become columns.
function turned([a, b, c, d]) {
  const column = (shift) => ((a >> shift) & 15) << 12 | ((b >> shift) & 15) << 8 | ((c >> shift) & 15) << 4 | (d >> shift) & 15;
  return [column(12), column(8), column(4), column(0)];
}

// The board after a move; direction is 0 to 3 in the order of DIRECTIONS. The same board when the move is not legal.
function slide(board, direction) {
  const table = direction % 2 ? RIGHT : LEFT, lines = direction < 2 ? board : turned(board);
  const slid = [table[lines[0]], table[lines[1]], table[lines[2]], table[lines[3]]];
  return direction < 2 ? slid : turned(slid);
}

const same = (one, other) => one[0] === other[0] && one[1] === other[1] && one[2] === other[2] && one[3] === other[3];

function pointsOf(board, direction) {
  return (direction < 2 ? board : turned(board)).reduce((sum, line) => sum + POINTS[line], 0);
}

function legalMoves(board) {
  return [0, 1, 2, 3].filter((direction) => !same(board, slide(board, direction)));
}

// The numbers of the empty cells in reading order.
function emptyCells(board) {
  const cells = [];
  for (let cell = 0; cell < 16; cell++) if (rankAt(board, cell) === 0) cells.push(cell);
  return cells;
}

const rankAt = (board, cell) => (board[cell >> 2] >> (12 - 4 * (cell & 3))) & 15;

function withTile(board, cell, rank) {
  const after = board.slice();
  after[cell >> 2] |= rank << (12 - 4 * (cell & 3));
  return after;
}

// The next tile as games.add_tile draws it: two numbers, first where, then what.
function drawTile(board, random) {
  const where = random.random(), what = random.random(), empty = emptyCells(board);
  return [empty[Math.floor(where * empty.length)], what < CHANCE_OF_FOUR ? 2 : 1];
}

// Sixteen tile values in reading order, and back.
const valuesOf = (board) => Array.from({ length: 16 }, (_, cell) => rankAt(board, cell)).map((rank) => (rank ? 2 ** rank : 0));
const fromValues = (values) => [0, 4, 8, 12].map((i) => packed(values.slice(i, i + 4).map((tile) => (tile ? Math.log2(tile) : 0))));

playground.rules2048 = {
  DIRECTIONS, CHANCE_OF_FOUR, N_ROWS, ranksOf, turned, slide, same, pointsOf, legalMoves, emptyCells, rankAt, withTile,
  drawTile, valuesOf, fromValues,
};
}
