"""llms.txt: the table of contents of the website as plain text, for programs that read it instead of people.

The form is that of llmstxt.org: a title, one sentence, and lists of links, each with the title of its page. API pages
are listed too, since their titles are the public names.

*Left out*: the texts themselves; they stand on the pages.
"""

import pathlib

ABOUT = "A Python package, and its course: call a function, see an idea of artificial intelligence work, read the file."
PARTS = {  # the beginning of a page's name: the heading of its list, in this order
    "lessons/": "Lessons",
    "auto_gallery/": "Examples, executed",
    "exercises/": "Exercises",
    "quizzes/": "Quizzes",
    "playground/": "Playground",
    "api/": "API",
    "": "More",
}


def contents(titles, base):
    """Return the text for pages given as {name: title}.

    >>> print(contents({"index": "Hello", "api/x": "x"}, "https://a.org/").split("## ")[1].strip())
    API
    <BLANKLINE>
    - [x](https://a.org/api/x.html)
    """
    left, lines = dict(titles), ["# ailiteracy", "", f"> {ABOUT}"]
    for start, heading in PARTS.items():
        names = sorted(name for name in left if name.startswith(start))
        links = [f"- [{left.pop(name)}]({base}{name}.html)" for name in names]
        lines += ["", f"## {heading}", "", *links] if links else []
    return "\n".join(lines) + "\n"


def write(app, exception):
    """Write llms.txt beside the pages."""
    if exception is None and app.builder.name == "html":
        titles = {name: title.astext() for name, title in app.env.titles.items() if name != "404"}
        text = contents(titles, app.config.html_baseurl)
        pathlib.Path(app.outdir, "llms.txt").write_text(text, encoding="utf-8")


def setup(app):
    """Called by Sphinx."""
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
