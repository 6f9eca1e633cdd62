"""Takes the picture of the page for README: python -m tests.page.picture (needs chromium, and npm ci in tests/node)."""

import tempfile
from pathlib import Path

from sendxl.page.build import build
from tests.page.conftest import ROOT, made_month
from tests.page.screen import opened
from tests.programs import PYODIDE

PICTURE = ROOT / "workbooks" / "pictures" / "page.png"


def main() -> None:
    """Open the page, check the returns of the sample plan, and take what is then seen."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        month = made_month(folder / "month")
        page = build(folder / "sendxl.html", pyodide=PYODIDE, say=lambda text: None).path
        with opened(page, folder) as screen:
            screen.choose("plan", month.master)
            screen.choose("folder", month.returns)
            screen.press("validate")
            screen.inside("document.querySelector('.outcome').open = false; document.activeElement.blur(); scrollTo(0, 0)")
            screen.tab.set_viewport_size({"width": 1280, "height": 1180})
            screen.tab.screenshot(path=PICTURE)


if __name__ == "__main__":
    main()
