"""Report -> one self-contained page: printable, without script, asking nothing from outside."""

from base64 import b64encode
from hashlib import sha256
from os.path import dirname, join

from medcheck.clean import clean
from medcheck.formats.layout import LONGEST_TEXT
from medcheck.formats.matrix import MARKS, MEANS, matrix_of, no_entry_pairs
from medcheck.formats.text import shared_side_effects, what_it_is
from medcheck.formats.words import (
    SYMBOLS,
    evidence,
    heading,
    local_rule,
    roles,
    summary,
    timing,
    unresolved_text,
    versions,
)
from medcheck.report import DISCLAIMER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, TextIO

    from jinja2 import Environment

    from medcheck.model import Report
    from medcheck.options import Options

TEMPLATES = join(dirname(dirname(__file__)), "templates")  # noqa: PTH118, PTH120 (as everywhere on the way of a check)
WORDS = (evidence, heading, local_rule, roles, timing, unresolved_text, what_it_is)
"""Functions of the report's nouns that the template calls by name."""


def write(report: "Report", stream: "TextIO", options: "Options", line: "int | None" = None) -> None:
    """Write the page."""
    page = _environment().get_template("report.html")
    stream.write(page.render(report=report, options=options, **_content(report)))


def _environment() -> "Environment":
    """Return Jinja2 with escaping on, where everything printed goes through the cleaning function."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        autoescape=True,
        finalize=_shown,
        loader=FileSystemLoader(TEMPLATES),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals.update({function.__name__: function for function in WORDS})
    environment.globals.update(MARKS=MARKS, MEANS=MEANS, SYMBOLS=SYMBOLS, links=_links)
    return environment


def _shown(value: "Any") -> "Any":
    """Clean a text before it is escaped; what is already markup comes from the template itself."""
    return value if hasattr(value, "__html__") or not isinstance(value, str) else clean(value, LONGEST_TEXT)


def _content(report: "Report") -> "dict[str, Any]":
    """Return what the template shows besides the report itself."""
    from markupsafe import Markup

    with open(join(TEMPLATES, "report.css"), encoding="utf-8") as file:  # noqa: PTH118, PTH123
        style = file.read()
    cited = {source["id"] for finding in report.shown + report.reviewed_none for source in finding.interaction.sources}
    return {
        "disclaimer": DISCLAIMER,
        "matrix": matrix_of(report),
        "no_entry": no_entry_pairs(report),
        "registry": {name: report.sources[name] for name in sorted(cited)},
        "shared": shared_side_effects(report),
        "style": Markup(style),  # noqa: S704 (our own file)
        "style_hash": b64encode(sha256(style.encode()).digest()).decode(),
        "summary": summary(report),
        "versions": versions(report.data),
    }


def _links(document: "Mapping[str, Any]") -> "list[tuple[str, str]]":
    """Return the text and address of each link that the registry gives of a document."""
    found = []
    if "pmid" in document:
        found.append((f"PMID {document['pmid']}", f"https://pubmed.ncbi.nlm.nih.gov/{document['pmid']}/"))
    if "doi" in document:
        found.append((f"doi:{document['doi']}", f"https://doi.org/{document['doi']}"))
    if document.get("url", "").startswith(("https://", "http://")):
        found.append((document["url"].split("//", 1)[1].split("/", 1)[0], document["url"]))
    return found
