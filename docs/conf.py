"""Sphinx configuration: one website from docs/ (Markdown) and gallery/ (executed Python)."""

import os
import pathlib
import sys
import urllib.parse

from sphinx.search.zh import SearchChinese

import ailiteracy

sys.path.insert(0, str(pathlib.Path(__file__).parent / "_ext"))
from addresses import site_address

project = "ailiteracy"
author = "The ailiteracy developers"
project_copyright = "2026, the ailiteracy developers"
version = release = ailiteracy.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.intersphinx",
    "numpydoc",
    "sphinx_gallery.gen_gallery",
    "sphinx_copybutton",
    "sphinx_design",
    "notfound.extension",
    "sphinx_reredirects",
    "mathml",  # docs/_ext: formulas as MathML, which browsers draw without a script
    "words",  # docs/_ext: what the site's own parts say, in the language of the build
    "gallery_words",  # docs/_ext: what sphinx-gallery says around an example, in the language of the build
    "exercise",  # docs/_ext: an exercise of ailiteracy.check with its solution folded away
    "quiz",  # docs/_ext: questions of ailiteracy.quiz as form fields, and the progress page
    "figure_words",  # docs/_ext: the texts inside figures, in the language of the build
    "thumbnails",  # docs/_ext: the gallery's thumbnails with fewer colours
    "addresses",  # docs/_ext: where each page is published, and the site map
    "llms",  # docs/_ext: the table of contents as plain text
    "cost",  # docs/_ext: what each example costs, measured and shown below its title
    "book",  # docs/_ext: pages of the book that strict readers open
    "playground",  # docs/_ext: pages to play with, and the data they need
]
exclude_patterns = ["_build"]

# The address of the website, for what needs it: addresses.py, and the page "not found", which a host shows anywhere.
html_baseurl = site_address(os.environ)
notfound_urls_prefix = urllib.parse.urlsplit(html_baseurl).path or "/"
# A page that moves leaves its address here: the old name, and where the new page lies from there.
redirects = {
    "auto_gallery/games/plot_02_looking_ahead": "plot_04_looking_ahead.html",
    "auto_gallery/games/plot_03_many_games": "plot_08_many_games.html",
    "auto_gallery/games/plot_04_looking_ahead_at_an_opponent": "plot_10_looking_ahead_at_an_opponent.html",
    "auto_gallery/games/plot_05_tic_tac_toe_solved": "plot_11_tic_tac_toe_solved.html",
}

# The nightly look at links to other sites. Addresses of the reader's own machine, such as that of a model served there,
# lead nowhere on another; a slow or distant site gets time and a second chance.
linkcheck_ignore = [r"https?://(localhost|127\.0\.0\.1|\[::1\])([:/]|$)"]
linkcheck_timeout = 30  # seconds
linkcheck_retries = 3

# A translation comes from the catalogues in locales/, built into a folder of its own beside the English pages.
locale_dirs = ["locales"]
# Sphinx 9.0 names a stemmer in the pages' script that it does not define: Chinese pages carry the English one.
SearchChinese.language_name = "English"
languages = os.environ.get("AILITERACY_SITE_LANGUAGES", "").split()  # such as "en zh_CN": what a reader can switch to

templates_path = ["_templates"]
smartquotes = False  # "auto" in a docstring is something to type
nitpicky = True
show_warning_types = True
html_math_renderer = "mathml"
myst_enable_extensions = ["attrs_block", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

# API pages: one page for each public name, made by the templates in _templates/autosummary.
autosummary_generate = True
autosummary_imported_members = True  # a subject's public names come from its files
# Some file systems do not tell Answer.html from answer.html.
autosummary_filename_map = {
    "ailiteracy.nlp.Answer": "ailiteracy.nlp.Answer-class",
    "ailiteracy.quiz.Grade": "ailiteracy.quiz.Grade-class",
}
autodoc_typehints = "none"  # the docstrings give types together with shapes
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

# The network comes first; without it the short lists in inventories/ resolve the few names that the pages link to.
intersphinx_timeout = 5
intersphinx_mapping = {
    "python": ("https://docs.python.org/3", (None, "inventories/python.txt")),
    "numpy": ("https://numpy.org/doc/stable", (None, "inventories/numpy.txt")),
    "matplotlib": ("https://matplotlib.org/stable", (None, "inventories/matplotlib.txt")),
    "torch": ("https://docs.pytorch.org/docs/stable", (None, "inventories/torch.txt")),
    "sklearn": ("https://scikit-learn.org/stable", (None, "inventories/sklearn.txt")),
}

FIRST_CELL = """# On a machine without the package: remove the # from the next line and run it.
# %pip install ailiteracy
%matplotlib inline"""

sphinx_gallery_conf = {
    "examples_dirs": "../gallery",
    "gallery_dirs": "auto_gallery",
    "filename_pattern": r"/plot_",
    "subsection_order": [f"../gallery/{name}" for name in ("basics", "games", "vision", "nlp", "training")],
    "within_subsection_order": "FileNameSortKey",
    "nested_sections": True,
    "doc_module": ("ailiteracy",),
    "backreferences_dir": "api/backrefs",
    "reset_modules": ("matplotlib", "gallery_reset.seed_everything", "figure_words.translate_figures", "cost.measure"),
    "reset_modules_order": "both",
    "remove_config_comments": True,
    "capture_repr": (),
    "show_memory": False,
    "show_signature": False,
    "write_computation_times": False,
    "min_reported_time": 0,
    "junit": "../junit-gallery.xml",
    "parallel": 2,
    "notebook_images": True,
    "first_notebook_cell": FIRST_CELL,
    "download_all_examples": True,
    "image_srcset": ["2x"],
    "thumbnail_size": (400, 250),
    "default_thumb_file": str(pathlib.Path(__file__).parent / "_static" / "printed.png"),  # where nothing is drawn
}

# The book: without the page for lost readers, old addresses, and the marks that say when data was made.
epub_exclude_files = ["404.xhtml", *(f"{name}.xhtml" for name in redirects)]
epub_exclude_files += [f"_static/playground/data/{name}.made" for name in ("digits", "games", "language", "points")]

html_theme = "pydata_sphinx_theme"
html_title = "ailiteracy"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = [(name, {"defer": "defer"}) for name in ("search.js", "names.js", "version-list.js", "versions.js")]
html_favicon = "_static/logo.svg"
html_logo = "_static/logo.svg"
html_copy_source = False
html_show_sourcelink = False
html_sidebars = {"*": []}  # pages at the top have none below them (those with some lie in folders)
html_context = {"default_mode": "auto", "languages": languages}
html_theme_options = {
    "logo": {"text": "ailiteracy", "alt_text": "ailiteracy"},
    "navbar_align": "left",
    "navbar_end": ["version-switch", "language-switch", "theme-switcher", "navbar-icon-links"],
    "header_links_before_dropdown": 6,
    "show_prev_next": True,
    "secondary_sidebar_items": ["page-toc", "sg_download_links"],
    "footer_start": ["copyright"],
    "footer_end": ["sphinx-version"],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
