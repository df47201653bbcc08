"""Pages that need nothing else: no script, no request, readable in light, dark and on paper."""

from __future__ import annotations

from html import escape
from importlib import resources

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""What a page may load: its own style, an empty icon, and nothing else."""


def page(title: str, body: str, package: str) -> str:
    """Return a whole page with the file `style.css` of a package; `body` is HTML, `title` is not."""
    style = resources.files(package).joinpath("style.css").read_text("utf-8")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<link rel="icon" href="data:,">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )
