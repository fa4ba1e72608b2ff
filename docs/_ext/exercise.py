"""The directive `exercise`: an exercise of `ailiteracy.check`, with the solution in its body folded away.

Below it stands a box to tick when it is solved. `_static/quiz.js` keeps the tick in the browser and shows the box;
without a script it stays hidden.
"""

from docutils import nodes
from quiz import element, note_catalogue
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from words import sayer

from ailiteracy import check
from ailiteracy.check.bank import shown

PAGE = """
{task.text}

*{task.level}; {lesson} {{doc}}`/auto_gallery/{task.lesson}`*

```python
{starter}
```

{hand_in}

:::{{dropdown}} {a_solution}
```python
{solution}
```
:::
"""


class ExerciseDirective(SphinxDirective):
    """Writes the task, a start to copy, how to hand it in, the solution, and a box to tick."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        task = shown(check.exercise(self.arguments[0]), self.config.language)
        note_catalogue(self)
        say = sayer(self.config.language)
        solution = "\n".join(self.content)
        call = f'`check.check("{task.name}", {task.answer_name})`'
        text = PAGE.format(
            task=task, starter=task.starter.strip(), solution=solution, lesson=say("the lesson before it:"),
            hand_in=say("Hand it in with {call}.", call=call), a_solution=say("A solution"),
        )  # fmt: skip
        place, box = f"exercise-{task.name}", f"done-{task.name}"
        title = element("span", nodes.Text(f": {task.title}"), class_="visually-hidden")  # said, not seen
        tick = element(
            "p",
            element("input", type="checkbox", id=box, data_done=task.name),
            element("label", nodes.Text(say("I have solved this")), title, for_=box),
            class_="exercise-done", hidden="",
        )  # fmt: skip
        return [element("div", *self.parse_text_to_nodes(text), tick, id=place, class_="exercise")]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("exercise", ExerciseDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
