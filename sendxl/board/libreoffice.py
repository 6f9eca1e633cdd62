"""A Word document as PDF, by LibreOffice where it is there."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from sendxl.errors import Unusable

_PROGRAMS = ("soffice", "libreoffice")
_PLACES = ("/Applications/LibreOffice.app/Contents/MacOS/soffice", "C:/Program Files/LibreOffice/program/soffice.exe")
_SECONDS = 900  # for thousands of activities, on a computer that does other work too
_TRIES = 2  # on a new profile it may leave at once


def as_pdf(document: bytes) -> bytes:
    """The document as PDF; Unusable, with what to do, where there is no LibreOffice or it does not make one."""
    program = next(filter(None, map(shutil.which, (*_PROGRAMS, *_PLACES))), None)
    if program is None:
        raise Unusable("no LibreOffice is installed here, which makes the PDF. Open the Word document and save it as PDF there.")
    with tempfile.TemporaryDirectory(prefix="sendxl-") as scratch:
        folder = Path(scratch)
        (folder / "report.docx").write_bytes(document)
        command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore",
                   "--convert-to", "pdf", "--outdir", scratch, str(folder / "report.docx")]
        for _ in range(_TRIES):
            try:
                subprocess.run(command, check=False, capture_output=True, timeout=_SECONDS)
            except subprocess.TimeoutExpired:
                break
            if (made := folder / "report.pdf").exists():
                return made.read_bytes()
    raise Unusable("LibreOffice did not make a PDF of it. Open the Word document and save it as PDF there.")
