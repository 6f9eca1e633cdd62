"""Makes what lies in this folder anew from the code: ``python -m sendxl.workbooks.build``.

A test builds the same and compares, so that a workbook or page that lags behind the code is found. The pictures need
LibreOffice and pdftoppm.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from sendxl.board.template import shipped_template
from sendxl.jobs.demo import demo
from sendxl.reference import board_reference, columns_reference, rules_reference

HERE = Path(__file__).parent
TRACKER = "TRANSPORT"  # code of the lead whose tracker is shown
RETURNED = "SEND-BOARD"  # and of the one whose return is, and goes back
MARGIN = 15  # pixels of paper that stay around a picture


def build(folder: Path) -> None:
    """Make the master, a tracker, the returns and the reference pages in ``folder``."""
    for room in ("examples", "reference"):
        (folder / room).mkdir(exist_ok=True)
    (folder / "examples" / "board-template.docx").write_bytes(shipped_template())  # of which the demo makes its report
    with tempfile.TemporaryDirectory() as scratch:
        made = demo(Path(scratch) / "demo", say=lambda text: None)
        shutil.copyfile(made.master, folder / "examples" / "master.xlsx")
        shutil.copyfile(next(made.trackers.glob(f"* - {TRACKER} *.xlsx")), folder / "examples" / "tracker.xlsx")
        shutil.copyfile(made.board, folder / "examples" / "board-report.docx")
        shutil.copytree(made.returns, folder / "examples" / "returns", dirs_exist_ok=True)
        shutil.copyfile(next(made.sent_back.glob(f"* - {RETURNED} *.xlsx")), folder / "examples" / "to correct.xlsx")
    (folder / "reference" / "columns.md").write_text(columns_reference(), encoding="utf-8")
    (folder / "reference" / "board.md").write_text(board_reference(), encoding="utf-8")
    (folder / "reference" / "rules.md").write_text(rules_reference(), encoding="utf-8")


def pictures(master: Path, folder: Path) -> None:
    """Draw the pictures for the pages: Plan, its left and right half, charts of the Summary, the first page of the report.

    Besides, of a return that goes back its activities, as its lead filled them, and what it says is to be done.
    """
    with tempfile.TemporaryDirectory() as scratch:
        profile = f"-env:UserInstallation={(Path(scratch) / 'profile').as_uri()}"
        report, back = master.with_name("board-report.docx"), master.with_name("to correct.xlsx")
        _run("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", scratch, *map(str, (master, report, back)))
        copy = Path(scratch) / f"{back.stem}.pdf"
        pages = _run("pdftotext", str(copy), "-").split("\f")
        for sheet, picture in (("Activities", "tracker.png"), ("Queries", "to-correct.png")):
            _draw(copy, {next(n for n, page in enumerate(pages, 1) if f"{sheet} · " in page): (0, 0.45)}, folder / picture)
        _draw(Path(scratch) / f"{report.stem}.pdf", {1: (0, 0.95)}, folder / "board.png")
        pdf = Path(scratch) / f"{master.stem}.pdf"
        pages = _run("pdftotext", str(pdf), "-").split("\f")
        plan, summary = (next(n for n, page in enumerate(pages, 1) if f"{sheet} · " in page) for sheet in ("Plan", "Summary"))
        _draw(pdf, {plan: (0, 0.45), plan + 1: (0, 0.45)}, folder / "plan.png")
        _draw(pdf, {summary: (0.05, 0.93)}, folder / "summary.png")


def _draw(pdf: Path, parts: Mapping[int, tuple[float, float]], out: Path) -> None:
    """Draw that part of the height of each page, one above the other, without the empty paper below and beside it."""
    from PIL import Image, ImageOps

    images: list[Image.Image] = []
    for page, (top, bottom) in parts.items():
        _run("pdftoppm", "-r", "100", "-png", "-singlefile", "-f", str(page), str(pdf), str(pdf.with_name(f"page{page}")))
        drawn = Image.open(pdf.with_name(f"page{page}.png")).convert("RGB")
        part = drawn.crop((0, round(drawn.height * top), drawn.width, round(drawn.height * bottom)))
        _, first, right, last = ImageOps.invert(part).getbbox() or (0, 0, *part.size)
        images.append(ImageOps.expand(part.crop((0, first, right, last)), MARGIN, "white"))
    whole = Image.new("RGB", (max(image.width for image in images), sum(image.height for image in images)), "white")
    for number, image in enumerate(images):
        whole.paste(image, (0, sum(one.height for one in images[:number])))
    whole.quantize(128).save(out, optimize=True)


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    build(HERE)
    (HERE / "pictures").mkdir(exist_ok=True)
    pictures(HERE / "examples" / "master.xlsx", HERE / "pictures")
