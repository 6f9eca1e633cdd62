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
    """Draw the first two pages of the sheet Plan of ``master``, the left and the right half, one above the other."""
    from PIL import Image

    with tempfile.TemporaryDirectory() as scratch:
        profile = f"-env:UserInstallation={(Path(scratch) / 'profile').as_uri()}"
        _run("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", scratch, str(master))
        pdf = Path(scratch) / f"{master.stem}.pdf"
        first = next(number for number, page in enumerate(_run("pdftotext", str(pdf), "-").split("\f"), 1) if "Plan · " in page)
        _run("pdftoppm", "-r", "100", "-png", "-f", str(first), "-l", str(first + 1), str(pdf), f"{scratch}/page")
        pages = [Image.open(path) for path in sorted(Path(scratch).glob("page*.png"))]
        width, height = pages[0].size
        shown = height * 45 // 100
        whole = Image.new("RGB", (width, 2 * shown), "white")
        for number, page in enumerate(pages):
            whole.paste(page.crop((0, 0, width, shown)), (0, number * shown))
        whole.quantize(64).save(out, optimize=True)


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    build(HERE)
    (HERE / "pictures").mkdir(exist_ok=True)
    picture(HERE / "master.xlsx", HERE / "pictures" / "plan.png")
