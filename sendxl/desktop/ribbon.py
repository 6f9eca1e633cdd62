"""The Excel add-in sendxl.xlam: xlwings' own ribbon add-in with our ribbon, our macros and settings that cannot be overruled.

Nothing of xlwings is kept here: the add-in is made of the one that is installed, so both are always of the same version.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from importlib.metadata import version
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from xml.sax.saxutils import escape

from sendxl.books.build.save import BUILT
from sendxl.desktop.compound import CompoundError
from sendxl.desktop.vba import Project
from sendxl.errors import Refused
from sendxl.xlsx.package.whole_file import replace_file

NAME = "sendxl"  # of the VBA project; xlwings looks for settings under it
FILE = f"{NAME}.xlam"
# What xlwings is told on the add-in's own sheet goes before any file beside a workbook and any file of the user. So no
# code is looked for beside the workbook, and Python is started for each click and ends with it.
SETTINGS = {
    "ADD_WORKBOOK_TO_PYTHONPATH": "False", "PYTHONPATH": "", "USE UDF SERVER": "False", "UDF MODULES": "",
    "DEBUG UDFS": "False", "SHOW CONSOLE": "False", "SHOW_ERROR_POPUPS": "True", "LICENSE_KEY": "",
}
_VERSION = "XLWINGS VERSION"  # kept on that sheet too; xlwings reads past it
_TEMPLATE = "quickstart_addin_ribbon.xlam"
_BOOK = "ThisWorkbook"  # where Excel's own events can be heard
_REPLACED = "RibbonMyAddin"  # xlwings' example of a ribbon
_FORMS = "MSForms"  # no module uses it, and it names a folder on the machine of xlwings' author
_PROJECT_NAME = re.compile(r'(Const PROJECT_NAME As String = )"myaddin"')
_PROJECT, _SHEET, _STRINGS = "xl/vbaProject.bin", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_RIBBON, _RELATIONS, _WORKBOOK, _CORE = "customUI/customUI.xml", "_rels/.rels", "xl/workbook.xml", "docProps/core.xml"
_MEMBER_TIME = (1980, 1, 1, 0, 0, 0)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def build_addin(path: Path) -> None:
    """Write the add-in to ``path``, replacing what is there in one step. Refused if xlwings' own cannot be made use of."""
    replace_file(path, addin())


def addin() -> bytes:
    """The add-in: the same bytes on each run. Refused if xlwings is missing or its add-in has another shape than known."""
    found = find_spec("xlwings")
    if found is None or found.origin is None:
        raise Refused("xlwings is not installed for this Python: install sendxl again.")
    template = Path(found.origin).with_name(_TEMPLATE)
    try:
        with zipfile.ZipFile(template) as source:
            members = {name: source.read(name) for name in source.namelist()}
        return _zipped(_changed(members))
    except (OSError, zipfile.BadZipFile, CompoundError, KeyError, ValueError) as error:
        raise Refused(f"{template} is not the add-in that sendxl knows how to change ({error}). Install the version of xlwings "
                      "that sendxl asks for: “pip install --force-reinstall sendxl”.") from None


def macros() -> dict[str, str]:
    """The source of our VBA modules by name."""
    folder = files("sendxl.macros")
    return {item.name.removesuffix(".bas"): item.read_text(encoding="ascii")
            for item in sorted(folder.iterdir(), key=lambda item: item.name) if item.name.endswith(".bas")}


def events() -> str:
    """The source of what Excel tells the add-in of other workbooks; it goes into the module of the add-in's own workbook."""
    return files("sendxl.macros").joinpath(f"{_BOOK}.cls").read_text(encoding="ascii")


def made_from(content: bytes) -> str | None:
    """The version of xlwings that an add-in was made from; None if it is not one of ours."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            strings = re.findall(r"<t[^>]*>([^<]*)</t>", file.read(_STRINGS).decode())
        return str(strings[strings.index(_VERSION) + 1])
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError):
        return None


def same(one: bytes, other: bytes) -> bool:
    """True if two add-ins hold the same, however they were packed."""
    try:
        return _unzipped(one) == _unzipped(other)
    except zipfile.BadZipFile:
        return False


def _changed(members: Mapping[str, bytes]) -> dict[str, bytes]:
    made = dict(members)
    made[_PROJECT] = _project(members[_PROJECT])
    made[_RIBBON] = files("sendxl.macros").joinpath("ribbon.xml").read_bytes()
    # The relation that belongs to the ribbon's namespace; xlwings' own has that of a later one.
    made[_RELATIONS] = _once(r"office/200[67](/relationships/ui/extensibility)", r"office/2006\1", members[_RELATIONS])
    workbook = _once(r'<sheet name="_myaddin\.conf"', f'<sheet name="{NAME}.conf"', members[_WORKBOOK])
    made[_WORKBOOK] = _once(r"<mc:AlternateContent.*?</mc:AlternateContent>", "", workbook)  # a path on its author's machine
    made[_SHEET], made[_STRINGS] = _settings(members[_SHEET])
    made[_CORE] = _core()
    if set(made) != set(members):
        raise ValueError(f"it has no {', '.join(sorted(set(made) - set(members)))}")
    return made


def _project(content: bytes) -> bytes:
    project = Project(content)
    source, found = _PROJECT_NAME.subn(rf'\1"{NAME}"', project.sources["xlwings"])
    if found != 1:
        raise ValueError("PROJECT_NAME is not where it was")
    project.write("xlwings", source)
    project.replace(_REPLACED, macros())
    project.write(_BOOK, f"{project.sources[_BOOK].rstrip()}\n{events()}")
    project.rename(NAME)
    project.drop_reference(_FORMS)
    return project.to_bytes()


def _once(pattern: str, to: str, part: bytes) -> bytes:
    text, found = re.subn(pattern, to, part.decode(), flags=re.DOTALL)
    if found != 1:
        raise ValueError(f"{pattern} is there {found} times")
    return text.encode()


def _settings(sheet: bytes) -> tuple[bytes, bytes]:
    """The sheet of settings and the strings it shows: key and value in each row."""
    rows = {**SETTINGS, _VERSION: version("xlwings")}
    strings = list(dict.fromkeys(text for row in rows.items() for text in row if text))
    cells = "".join(
        f'<row r="{at}">' + "".join(f'<c r="{column}{at}" t="s"><v>{strings.index(text)}</v></c>'
                                    for column, text in zip("AB", row, strict=True) if text) + "</row>"
        for at, row in enumerate(rows.items(), 1)
    )
    made = _once(r"<dimension [^>]*>", f'<dimension ref="A1:B{len(rows)}"/>', sheet)
    made = _once(r"<sheetData>.*</sheetData>", f"<sheetData>{cells}</sheetData>", made)
    items = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
    return made, f'<sst xmlns="{_MAIN}" uniqueCount="{len(strings)}">{items}</sst>'.encode()


def _core() -> bytes:
    return ('<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
            ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
            ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            f"<dc:title>{NAME}</dc:title><dc:creator>{NAME}</dc:creator>"
            f'<dcterms:created xsi:type="dcterms:W3CDTF">{BUILT}</dcterms:created></cp:coreProperties>').encode()


def _zipped(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in sorted(members, key=lambda name: (name != "[Content_Types].xml", name)):
            member = zipfile.ZipInfo(name, _MEMBER_TIME)
            member.compress_type, member.create_system = zipfile.ZIP_DEFLATED, 3
            file.writestr(member, members[name])
    return out.getvalue()


def _unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}
