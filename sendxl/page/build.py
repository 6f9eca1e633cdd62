"""Making the page: one HTML file with Python, its standard library and sendxl in it. The same parts give the same bytes."""

import base64
import hashlib
import io
import json
import re
import shutil
import subprocess
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from sendxl.errors import Unusable, reason
from sendxl.page import offer
from sendxl.returns.checking import LIMIT
from sendxl.version import __version__
from sendxl.xlsx.package.whole_file import replace_file

PYODIDE = "314.0.7"
# The files of Pyodide that go into the page, and their SHA-256: others are refused.
DIGESTS = {
    "pyodide.asm.mjs": "f7cdc8ece80678ceb712f8e65ebe6d3a83203a180c399865f49612a051693635",
    "pyodide.asm.wasm": "cc36e3cab04fdfc9a63ff13eb52eae2b911bf46c025cc7b281f394bd3de1d5e6",
    "pyodide-lock.json": "5dc2fc119108bc148c7457dc86e7675b5c87e1cafd420b9c34c1eaef7b36c010",
    "pyodide.js": "3141b814715a72e59b51b1b18b9ceae5bf19f7c852417e431bb0a34feadf825c",
    "python_stdlib.zip": "fa1957e5777068fc4f7437f96d860ae2fbe9c19732ba06c84e004ec16dd7dd7a",
}
FILE = Path("sendxl.html")
_WEB = Path(__file__).with_name("web")
_PACKAGE = Path(__file__).parents[1]
_OTHERS = ("et_xmlfile", "filelock", "openpyxl")  # what sendxl needs besides for what the page does
# What of sendxl the page has no use for. Those two that are folders beside the package are in it once it is installed.
_LEFT_OUT = ("__main__.py", "addin/", "board/", "cli.py", "jobs/board.py", "jobs/demo.py", "macros/", "page/build.py",
             "returns/cluster.py", "returns/workers.py", "workbooks/")
_SCRIPTS = ("python.js", "files.js", "view.js", "new.js", "page.js")
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Page:
    """The page that was made, its size in bytes and its SHA-256, by which IT support knows it."""

    path: Path
    size: int
    sha256: str


def build(path: Path | str = FILE, *, pyodide: Path | str | None = None, say: Callable[[str], None] = print) -> Page:
    """Make the page at ``path``, of Pyodide's files in the folder ``pyodide`` or, without one, of those that npm fetches.

    Unusable where they are not there, or not those that this version was tried with. ``say`` is told what was made.
    """
    path = Path(path)
    if path.suffix.lower() != ".html":
        raise Unusable(f"{path} must end in .html: it is opened in a browser.")
    if not path.parent.is_dir():
        raise Unusable(f"There is no folder {path.parent}. Make it first.")
    if pyodide is not None:
        parts = _pyodide(Path(pyodide))
    else:
        with tempfile.TemporaryDirectory() as folder:
            parts = _pyodide(_fetched(Path(folder)))
    content = _page({**parts, "site": _site()}).encode()
    replace_file(path, content)
    page = Page(path, len(content), hashlib.sha256(content).hexdigest())
    say(f"{page.path}: {page.size / 1e6:.1f} MB, SHA-256 {page.sha256}.")
    say("It opens in a browser by a double-click, also from a shared folder; it loads nothing and sends nothing.")
    return page


def _pyodide(folder: Path) -> dict[str, bytes]:
    """The parts of Pyodide, each as it was when its digest was taken."""
    parts: dict[str, bytes] = {}
    for name, digest in DIGESTS.items():
        try:
            parts[name] = (folder / name).read_bytes()
        except OSError as error:
            raise Unusable(f"{folder / name} cannot be read: {reason(error)} Give the folder of Pyodide {PYODIDE}, as npm "
                           "unpacks it.") from None
        if hashlib.sha256(parts[name]).hexdigest() != digest:
            raise Unusable(f"{folder / name} is not that of Pyodide {PYODIDE}, and no other goes into the page. Give the folder "
                           "of that version, as npm unpacks it.")
    return {"wasm": parts["pyodide.asm.wasm"], "stdlib": _stored(parts["python_stdlib.zip"]), "asm": parts["pyodide.asm.mjs"],
            "loader": parts["pyodide.js"], "lock": _lock(parts["pyodide-lock.json"])}


def _fetched(folder: Path) -> Path:
    """The folder of Pyodide as npm unpacks it."""
    npm = shutil.which("npm")
    if not npm:
        raise Unusable(f"The page is made of Pyodide {PYODIDE}, and there is no npm to fetch it. Give its folder: --pyodide "
                       "FOLDER.")
    done = subprocess.run([npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder,
                           f"pyodide@{PYODIDE}"], capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise Unusable(f"npm did not fetch Pyodide {PYODIDE} ({done.stderr.strip() or 'it does not say why'}). Give its folder: "
                       "--pyodide FOLDER.")
    return folder / "node_modules" / "pyodide"


def _lock(whole: bytes) -> bytes:
    """What Pyodide wants to know of itself, without the packages that it could load from elsewhere."""
    return json.dumps({"info": json.loads(whole)["info"], "packages": {}}, sort_keys=True).encode()


def _stored(packed: bytes) -> bytes:
    """The same zip without compression of its own: all of it is compressed once, and the better for it."""
    with zipfile.ZipFile(io.BytesIO(packed)) as given:
        return _zip({info.filename: given.read(info) for info in given.infolist() if not info.is_dir()})


def _site() -> bytes:
    """sendxl and the pure packages that it needs, as a zip."""
    files: dict[str, bytes] = {}
    for path in sorted(_PACKAGE.rglob("*")):
        name = path.relative_to(_PACKAGE).as_posix()
        if path.is_file() and path.suffix in (".py", ".txt") and not name.startswith(_LEFT_OUT):
            files[f"sendxl/{name}"] = path.read_bytes()
    for package in _OTHERS:
        for name, path in _of_package(package):
            files[name] = path.read_bytes()
    return _zip(files)


def _of_package(name: str) -> Iterator[tuple[str, Path]]:
    found = find_spec(name)
    if not (found and found.submodule_search_locations):
        raise Unusable(f"The page needs {name}, which this Python does not have. Run: python -m pip install {name}")
    (place,) = found.submodule_search_locations
    for path in sorted(Path(place).rglob("*.py")):
        yield f"{name}/{path.relative_to(place).as_posix()}", path


def _zip(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as out:
        for name in sorted(files):
            out.writestr(zipfile.ZipInfo(name, _FIXED_TIME), files[name])
    return packed.getvalue()


def _page(parts: Mapping[str, bytes]) -> str:
    """The HTML: style, markup and script as they are written, the parts packed into blocks that no browser runs."""
    script = "\n".join(['"use strict";', *((_WEB / name).read_text(encoding="utf-8") for name in _SCRIPTS)])
    filled = {
        "version": __version__,
        "style": (_WEB / "page.css").read_text(encoding="utf-8"),
        "policy": _policy(script),
        "parts": "\n".join(f'<script type="application/octet-stream" id="part-{name}">{_packed(content)}</script>'
                           for name, content in sorted(parts.items())),
        "worker": (_WEB / "worker.js").read_text(encoding="utf-8"),
        "offer": json.dumps({"actions": offer.as_json(), "limit": LIMIT}, ensure_ascii=False).replace("<", "\\u003c"),
        "script": script,
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda found: filled[found[1]], (_WEB / "page.html").read_text(encoding="utf-8"))


def _packed(content: bytes) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return base64.b64encode(packer.compress(content) + packer.flush()).decode()


def _policy(script: str) -> str:
    """What the page may do: run this one script and workers made of itself; send nothing, load nothing."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return "; ".join((
        "default-src 'none'", f"script-src 'sha256-{digest}' 'wasm-unsafe-eval' blob:", "worker-src blob:",
        "style-src 'unsafe-inline'", "connect-src 'none'", "base-uri 'none'", "form-action 'none'",
    ))
