"""The playground's pages: the directive `playground`, the scripts of each page, and their data, made by the build."""

import html
import pathlib
from typing import ClassVar

import playground_data
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from words import sayer

# What each page loads besides common.js, in this order; all files stand in _static/playground.
SCRIPTS = {
    "2048": ["random.js", "rules2048.js", "expectimax.js", "data/games.js", "page2048.js"],
    "neuron": ["random.js", "network.js", "data/points.js", "neuron.js"],
    "digit": ["resnet.js", "strokes.js", "data/digits.js", "digit.js"],
    "attention": ["pieces.js", "gpt.js", "data/language.js", "attention.js"],
}

logger = logging.getLogger(__name__)


class Playground(SphinxDirective):
    """The place of an application; where scripts are switched off, a figure drawn by the package."""

    required_arguments = 1
    option_spec: ClassVar = {"alt": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        say = sayer(self.config.language)
        off = say("This part of the page runs by a script; scripts are switched off.")
        name, up, content = self.arguments[0], "../" * self.env.docname.count("/"), f"<p>{html.escape(off)}</p>"
        if "alt" in self.options:
            alt = html.escape(self.options["alt"])
            content += f'<img src="{up}_static/playground/data/{name}.png" alt="{alt}">'
        place = f'<div class="playground" id="playground-{name}"><noscript>{content}</noscript></div>'
        book = addnodes.only("", nodes.raw("", content, format="html"), expr="epub")
        return [addnodes.only("", nodes.raw("", place, format="html"), expr="not epub"), book]


def make_data(app: Sphinx) -> None:
    """Make what is missing or older than its code, once for all builds, and have it copied beside the static files."""
    if app.builder.format != "html":
        return
    folder = pathlib.Path(app.confdir) / "_build" / "playground"
    for name in playground_data.make_all(folder / "playground" / "data"):
        logger.info("playground: made %s", name)
    app.config.html_static_path.append(str(folder))


def add_files(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None) -> None:
    """Give a page of the playground its scripts and its style sheet."""
    folder, _, name = pagename.partition("/")
    if folder == "playground" and name in SCRIPTS:
        app.add_css_file("playground/playground.css")
        for script in ["common.js", *SCRIPTS[name]]:
            app.add_js_file(f"playground/{script}", loading_method="defer")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive and the two moments at which something is done."""
    app.add_directive("playground", Playground)
    app.connect("builder-inited", make_data)
    app.connect("html-page-context", add_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
