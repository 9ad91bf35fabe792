"""Invoices as PDF/A-3: one template, the same document always the same bytes.

The template (``templates/invoice.typ``) gets the page as data and never as source, so a customer called
``#panic("x")`` is printed as that. Fonts come with an installed package and not from the machine, so that
the page is the same everywhere. The date inside the file is the invoice's, or for a draft the last day of
its billing month.
"""

import json
import shutil
import tempfile
import weakref
from datetime import UTC, date, datetime, time
from importlib import resources
from pathlib import Path

import typst

from billow.exports.files import write_bytes
from billow.exports.page import page
from billow.invoicing.document import Document
from billow.periods import month
from billow.problems import Place, Problem, Refused

_FONT_PACKAGE = "font_source_sans_pro"
_PICTURES = (".png", ".svg")


class InvoicePrinter:
    """Prints the documents of one run; reading fonts and template once makes that quick."""

    def __init__(self, logo: Path | None = None) -> None:
        # Typst reads no file outside its root, so template and logo are laid into a folder of their own;
        # a Compiler that gets the source instead of a file fails on its second document.
        folder = Path(tempfile.mkdtemp(prefix="billow-print-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        template = folder / "invoice.typ"
        template.write_bytes(resources.files(__package__).joinpath("templates", "invoice.typ").read_bytes())
        self._logo = _lay_logo(logo, folder) if logo else ""
        with resources.as_file(resources.files(_FONT_PACKAGE).joinpath("files")) as fonts:
            self._compiler = typst.Compiler(
                str(template),
                root=str(folder),
                font_paths=typst.Fonts(include_system_fonts=False, font_paths=[str(fonts)]),
            )

    def print(self, document: Document, path: Path) -> str:
        """Write the document as PDF, whole or not at all; return the SHA-256 of the file."""
        return write_bytes(path, self.render(document))

    def render(self, document: Document) -> bytes:
        """Return the document as PDF, or refuse with what cannot be printed."""
        data = json.dumps({**page(document), "logo": self._logo}, ensure_ascii=False)
        try:
            made = self._compiler.compile(
                format="pdf",
                sys_inputs={"data": data},
                pdf_standards=["a-3b"],
                timestamp=datetime.combine(_dated(document), time(), UTC),
            )
        except typst.TypstError as error:
            raise Refused([_problem(document, error)]) from error
        if not isinstance(made, bytes):
            raise TypeError("a PDF is one file")
        return made


def _dated(document: Document) -> date:
    return document.issue_date or month(document.billing_month).through


def _lay_logo(logo: Path, folder: Path) -> str:
    name = f"logo{logo.suffix.lower()}"
    if logo.suffix.lower() not in _PICTURES:
        raise Refused([_bad_logo(logo, "is neither PNG nor SVG")])
    try:
        (folder / name).write_bytes(logo.read_bytes())
    except OSError as error:
        raise Refused([_bad_logo(logo, f"cannot be read: {error.strerror}")]) from error
    return name


def _bad_logo(logo: Path, what: str) -> Problem:
    place = Place(str(logo), sheet="Settings", column="Logo")
    return Problem(
        "EXP-004", f"The logo {logo.name} {what}.", place, "Name a PNG or SVG file, or leave it blank."
    )


def _problem(document: Document, error: typst.TypstError) -> Problem:
    what = error.message.removeprefix("PDF/A-3b error: ").replace("`", "")
    sentence = f"{document.name} cannot be made into a PDF: {what}."
    hint = (
        "Write the names and texts of this invoice in Latin, Greek or Cyrillic letters, and look at the logo."
    )
    return Problem("EXP-005", sentence, hint=hint, customer=document.buyer.number)
