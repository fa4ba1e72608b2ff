"""The directive `exercise`: an exercise of `ailiteracy.check`, with the solution in its body folded away."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

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
    """Writes the task, a start to copy, how to hand it in, and the solution."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        task = check.exercise(self.arguments[0])
        text = PAGE.format(task=task, starter=task.starter.strip(), solution="\n".join(self.content))
        return self.parse_text_to_nodes(text)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("exercise", ExerciseDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
