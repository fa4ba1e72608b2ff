// Three players of ailiteracy.games in JavaScript: greedy, one-ply and expectimax. A test holds their moves equal.
//
// A max node is a board to move on, worth its best move; a chance node waits for a tile, worth the average over all
// tiles. Every sum is taken in the order of the Python file games/expectimax.py, so that even rounding is the same.
"use strict";
{
const playground = globalThis.playground;
const rules = playground.rules2048;
const { DIRECTIONS, CHANCE_OF_FOUR, slide, same, turned, legalMoves, emptyCells, withTile, rankAt } = rules;

// The formula that judges a row or column, and its weights: see games/expectimax.py.
const ALIVE = 200_000, EMPTY = 700, PAIR = 1_400, DISORDER = 30, CLUTTER = 33;
const HOPELESS = 100_000, ROOM = 2, MAX_FOURS = 1;
const MOST = 2 ** 16 - 4 * 8;  // the tables hold tiles up to 32,768; the tiles of a board add up to less

const SCORES = Float64Array.from({ length: rules.N_ROWS }, (_, row) => lineScore(rules.ranksOf(row)));

function lineScore(ranks) {
  let n_empty = 0, n_pairs = 0, rises = 0, falls = 0, clutter = 0;
  for (let i = 0; i < 4; i++) {
    n_empty += ranks[i] === 0 ? 1 : 0;
    clutter += ranks[i] ** 3;
    if (i === 3) break;
    n_pairs += ranks[i] === ranks[i + 1] && ranks[i] > 0 ? 1 : 0;
    const step = ranks[i + 1] ** 4 - ranks[i] ** 4;
    rises += Math.max(step, 0);
    falls += Math.max(-step, 0);
  }
  // A tidy line only rises or only falls: the smaller sum is charged.
  return ALIVE + EMPTY * n_empty + PAIR * n_pairs - DISORDER * Math.min(rises, falls) - CLUTTER * clutter;
}

function evaluate(board) {
  const columns = turned(board);
  let sum = 0;
  for (let i = 0; i < 4; i++) sum += SCORES[board[i]] + SCORES[columns[i]];
  return sum;
}

function afterMoves(board) {
  const boards = [];
  for (let direction = 0; direction < 4; direction++) {
    const after = slide(board, direction);
    if (!same(after, board)) boards.push(after);
  }
  return boards;
}

let memory = new Map();  // boards that were judged before in this search

function maxNode(board, depth, fours) {
  let boards = afterMoves(board);
  if (depth > 0 && emptyCells(board).length >= ROOM) {  // hopeless moves are not followed where there is room
    const looks = boards.map(evaluate), best = Math.max(...looks);
    boards = boards.filter((_, i) => looks[i] >= best - HOPELESS);
  }
  let value = 0;  // a lost board
  for (const after of boards) value = Math.max(value, chanceNode(after, depth, fours));
  return value;
}

function chanceNode(board, depth, fours) {
  if (depth === 0) return Math.max(0, evaluate(board));
  // A board and its depth take more than the 53 bits of a number: three rows name a small map, the rest a place in it.
  const key = board[0] * 2 ** 32 + board[1] * 2 ** 16 + board[2], place = board[3] * 16 + depth * 2 + fours;
  let known = memory.get(key);
  if (known === undefined) memory.set(key, known = new Map());
  const kept = known.get(place);
  if (kept !== undefined) return kept;
  const empty = emptyCells(board);
  let afterTwo = 0, afterFour = 0;
  for (const cell of empty) {
    afterTwo += maxNode(withTile(board, cell, 1), depth - 1, fours);
    if (fours) afterFour += maxNode(withTile(board, cell, 2), depth - 1, fours - 1);
  }
  const value = fours ? ((1 - CHANCE_OF_FOUR) * afterTwo + CHANCE_OF_FOUR * afterFour) / empty.length : afterTwo / empty.length;
  known.set(place, value);
  return value;
}

// How many tiles ahead a board deserves: more where it is crowded.
function searchDepth(board) {
  const ranks = new Set(Array.from({ length: 16 }, (_, cell) => rankAt(board, cell)));
  ranks.delete(0);
  const n_empty = emptyCells(board).length;
  if (ranks.size <= 5) return 2;
  return n_empty === 0 ? 5 : n_empty <= 5 ? 4 : 3;
}

// The formula of the one-ply player: room, the largest tile in a corner, ordered rows and columns.
function simpleValue(board) {
  const values = rules.valuesOf(board), largest = Math.max(...values);
  const corner = [0, 3, 12, 15].some((cell) => values[cell] === largest) ? 100 * largest : 0;
  let ordered = 0;
  for (let n = 0; n < 4; n++) {
    for (const cells of [[0, 1, 2, 3].map((i) => 4 * n + i), [0, 1, 2, 3].map((i) => 4 * i + n)]) {
      const line = cells.map((cell) => values[cell]), pairs = [0, 1, 2];
      if (pairs.every((i) => line[i + 1] >= line[i]) || pairs.every((i) => line[i + 1] <= line[i])) {
        ordered += line.reduce((sum, tile) => sum + tile, 0);
      }
    }
  }
  return 1_000 * emptyCells(board).length + corner + ordered;
}

function average(board) {
  const empty = emptyCells(board);
  let afterTwo = 0, afterFour = 0;
  for (const cell of empty) {
    afterTwo += simpleValue(withTile(board, cell, 1));
    afterFour += simpleValue(withTile(board, cell, 2));
  }
  return ((1 - CHANCE_OF_FOUR) * afterTwo + CHANCE_OF_FOUR * afterFour) / empty.length;
}

const JUDGES = {
  greedy: (after) => emptyCells(after).length,
  "one-ply": average,
  expectimax: (after, depth) => chanceNode(after, depth, MAX_FOURS),
};

// What a player holds each legal direction to be worth: [[direction, value], ...].
function moveValues(board, player) {
  memory = new Map();
  const depth = searchDepth(board);
  const values = legalMoves(board).map((direction) => [DIRECTIONS[direction], JUDGES[player](slide(board, direction), depth)]);
  memory = new Map();  // a search may remember a hundred thousand boards
  return values;
}

const isTooLarge = (board) => rules.valuesOf(board).reduce((sum, tile) => sum + tile, 0) >= MOST;

// The direction with the largest value, the first of equals; null when there is none.
function bestOf(values) {
  let best = null;
  for (const [direction, value] of values) {
    if (best === null || value > best[1]) best = [direction, value];
  }
  return best && best[0];
}

// The direction that a player chooses; null when the game is over or the tiles are too large.
const chooseMove = (board, player) => (isTooLarge(board) ? null : bestOf(moveValues(board, player)));

playground.players2048 = { bestOf, chooseMove, isTooLarge, moveValues, names: Object.keys(JUDGES) };
}
