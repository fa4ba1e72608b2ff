"""The words that sphinx-gallery writes around an example, in the language of the build.

The idea in three lines: sphinx-gallery writes English, whatever the language. Its few sentences are known, so they are
found in a page that was just read, and said again through the catalogue of words.py. Its script, which lists the tags,
has two words of its own; they are put into the copy that goes with the website.

*Left out*: tags of any other kind than the gallery's: a subject, a level, a number of minutes.
"""

import json
import pathlib
import re

from words import Say, sayer

TO_THE_END = re.compile(r":ref:`Go to the end <(\S+)>`\s+to download the full example code\.")
TOOK = re.compile(r"\*\*Total running time of the script:\*\* \((\d+) minutes ([\d.]+) seconds\)")
DOWNLOAD = re.compile(r"(?<=:download:`)(Download [^:`]+): ")
TAGS = re.compile(r"🏷 Tags: (.+)")
TAGS_OF_A_CARD = re.compile(r"(?<=data-sgtags=')\[[^']*\](?=')")


def translate(page: str, say: Say) -> str:
    """Return a page of the gallery, as sphinx-gallery wrote it, with its frame in another language.

    >>> german = {"Tags:": "Schlagworte:", "{n} min": "{n} Min.", "advanced": "schwer"}
    >>> translate("🏷 Tags: advanced, 2 min", lambda text, **values: german.get(text, text).format(**values))
    '🏷 Schlagworte: schwer, 2 Min.'
    """
    page = TO_THE_END.sub(
        lambda found: say(":ref:`Go to the end <{label}>` to download the full example code.", label=found[1]), page
    )
    page = TOOK.sub(
        lambda found: say("**Total running time of the script:** ({m} minutes {s} seconds)", m=found[1], s=found[2]),
        page,
    )
    page = DOWNLOAD.sub(lambda found: f"{_download(found[1], say)}: ", page)
    page = TAGS.sub(lambda found: f"🏷 {say('Tags:')} {', '.join(_names(found[1].split(', '), say))}", page)
    return TAGS_OF_A_CARD.sub(lambda found: json.dumps(_names(json.loads(found[0]), say), ensure_ascii=False), page)


def _download(text: str, say: Say) -> str:
    known = {
        "Download Jupyter notebook": say("Download Jupyter notebook"),
        "Download Python source code": say("Download Python source code"),
        "Download zipped": say("Download zipped"),
        "Download all examples in Python source code": say("Download all examples in Python source code"),
        "Download all examples in Jupyter notebooks": say("Download all examples in Jupyter notebooks"),
    }
    return known[text]


def _names(tags: list[str], say: Say) -> list[str]:
    subjects = {
        "basics": say("basics"),
        "games": say("games"),
        "vision": say("vision"),
        "nlp": say("nlp"),
        "training": say("training"),
    }
    levels = {level: say(level) for level in ("beginner", "intermediate", "advanced")}  # as in the quizzes
    known = subjects | levels
    return [known[tag] if tag in known else say("{n} min", n=tag.removesuffix(" min")) for tag in tags]


def translate_page(app, docname, source):
    """Translate a page of the gallery; Sphinx calls this when it has read one."""
    if docname.startswith("auto_gallery/") and app.config.language != "en":
        source[0] = translate(source[0], sayer(app.config.language))


def translate_script(app, exception):
    """Translate what the script says that lists the tags, in the copy that goes with the website."""
    script = pathlib.Path(app.outdir) / "_static" / "sg-tags.js"
    if exception is None and app.config.language != "en" and script.exists():
        say = sayer(app.config.language)
        text = script.read_text(encoding="utf-8")
        text = text.replace('"🏷 Tags:"', f'"🏷 {say("Tags:")}"').replace('"Clear"', f'"{say("Clear")}"')
        script.write_text(text, encoding="utf-8")


def setup(app):
    """Called by Sphinx."""
    app.connect("source-read", translate_page)
    app.connect("build-finished", translate_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
