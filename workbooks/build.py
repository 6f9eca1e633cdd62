"""Makes what lies in this folder anew from the code: ``python -m sendxl.workbooks.build``.

A test builds the same and compares, so that a workbook or page that lags behind the code is found. The picture needs
LibreOffice and pdftoppm.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

from sendxl.jobs.demo import demo
from sendxl.jobs.reference import columns_reference
from sendxl.returns.rules.reference import rules_reference

HERE = Path(__file__).parent
TRACKER = "TRANSPORT"  # code of the lead whose tracker is shown


def build(folder: Path) -> None:
    """Make the master, a tracker, the returns and the reference pages in ``folder``."""
    with tempfile.TemporaryDirectory() as scratch:
        made = demo(Path(scratch) / "demo", say=lambda text: None)
        shutil.copyfile(made.master, folder / "master.xlsx")
        shutil.copyfile(next(made.trackers.glob(f"{TRACKER} *.xlsx")), folder / "tracker.xlsx")
        shutil.copytree(made.returns, folder / "returns", dirs_exist_ok=True)
    (folder / "columns.md").write_text(columns_reference(), encoding="utf-8")
    (folder / "rules.md").write_text(rules_reference(), encoding="utf-8")


def picture(master: Path, out: Path) -> None:
    """Draw the first page of the sheet Plan of ``master`` to ``out``, a PNG."""
    with tempfile.TemporaryDirectory() as scratch:
        profile = f"-env:UserInstallation={(Path(scratch) / 'profile').as_uri()}"
        subprocess.run(
            ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", scratch, str(master)],
            check=True, capture_output=True,
        )
        pdf = Path(scratch) / f"{master.stem}.pdf"
        page = _page_of(pdf, "Plan · ")
        subprocess.run(
            ["pdftoppm", "-r", "110", "-png", "-f", str(page), "-l", str(page), "-singlefile", str(pdf), str(out.with_suffix(""))],
            check=True, capture_output=True,
        )


def _page_of(pdf: Path, text: str) -> int:
    pages = subprocess.run(["pdftotext", str(pdf), "-"], check=True, capture_output=True, text=True).stdout.split("\f")
    return next(number for number, page in enumerate(pages, 1) if text in page)


if __name__ == "__main__":
    build(HERE)
    (HERE / "pictures").mkdir(exist_ok=True)
    picture(HERE / "master.xlsx", HERE / "pictures" / "plan.png")
