/* say("{n} right.", {n: 3}): a text in the language of the page, with values filled in. The translations stand in
   site-words.js, which ../_ext/words.py writes from a catalogue; a text without one is said as it is. */
"use strict";
globalThis.say = (text, values = {}) => {
  const words = globalThis.siteWords ?? {}, said = Object.hasOwn(words, text) ? words[text] : text;
  return said.replace(/\{(\w+)\}/g, (place, name) => (Object.hasOwn(values, name) ? String(values[name]) : place));
};
