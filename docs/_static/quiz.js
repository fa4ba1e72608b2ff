// Quizzes in the page: judges answers, keeps them in this browser, exports and imports them as JSON.
//
// The questions are form fields that ../_ext/quiz.py writes; the key to each stands in its data-key. `judge` does what
// ailiteracy.quiz.grade does. The file that is exported has the form that ailiteracy.quiz.grade_file reads.
"use strict";

(() => {
  const KEY = "ailiteracy.quiz.v1";
  const FORMAT = "ailiteracy-quiz";
  const VERSION = 1;
  const MOST_BYTES = 5_000_000;

  // How near an answer of several parts is, by kind of question.
  const NEAR = {
    several: (parts) => say("Not yet: {right} of {all} options are right.", parts),
    match: (parts) => say("Not yet: {right} of {all} pairs are right.", parts),
    order: (parts) => say("Not yet: {right} of {all} places are right.", parts),
    blanks: (parts) => say("Not yet: {right} of {all} blanks are right.", parts),
  };

  // ---- what was answered ----------------------------------------------------------------------------------------

  const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

  // Return answers with fields of the right types, whoever edited them; `known` says which names may stay.
  function mended(content, known = () => true) {
    const state = { answers: Object.create(null), done: [] };
    for (const [name, entry] of Object.entries(isObject(content?.answers) ? content.answers : {})) {
      if (!isObject(entry) || !("answer" in entry) || !known(name)) continue;
      const tries = Number.isInteger(entry.tries) && entry.tries > 0 ? entry.tries : 1;
      state.answers[name] = { answer: entry.answer, right: entry.right === true, tries, first_try: entry.first_try === true };
    }
    if (Array.isArray(content?.done)) state.done = [...new Set(content.done.filter((name) => typeof name === "string"))];
    return state;
  }

  let unkept = null; // what the browser would not keep: it counts until the page is left

  function read() {
    if (unkept) return mended(unkept);
    try {
      return mended(JSON.parse(localStorage.getItem(KEY)));
    } catch {
      return mended(null); // no storage, or text that is no JSON: begin anew
    }
  }

  // Return whether the browser could keep it.
  function keep(state) {
    try {
      localStorage.setItem(KEY, JSON.stringify({ version: VERSION, ...state }));
      unkept = null;
      return !localStorage.forgets;
    } catch {
      unkept = state;
      return false;
    }
  }

  // ---- right or not ---------------------------------------------------------------------------------------------

  const bare = (code) => code.replace(/\s/g, "").replaceAll("'", '"');

  // "2,048", "2 048" and "2_048" are 2048, "0,5" is a half and "0,125" an eighth; NaN for what is no number.
  function readNumber(text) {
    let plain = text.normalize("NFKC").replace(/[\s_]/g, ""); // full-width digits and commas too
    plain = /^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/.test(plain) ? plain.replaceAll(",", "") : plain.replaceAll(",", ".");
    return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : NaN;
  }

  // What a number can mean: "1,667" is 1667, and may be a little below 2.
  function readings(typed) {
    const text = typed.normalize("NFKC");
    const decimal = text.split(",").length === 2 && !text.includes(".");
    return decimal ? [readNumber(text), readNumber(text.replace(",", "."))] : [readNumber(text)];
  }

  // Return for each part of an answer whether it is right.
  function judge(key, answer, options) {
    const places = () => key.answer.map((right, place) => answer[place] === right);
    switch (key.kind) {
      case "choice": return [answer === key.answer];
      case "several": return options.map((option) => answer.includes(option) === key.answer.includes(option));
      case "number": return [readings(answer).some((number) => Math.abs(number - key.answer) <= key.tolerance * (1 + 1e-9) + 1e-12)];
      case "blanks": return key.answer.map((ways, blank) => ways.map(bare).includes(bare(answer[blank])));
      default: return places(); // match, order
    }
  }

  // Return the answer that the fields show, or a sentence that says what is missing.
  function collect(item, key) {
    const all = (selector) => [...item.querySelectorAll(selector)];
    if (key.kind === "choice" || key.kind === "several") {
      const ticked = all("input:checked").map((box) => box.value);
      if (!ticked.length) return { missing: say("Choose an answer first.") };
      return { answer: key.kind === "choice" ? ticked[0] : ticked };
    }
    if (key.kind === "match" || key.kind === "order") {
      const selects = all("select");
      if (selects.some((select) => !select.value)) return { missing: say("Choose something in every line first.") };
      if (key.kind === "match") return { answer: selects.map((select) => select.value) };
      const answer = Array(selects.length);
      for (const select of selects) answer[select.value - 1] = select.dataset.line;
      return Object.keys(answer).length < selects.length ? { missing: say("Give each line a place of its own.") } : { answer };
    }
    const texts = all("input[type=text]").map((field) => field.value.trim());
    if (texts.some((text) => !text)) return { missing: say("Write something first.") };
    if (key.kind === "number" && !Number.isFinite(readNumber(texts[0]))) return { missing: say("Write digits, for example 0.5.") };
    return { answer: key.kind === "number" ? texts[0] : texts };
  }

  // ---- small helpers --------------------------------------------------------------------------------------------

  function make(name, properties = {}, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  function button(text, action) {
    const made = make("button", { type: "button", className: "quiz-button", textContent: text });
    made.addEventListener("click", action);
    return made;
  }

  function liveLine(className) {
    const line = make("p", { className });
    line.setAttribute("role", "status"); // screen readers say what is written into it
    return line;
  }

  // ---- a quiz in a page -----------------------------------------------------------------------------------------

  function setUpQuiz(quiz) {
    const items = [...quiz.querySelectorAll(".quiz-item")];
    const score = make("p", { className: "quiz-score" });
    const showScore = () => {
      const { answers } = read();
      const given = items.map((item) => answers[item.dataset.item]).filter(Boolean);
      const right = given.filter((entry) => entry.right).length;
      score.textContent = say("{right} right of {all}, {n} answered.", { right, all: items.length, n: given.length });
    };
    if (items.length > 1) quiz.prepend(score);
    const shown = [...items.map((item) => setUpItem(item, showScore)), showScore];
    showScore();
    const showAll = () => shown.forEach((show) => show());
    // Another tab may have answered, imported or forgotten.
    addEventListener("storage", showAll);
    addEventListener("pageshow", (event) => { if (event.persisted) showAll(); });
  }

  function setUpItem(item, showScore) {
    const key = JSON.parse(item.dataset.key);
    const status = liveLine("quiz-feedback");
    const solution = item.querySelector("details");
    const check = () => {
      const { answer, missing } = collect(item, key);
      if (missing) {
        status.textContent = missing;
        return;
      }
      const parts = judge(key, answer, [...item.querySelectorAll("input")].map((box) => box.value));
      const nRight = parts.filter(Boolean).length;
      const right = nRight === parts.length;
      const near = parts.length > 1 ? NEAR[key.kind]({ right: nRight, all: parts.length }) : say("Not yet.");
      status.textContent = right ? say("Right.") : `${near} ${say("Try again, or unfold the answer.")}`;
      item.dataset.state = right ? "right" : "wrong";
      if (right) solution.open = true;
      if (!note(item.dataset.item, answer, right)) status.textContent += ` (${say("This browser does not keep it.")})`;
      showScore();
    };
    solution.before(make("div", { className: "quiz-check" }, button(say("Check"), check), status));
    item.addEventListener("keydown", (event) => {
      // An Enter that ends a composition of letters, as for Chinese, is no answer.
      if (event.key === "Enter" && !event.isComposing && event.keyCode !== 229 && event.target.matches("input[type=text]")) check();
    });
    const showBefore = () => {
      const before = read().answers[item.dataset.item];
      if (before) {
        item.dataset.state = before.right ? "right" : "wrong";
        status.textContent = before.right ? say("Right, on an earlier visit.") : say("Not right yet, on an earlier visit.");
      } else {
        delete item.dataset.state;
        status.textContent = "";
      }
    };
    showBefore();
    return showBefore;
  }

  function note(name, answer, right) {
    const state = read();
    const before = state.answers[name];
    const first_try = before ? before.first_try : right;
    state.answers[name] = { answer, right, tries: (before?.tries ?? 0) + 1, first_try };
    return keep(state);
  }

  // ---- boxes to tick, on the pages of exercises and of progress ---------------------------------------------------

  // Let the boxes keep what is ticked; `after` is called with what there is to say, nothing when all is well.
  function setUpBoxes(boxes, after) {
    for (const box of boxes) {
      box.disabled = false;
      box.addEventListener("change", () => {
        const state = read();
        state.done = state.done.filter((name) => name !== box.dataset.done);
        if (box.checked) state.done.push(box.dataset.done);
        after(keep(state) ? "" : say("This browser does not keep it."));
      });
    }
  }

  function showBoxes(boxes) {
    const { done } = read();
    for (const box of boxes) box.checked = done.includes(box.dataset.done);
  }

  function setUpExercise(exercise) {
    const boxes = [...exercise.querySelectorAll("[data-done]")], status = liveLine("quiz-feedback");
    const tick = exercise.querySelector(".exercise-done");
    setUpBoxes(boxes, (words) => { status.textContent = words; });
    tick.after(status);
    tick.hidden = false;
    showBoxes(boxes);
    // Another tab of this browser may have the page of progress open.
    addEventListener("storage", () => showBoxes(boxes));
    addEventListener("pageshow", () => showBoxes(boxes)); // back on a page that the browser kept as it was
  }

  // ---- the page of progress -------------------------------------------------------------------------------------

  function setUpProgress(page) {
    const cells = [...page.querySelectorAll("[data-names]")];
    const subjects = [...page.querySelectorAll("[data-exercises]")];
    const boxes = [...page.querySelectorAll("[data-done]")];
    const known = {
      questions: new Set(cells.flatMap((cell) => JSON.parse(cell.dataset.names))),
      exercises: new Set(boxes.map((box) => box.dataset.done)),
    };
    const status = page.querySelector(".quiz-status");
    const show = () => {
      const state = read();
      for (const cell of cells) {
        const all = JSON.parse(cell.dataset.names);
        const given = all.map((name) => state.answers[name]).filter(Boolean);
        const right = given.filter((entry) => entry.right).length;
        cell.textContent = say("{right} right of {all}, {n} answered", { right, all: all.length, n: given.length });
      }
      for (const cell of subjects) {
        const all = JSON.parse(cell.dataset.exercises), n = all.filter((name) => state.done.includes(name)).length;
        cell.textContent = say("{n} of {all} solved", { n, all: all.length });
      }
      showBoxes(boxes);
    };
    setUpBoxes(boxes, (words) => { status.textContent = words; if (!words) show(); });
    status.before(tools(page.dataset.package, known, status, show));
    show();
    addEventListener("storage", show);
    addEventListener("pageshow", show);
  }

  function tools(version, known, status, show) {
    const learner = make("input", { type: "text", id: "quiz-learner", size: 20, maxLength: 100, autocomplete: "name" });
    const file = make("input", { type: "file", id: "quiz-file", accept: ".json,application/json" });
    file.addEventListener("change", async () => {
      if (file.files.length) status.textContent = await takeOver(file.files[0], known);
      file.value = ""; // the same file may be chosen again
      show();
    });
    const reset = () => {
      if (!confirm(say("Forget all answers and ticks that are kept in this browser?"))) return;
      status.textContent = keep(mended(null)) ? say("All answers are forgotten.") : say("This browser keeps nothing.");
      show();
    };
    const label = (text, field) => make("label", { htmlFor: field.id, textContent: text });
    return make(
      "div", { className: "quiz-tools" },
      make("div", {}, label(say("Name in the file (may be empty)"), learner), learner,
        button(say("Export"), () => { status.textContent = download(version, learner.value.trim()); })),
      make("div", {}, label(say("Import a file"), file), file),
      make("div", {}, button(say("Forget everything"), reset)),
    );
  }

  function download(version, learner) {
    const { answers, done } = read();
    const content = { format: FORMAT, version: VERSION, package: version, learner, answers, done };
    const url = URL.createObjectURL(new Blob([JSON.stringify(content, null, 1)], { type: "application/json" }));
    make("a", { href: url, download: "ailiteracy-quiz.json" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
    const counts = { n: Object.keys(answers).length, ticks: done.length };
    return say("Exported to ailiteracy-quiz.json: {n} answers, {ticks} exercises.", counts);
  }

  // Whether an answer from a file replaces the one that is here: a right one that is here stays.
  const isBetter = (entry, own) => !own || (entry.right && !own.right) || (entry.right === own.right && entry.tries >= own.tries);

  // Add the answers of a file to those that are here; return what happened in a sentence.
  async function takeOver(file, known) {
    const other = say("{file} is no export of this site: nothing was changed.", { file: file.name });
    if (file.size > MOST_BYTES) return other;
    let content;
    try {
      content = JSON.parse((await file.text()).replace(/^\uFEFF/, ""));
    } catch {
      return other;
    }
    if (!isObject(content) || content.format !== FORMAT || !isObject(content.answers)) return other;
    const newer = say("{file} comes from another version of this site: nothing was changed.", { file: file.name });
    if (content.version !== VERSION) return newer;
    const given = mended(content, (name) => known.questions.has(name));
    const ticked = given.done.filter((name) => known.exercises.has(name));
    const state = read();
    for (const [name, entry] of Object.entries(given.answers)) {
      if (isBetter(entry, state.answers[name])) state.answers[name] = entry;
    }
    state.done = [...new Set([...state.done, ...ticked])];
    const n = Object.keys(given.answers).length;
    const left = Object.keys(content.answers).length - n + given.done.length - ticked.length;
    if (!keep(state)) return say("This browser could not keep them: nothing was changed.");
    const taken = say("Taken over: {n} answers, {ticks} exercises.", { n, ticks: ticked.length });
    return left ? `${taken} ${say("Left out, because they are not on this site: {left}.", { left })}` : taken;
  }

  for (const quiz of document.querySelectorAll(".quiz")) setUpQuiz(quiz);
  for (const exercise of document.querySelectorAll(".exercise")) setUpExercise(exercise);
  for (const page of document.querySelectorAll(".quiz-progress")) setUpProgress(page);
})();
