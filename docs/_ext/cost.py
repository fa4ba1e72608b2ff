"""What an example costs, measured while the website is built, and the badge below its title that says so.

The idea in three lines: before an example connections are counted from 0; after it, its seconds and connections go into
a small file; a page that has such a file gets a badge. Memory is that of the example as a script, alone in a process of
its own: the session `examples` writes it down, since the process that builds the website holds much else.

*Left out*: memory, where that session was not run before; how many bytes came through connections, since no example of
the gallery makes one. Without any connection the number is 0, and the badge says so.
"""

import json
import pathlib
import socket
import sys
import time

from words import sayer

DOCS = pathlib.Path(__file__).parents[1]
COSTS = DOCS / "_build" / "costs"  # one file for each example
MEMORY = DOCS / "_memory.json"  # bytes for each example
HERE = ("127.", "::1", "localhost")
began = {}
connections = []


def count_connection(event, arguments):
    """Note every connection to another machine; Python calls this for every event of the process."""
    if event == "socket.connect" and arguments[0].family in (socket.AF_INET, socket.AF_INET6):
        host = str(arguments[1][0])
        if not host.startswith(HERE):
            connections.append(host)


def measure(gallery_conf, fname, when):
    """Sphinx-gallery calls this before and after each example, in the process that runs it."""
    if when == "before":
        if not began:
            sys.addaudithook(count_connection)
        connections.clear()
        began[fname] = time.perf_counter()
        return
    cost = {"seconds": round(time.perf_counter() - began[fname], 2), "connections": len(connections)}
    COSTS.mkdir(parents=True, exist_ok=True)
    path = COSTS / f"{pathlib.Path(fname).stem}.json"  # no two examples have the same name
    path.write_text(json.dumps(cost), encoding="utf-8")


def badge(cost, n_bytes=None, language="en"):
    """Return the badge as HTML.

    >>> badge({"seconds": 2.41, "connections": 0}, 310_400_000)
    '<p class="cost">Costs 2.4 seconds and 310 MB of memory; nothing is downloaded (0 bytes).</p>'
    """
    seconds = f"{cost['seconds']:.1f}" if cost["seconds"] < 10 else f"{cost['seconds']:.0f}"
    say, memory = sayer(language), f"{n_bytes / 1e6:,.0f}" if n_bytes else ""
    costs = say("Costs {seconds} seconds and {memory} MB of memory; ", seconds=seconds, memory=memory)
    costs = costs if n_bytes else say("Costs {seconds} seconds; ", seconds=seconds)
    rest = say("it fetches files from the network.") if cost["connections"] else say("nothing is downloaded (0 bytes).")
    return f'<p class="cost">{costs}{rest}</p>'


def add_badge(app, pagename, templatename, context, doctree):
    """Put the badge below the title of an example's page."""
    parts = pathlib.PurePosixPath(pagename).parts
    if len(parts) != 3 or parts[0] != "auto_gallery":
        return
    path = COSTS / f"{parts[2]}.json"
    if path.exists():
        cost = json.loads(path.read_text(encoding="utf-8"))
        memory = json.loads(MEMORY.read_text(encoding="utf-8")) if MEMORY.exists() else {}
        said = badge(cost, memory.get(parts[2]), app.config.language)
        context["body"] = context["body"].replace("</h1>", "</h1>\n" + said, 1)


def setup(app):
    """Called by Sphinx."""
    app.connect("html-page-context", add_badge)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
