"""Formulas as MathML, written at build time by docutils.

MathJax would have to be fetched from another host or shipped as megabytes of script; every current
browser draws MathML itself.
"""

from docutils.utils.math.latex2mathml import tex2mathml


def visit_math(self, node):
    """Write an inline formula."""
    self.body.append(tex2mathml(node.astext()))
    raise _skip()


def visit_displaymath(self, node):
    """Write a formula on a line of its own."""
    self.body.append(self.starttag(node, "div", CLASS="math-display"))
    self.body.append(tex2mathml(node.astext(), as_block=True))
    self.body.append("</div>")
    raise _skip()


def _skip():
    from docutils import nodes

    return nodes.SkipNode()


def setup(app):
    """Register the renderer under the name `mathml`."""
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_displaymath, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
