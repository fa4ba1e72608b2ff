"""The demonstration as one HTML page that needs no other file and no network.

The idea: a section for each call with the line that was run, what came out, the figure, what to notice and where to
read on. Figures are data URIs, the style stands in the page, and colours follow the reader's light or dark setting.

Left out: scripts and links to other hosts. Next: ``cli.py``, where the command `ailiteracy demo` writes the page.
"""

from __future__ import annotations

import base64
import html
import pathlib
import platform
from typing import TYPE_CHECKING

from . import __version__
from ._support.language import chosen_language, say

if TYPE_CHECKING:
    from ._demo import Outcome

__all__ = ["page"]

SOURCE = pathlib.Path(__file__).parent.parent

# On a telephone text is as wide as the screen; a figure keeps a size at which it can be read, and scrolls in its box.
STYLE = """
:root { color-scheme: light dark; --text: #1b1b1b; --back: #ffffff; --soft: #f1f3f5; --edge: #0b6e99; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e8e8e8; --back: #16181b; --soft: #24282d; --edge: #6cc3ea; --bad: #ff9c93; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 46rem; padding: 1rem; color: var(--text); background: var(--back);
  font: 1.05rem/1.6 system-ui, sans-serif; overflow-wrap: break-word; }
h1, h2 { line-height: 1.25; }
h2 { margin-top: 2.5rem; }
h3 { margin: 1.25rem 0 0.25rem; font-size: 1rem; color: var(--edge); }
p { margin: 0 0 0.5rem; }
a { color: var(--edge); }
nav ul { padding-left: 1.25rem; }
pre { margin: 0; padding: 0.75rem; background: var(--soft); border-radius: 6px;
  white-space: pre-wrap; overflow-x: auto; }
code { font-family: ui-monospace, monospace; font-size: 0.92em; }
.figure { margin: 0.75rem 0; overflow-x: auto; background: #ffffff; border-radius: 6px; }
.figure img { display: block; max-width: 100%; min-width: 34rem; height: auto; padding: 4px; }
.failed { padding: 0.75rem; border-left: 4px solid var(--bad); background: var(--soft); }
footer { margin-top: 3rem; border-top: 1px solid var(--edge); font-size: 0.9rem; }
"""


def page(outcomes: list[Outcome], *, seed: int) -> str:
    """Return the whole page as HTML."""
    done = sum(not outcome.error for outcome in outcomes)
    links = "".join(f'<li><a href="#{_id(outcome)}">{_text(outcome.call.title)}</a></li>' for outcome in outcomes)
    sections = "\n".join(_section(outcome) for outcome in outcomes)
    counts = say(
        "{done} of {all} calls came to a result in {seconds:.0f} seconds, with seed {seed} and without the network. "
        "Each section shows the Python that was run; run it again to get the same."
    ).format(done=done, all=len(outcomes), seconds=sum(outcome.seconds for outcome in outcomes), seed=seed)
    end = _text(say("The files named above are in {folder}. {command} lists what else there is."))
    end = end.format(folder=f"<code>{_text(str(SOURCE))}</code>", command="<code>ailiteracy --help</code>")
    return f"""<!DOCTYPE html>
<html lang="{chosen_language().replace("_", "-") or "en"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{_text(say("ailiteracy: four ideas of artificial intelligence, run on this machine"))}</title>
<style>{STYLE}</style>
</head>
<body>
<header>
<h1>{_text(say("Four ideas of artificial intelligence, run on this machine"))}</h1>
<p>{_text(counts)}</p>
<nav aria-label="{_text(say("Sections"))}"><ul>{links}</ul></nav>
</header>
<main>
{sections}
</main>
<footer><p>ailiteracy {__version__}, Python {platform.python_version()}, {_text(platform.system())}
{_text(platform.machine())}. {end}</p></footer>
</body>
</html>
"""


def _section(outcome: Outcome) -> str:
    """Return the section of one call, with its result or its error."""
    call = outcome.call
    files = "".join(f"<li><code>ailiteracy/{_text(path)}</code></li>" for path in call.read_on)
    return f"""<section id="{_id(outcome)}" aria-labelledby="{_id(outcome)}-title">
<h2 id="{_id(outcome)}-title">{_text(call.title)}</h2>
<h3>{_text(say("What was run"))}</h3>
<pre><code>{_text(call.line)}</code></pre>
<h3>{_text(say("What came out"))}</h3>
{_failure(outcome) if outcome.error else _result(outcome)}
<h3>{_text(say("Where to read on"))}</h3>
<ul>{files}</ul>
</section>"""


def _result(outcome: Outcome) -> str:
    """Return the paragraph, the figure and what to notice in it."""
    data = base64.b64encode(outcome.png).decode("ascii")
    return f"""<p>{_text(outcome.paragraph)}</p>
<p>{_text(say("It took {seconds:.1f} seconds.").format(seconds=outcome.seconds))}</p>
<div class="figure" tabindex="0"><img alt="{_text(outcome.call.alt)}" src="data:image/png;base64,{data}"></div>
<h3>{_text(say("What to notice"))}</h3>
<p>{_text(outcome.call.notice)}</p>"""


def _failure(outcome: Outcome) -> str:
    """Return the error and its remedy."""
    failed = _text(say("This call failed."))
    return f"""<div class="failed"><p><strong>{failed}</strong> <code>{_text(outcome.error)}</code></p>
<p>{_text(outcome.remedy)}</p></div>"""


def _id(outcome: Outcome) -> str:
    """Return the section's anchor; the prefix keeps it from starting with a digit."""
    return f"call-{outcome.call.name}"


def _text(value: str) -> str:
    """Return any text safe to stand in HTML, in quotes too."""
    return html.escape(value, quote=True)
