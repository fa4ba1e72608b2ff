"""The directives `quiz` and `quiz-progress`: questions of `ailiteracy.quiz` as form fields, and what was answered.

`{quiz} tensors` shows all questions of a subject, `{quiz} tensors-chunk` one of them. Without a script the questions
and the folded answers read well; `_static/quiz.js` adds the buttons, judges, and keeps the progress in the browser.

A page in another language shows the translated bank. The fields and the key hold the bank's own words in every
language, so that answers are judged, kept and exported the same way.
"""

import html
import json
import pathlib

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from words import sayer

import ailiteracy
from ailiteracy import check, quiz
from ailiteracy._support.language import FOLDER
from ailiteracy.check.bank import shown as shown_task
from ailiteracy.quiz.items import BLANK, SUBJECTS, find_item, shown


def hints(say):
    """Return what to do, for each kind of question."""
    return {
        "choice": say("One answer is right."),
        "several": say("Several answers may be right."),
        "match": say("Choose for each line what belongs to it."),
        "order": say("Choose a place for each line."),
        "blanks": say("Fill in the blanks."),
        "number": say("Write a number."),
    }


class tag(nodes.General, nodes.Element):  # noqa: N801 - docutils' nodes have lower-case names
    """An HTML element around other nodes: `name` is the element, `html` its attributes."""


def open_tag(self, node):
    attributes = "".join(f' {key}="{html.escape(value)}"' for key, value in node["html"].items())
    self.body.append(f"<{node['name']}{attributes}>")


def close_tag(self, node):
    if node["name"] != "input":  # the one that holds nothing and is not closed
        self.body.append(f"</{node['name']}>\n")


def ignore(self, node):
    """Builders that make no web pages show the text of the questions."""


def element(element_name, *children, **attributes):
    """Return a tag; a trailing underscore keeps Python's own words apart, another one is a hyphen."""
    made = tag("", *children, name=element_name)
    made["html"] = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
    return made


def raw(text):
    return nodes.raw("", text, format="html")


class QuizDirective(SphinxDirective):
    """Writes the questions of a subject, or one question."""

    required_arguments = 1

    def run(self):
        self.say = sayer(self.config.language)
        name = self.arguments[0]
        items = quiz.load_quiz(name) if name in SUBJECTS else [find_item(name)]
        for used in ("items", "grading"):
            self.env.note_dependency(str(pathlib.Path(quiz.__file__).with_name(f"{used}.py")))
        note_catalogue(self)
        for subject in {item.subject for item in items}:
            self.env.note_dependency(str(pathlib.Path(quiz.__file__).parent / "bank" / f"{subject}.toml"))
        questions = [self.question(item) for item in items]
        return [element("div", *questions, class_="quiz", data_package=ailiteracy.__version__)]

    def question(self, item):
        self.shown = said = shown(item, self.config.language)
        key = {"kind": item.kind, "answer": item.answer, "tolerance": item.tolerance}
        legend = element("legend", *self.inline(said.question))
        hint = nodes.Text(f"{hints(self.say)[item.kind]} ({self.say(item.level)})")
        hint = element("p", hint, class_="quiz-hint", id=f"{item.name}-hint")
        fields = getattr(self, item.kind)(item)
        return element(
            "fieldset", legend, hint, *fields, self.solution(item),
            class_="quiz-item", id=item.name, data_item=item.name, data_key=json.dumps(key, ensure_ascii=False),
            aria_describedby=f"{item.name}-hint",
        )  # fmt: skip

    def choice(self, item, kind="radio"):
        rows = []
        for number, (option, words) in enumerate(zip(item.options, self.shown.options, strict=True)):
            box = element("input", type=kind, name=item.name, value=option, id=f"{item.name}-{number}")
            label = element("label", *self.inline(words), for_=f"{item.name}-{number}")
            rows.append(element("div", box, label, class_="quiz-option"))
        return rows

    def several(self, item):
        return self.choice(item, "checkbox")

    def match(self, item):
        lines = zip(item.left, self.shown.left, strict=True)
        return self.selects(item, lines, zip(item.options, self.shown.options, strict=True))

    def order(self, item):
        places = [str(place) for place in range(1, len(item.options) + 1)]
        return self.selects(item, zip(item.options, self.shown.options, strict=True), zip(places, places, strict=True))

    def selects(self, item, lines, choices):
        """Return a line with a list to choose from for each text; lists work with keys and screen readers.

        Lines and choices are pairs: the bank's words, and those to show.
        """
        options = [("", "..."), *((choice, words.replace("`", "")) for choice, words in choices)]
        rows = []
        for number, (line, words) in enumerate(lines):
            name = f"{item.name}-{number}"
            label = element("label", *self.inline(words), for_=name)
            shown = [element("option", nodes.Text(text), value=value) for value, text in options]
            select = element("select", *shown, id=name, data_line=line)
            rows.append(element("div", label, select, class_="quiz-pair"))
        return rows

    def blanks(self, item):
        pieces = [html.escape(piece) for piece in item.code.split(BLANK)]
        code = pieces[0]
        for number, piece in enumerate(pieces[1:], 1):
            label = html.escape(self.say("blank {n} of {all}", n=number, all=len(pieces) - 1))
            size = max(6, len(item.answer[number - 1][0]) + 2)
            code += f'<input type="text" aria-label="{label}" size="{size}" autocomplete="off" autocapitalize="off" '
            code += f'spellcheck="false">{piece}'
        return [raw(f'<pre class="quiz-code" tabindex="0">{code}</pre>')]

    def number(self, item):
        label = element("label", nodes.Text(self.say("Your number")), for_=f"{item.name}-0")
        field = raw(f'<input type="text" inputmode="decimal" id="{item.name}-0" size="12" autocomplete="off">')
        return [element("div", label, field, class_="quiz-number")]

    def solution(self, item):
        """Return the answer, why it is right, and what to read, folded away."""
        lesson = f"/auto_gallery/{item.lesson}" if "/plot_" in item.lesson else f"/{item.lesson}"
        read = self.say("The lesson:")
        why = self.text(f"{self.shown.explanation}\n\n{read} {{doc}}`{lesson}`")
        summary = element("summary", nodes.Text(self.say("Answer")))
        return element("details", summary, *self.key(self.shown), *why, class_="quiz-answer")

    def key(self, item):
        if item.kind == "choice":
            return self.text(item.answer)
        if item.kind == "number":
            return self.text(f"{item.answer:,}")
        if item.kind == "blanks":
            return self.text(self.say("Blanks:") + " " + ", ".join(f"`{ways[0]}`" for ways in item.answer))
        rows = item.answer
        if item.kind == "match":
            rows = [f"{left}: {right}" for left, right in zip(item.left, item.answer, strict=True)]
        mark = "1." if item.kind == "order" else "-"
        return self.text("\n".join(f"{mark} {row}" for row in rows))

    def text(self, markdown):
        return self.parse_text_to_nodes(markdown)

    def inline(self, markdown):
        return self.parse_inline(" ".join(markdown.split()))[0]


def note_catalogue(directive):
    """Have the page written anew when a translation changes."""
    for path in FOLDER.glob(f"{directive.config.language}/LC_MESSAGES/*.mo"):
        directive.env.note_dependency(str(path))


class ProgressDirective(SphinxDirective):
    """Writes the tables of quizzes and exercises; the script fills in what was done."""

    def run(self):
        self.say = say = sayer(self.config.language)
        quizzes = "".join(self.quiz_row(subject, title) for subject, title in SUBJECTS.items())
        tasks = [shown_task(check.exercise(name), self.config.language) for name in check.exercises()]
        note_catalogue(self)
        subjects = dict.fromkeys(task.subject for task in tasks)
        exercises = "".join(self.exercise_row(subject, tasks) for subject in subjects)
        off = say("Your answers are kept by a script in this browser; scripts are switched off.")
        text = TABLE.format(title=say("Quizzes"), subject=say("Subject"), state=say("State"), rows=quizzes)
        text += f'<noscript><p>{off}</p></noscript>\n<p class="quiz-status" role="status" aria-live="polite"></p>\n'
        text += TABLE.format(title=say("Exercises"), subject=say("Subject"), state=say("State"), rows=exercises)
        listed = "".join(self.tick(task) for task in tasks)
        summary = say("All exercises: tick what you have solved")
        text += f'<details class="quiz-exercises"><summary>{summary}</summary><ul>{listed}</ul></details>'
        return [element("div", raw(text), class_="quiz-progress", data_package=ailiteracy.__version__)]

    def quiz_row(self, subject, title):
        names = [item.name for item in quiz.load_quiz(subject)]
        state = self.say("{n} questions", n=len(names))
        return self.table_row(f"{subject}.html", self.say(title), "data-names", names, state)

    def exercise_row(self, subject, tasks):
        names = [task.name for task in tasks if task.subject == subject]
        state = self.say("{n} exercises", n=len(names))
        return self.table_row(f"../exercises/{subject}.html", subject, "data-exercises", names, state)

    def table_row(self, page, title, attribute, names, state):
        cell = f'<td {attribute}="{html.escape(json.dumps(names))}">{state}</td>'
        return f'<tr><th scope="row"><a href="{page}">{title}</a></th>{cell}</tr>'

    def tick(self, task):
        box = f'<input type="checkbox" id="done-{task.name}" data-done="{task.name}" disabled>'
        place = f"../exercises/{task.subject}.html#exercise-{task.name}"
        link = f'<a href="{place}" aria-describedby="done-{task.name}-title">{self.say("open")}</a>'
        title = f'<span id="done-{task.name}-title">{html.escape(task.title)}</span>'
        return f'<li>{box} <label for="done-{task.name}">{title}</label> ({link})</li>'


TABLE = """
<table class="table"><caption>{title}</caption>
<thead><tr><th scope="col">{subject}</th><th scope="col">{state}</th></tr></thead>
<tbody>{rows}</tbody></table>
"""


def add_files(app, pagename, templatename, context, doctree):
    """Load the script and the style on the pages that need them."""
    if doctree is not None and any(doctree.findall(tag)):
        app.add_js_file("quiz.js", loading_method="defer")
        app.add_css_file("quiz.css")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives and what the pages load."""
    others = dict.fromkeys(("latex", "text", "man", "texinfo"), (ignore, ignore))
    app.add_node(tag, html=(open_tag, close_tag), **others)
    app.add_directive("quiz", QuizDirective)
    app.add_directive("quiz-progress", ProgressDirective)
    app.connect("html-page-context", add_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
