"""The directive `exercise`: an exercise of `ailiteracy.check`, with the solution in its body folded away.

Below it stands a box to tick when it is solved. `_static/quiz.js` keeps the tick in the browser and shows the box;
without a script it stays hidden.
"""

from docutils import nodes
from quiz import element
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from words import sayer

from ailiteracy import check

PAGE = """
{task.text}

*{task.level}; the lesson before it: {{doc}}`/auto_gallery/{task.lesson}`*

```python
{starter}
```

Hand it in with `check.check("{task.name}", {task.answer_name})`.

:::{{dropdown}} A solution
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
        task = check.exercise(self.arguments[0])
        text = PAGE.format(task=task, starter=task.starter.strip(), solution="\n".join(self.content))
        say = sayer(self.config.language)
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
