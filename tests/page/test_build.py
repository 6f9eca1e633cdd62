"""Making the page: the same bytes, of nothing but what was tried, which neither loads nor sends."""

import base64
import hashlib
import re
import shutil
import zlib
from pathlib import Path
from zipfile import ZipFile

import pytest

from sendxl.errors import Unusable
from sendxl.page import build as building
from sendxl.page.build import DIGESTS, build
from tests.programs import PYODIDE

WEB = Path(__file__).parents[2] / "sendxl" / "page" / "web"
MEGABYTE = 10**6


def parts_of(page: Path) -> dict[str, bytes]:
    blocks = re.findall(r'<script type="application/octet-stream" id="part-(\w+)">([^<]*)</script>', page.read_text("utf-8"))
    return {name: zlib.decompress(base64.b64decode(packed), -15) for name, packed in blocks}


@pytest.mark.needs_pyodide
def test_the_same_parts_give_the_same_bytes(page: Path, tmp_path: Path) -> None:
    told: list[str] = []
    again = build(tmp_path / "again.html", pyodide=PYODIDE, say=told.append)
    assert again.path.read_bytes() == page.read_bytes()
    assert again.sha256 == hashlib.sha256(page.read_bytes()).hexdigest()
    assert again.sha256 in told[0]


@pytest.mark.needs_pyodide
def test_it_is_one_file_under_13_megabytes(page: Path) -> None:
    text = page.read_text("utf-8")
    assert page.stat().st_size < 13 * MEGABYTE
    assert not re.search(r"<(?:script|img|link|iframe)[^>]+\b(?:src|href)=", text)
    assert "{{" not in text


@pytest.mark.needs_pyodide
def test_its_policy_lets_it_run_its_own_script_and_nothing_else(page: Path) -> None:
    text = page.read_text("utf-8")
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    directives = dict(directive.strip().split(" ", 1) for directive in policy.split(";"))
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert directives.pop("script-src") == f"'sha256-{digest}' 'wasm-unsafe-eval' blob:"
    assert directives == {"default-src": "'none'", "worker-src": "blob:", "style-src": "'unsafe-inline'",
                          "connect-src": "'none'", "base-uri": "'none'", "form-action": "'none'"}


@pytest.mark.needs_pyodide
def test_sendxl_is_in_it_without_what_a_browser_has_no_use_for(page: Path, tmp_path: Path) -> None:
    (tmp_path / "site.zip").write_bytes(parts_of(page)["site"])
    with ZipFile(tmp_path / "site.zip") as site:
        names = set(site.namelist())
    assert {"sendxl/page/desk.py", "sendxl/jobs/stamp.py", "openpyxl/__init__.py", "filelock/__init__.py"} <= names
    assert not [name for name in names if name.startswith(("sendxl/addin", "sendxl/board", "sendxl/workbooks", "sendxl/macros"))]
    assert not [name for name in names if "multiprocessing" in name]


@pytest.mark.needs_pyodide
@pytest.mark.parametrize("name", DIGESTS)
def test_another_pyodide_is_refused(name: str, tmp_path: Path) -> None:
    folder = shutil.copytree(PYODIDE, tmp_path / "pyodide")
    with (folder / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(Unusable, match=f"{re.escape(name)} is not that of Pyodide {re.escape(building.PYODIDE)}"):
        build(tmp_path / "page.html", pyodide=folder)
    assert not (tmp_path / "page.html").exists()


def test_a_folder_without_pyodide_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="cannot be read"):
        build(tmp_path / "page.html", pyodide=tmp_path)


def test_without_npm_it_asks_for_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Unusable, match="--pyodide FOLDER"):
        build(tmp_path / "page.html")


@pytest.mark.parametrize("name", ["page.txt", "none/page.html"])
def test_where_it_cannot_be_made(name: str, tmp_path: Path) -> None:
    with pytest.raises(Unusable):
        build(tmp_path / name)


@pytest.mark.parametrize("path", sorted(WEB.glob("*.js")), ids=lambda path: path.name)
def test_no_script_makes_html_of_text_or_loads_anything(path: Path) -> None:
    text = path.read_text("utf-8")
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "XMLHttpRequest", "WebSocket",
                 "sendBeacon", "eval(", "new Function", "createContextualFragment", "localStorage"):
        assert word not in text, word
    assert text.count("fetch") == (1 if path.name == "worker.js" else 0)  # the worker's own, which answers from memory
