"""A Report as one file for a browser: nothing is loaded, nothing is sent, nothing may be injected.

The charts' JavaScript (Vega, Vega-Lite, Vega-Embed) comes out of the installed `vl_convert` package
and stands inside the file. A content security policy forbids every request and every script whose
hash is not ours, so a column named `<script>` stays a name; Vega evaluates its expressions with its
own interpreter, since `Function()` is forbidden too. The same Report gives the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from ..atomic import write_bytes
from ..report import Report
from .page import body, escaped
from .words import verdict_line

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
{body}
<script type="application/json" id="pictures">{pictures}</script>
<script>{charts}</script>
<script>{script}</script>
</body>
</html>
"""


def write_html(report: Report, path: Path) -> Path:
    """Write the Report to `path`, whole or not at all, and return the path."""
    write_bytes(path, to_html(report).encode())
    return path


def to_html(report: Report) -> str:
    """Return the Report as the text of one HTML file."""
    script = _own("page.js")
    charts = _charts_script() if report.pictures else ""
    return _PAGE.format(
        policy=_policy(charts, script),
        title=escaped(f"{verdict_line(report)} Worldwright report"),
        style=_own("page.css"),
        body=body(report),
        pictures=_json_in_html([dict(picture.spec) for picture in report.pictures]),
        charts=charts,
        script=script,
    )


def _policy(*scripts: str) -> str:
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in scripts
    )
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _json_in_html(plain: Any) -> str:
    """JSON that holds no character by which an HTML parser could leave the script element."""
    text = json.dumps(plain, ensure_ascii=True, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


@cache
def _charts_script() -> str:
    """The charts' JavaScript; takes a second to bundle."""
    import vl_convert

    newest = vl_convert.get_vegalite_versions()[-1]
    text: str = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=newest)
    return text.replace("</script", "<\\/script").replace("<!--", "<\\!--")


@cache
def _own(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
