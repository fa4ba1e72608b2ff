/* What Sphinx's search lacks here. */
"use strict";

// Opened from a folder, a page may not read other pages: found titles are shown without the sentences below them.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

// The index holds Chinese words of two characters and more; a query is one run of characters. It is cut into the longest
// words that the index has, from left to right: 反向传播算法 becomes 反向, 传播 and 算法.
if (typeof splitQuery !== "undefined") {
  const splitPlainly = splitQuery;

  const cut = (run) => {
    const { terms = {}, titleterms = {} } = Search._index ?? {}, words = [];
    const known = (word) => Object.hasOwn(terms, word) || Object.hasOwn(titleterms, word);
    for (let start = 0; start < run.length;) {
      let end = run.length;
      while (end > start + 1 && !known(run.slice(start, end))) end--;
      if (end > start + 1) words.push(run.slice(start, end));
      start = end;
    }
    return words.length ? words : [run];
  };

  globalThis.splitQuery = (query) => splitPlainly(query).flatMap((term) => {
    const runs = term.match(/\p{Script=Han}+|\P{Script=Han}+/gu) ?? [];
    return runs.flatMap((run) => (/\p{Script=Han}/u.test(run) ? cut(run) : [run]));
  });
}
