"""The add-in: read again with readers that are not ours, and refused where xlwings' own has changed."""

import io
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import olefile
import pytest
from oletools.olevba import VBA_Parser, decompress_stream
from openpyxl import load_workbook

from sendxl.books.live.without_pandas import xlwings
from sendxl.desktop import ribbon
from sendxl.errors import Refused

XLWINGS = Path(xlwings.__file__).parent
TEMPLATE = XLWINGS / "quickstart_addin_ribbon.xlam"
MACRO_FOLDER = Path(__file__).parents[2] / "macros"
MACROS = {path.stem: path.read_text(encoding="ascii") for path in MACRO_FOLDER.glob("*.bas")}
Members = dict[str, bytes]


def members(content: bytes) -> Members:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def zipped(parts: Members) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return out.getvalue()


@pytest.fixture(scope="module")
def built() -> bytes:
    return ribbon.addin()


@pytest.fixture(scope="module")
def compound(built: bytes) -> Iterator[olefile.OleFileIO]:
    project = members(built)["xl/vbaProject.bin"]
    with olefile.OleFileIO(io.BytesIO(project), raise_defects=olefile.DEFECT_UNSURE) as file:
        assert not file.parsing_issues
        yield file


def sources(content: bytes) -> dict[str, str]:
    parser = VBA_Parser("sendxl.xlam", data=content)
    try:
        return {str(name).rpartition(".")[0]: str(source).replace("\r\n", "\n") for *_, name, source in parser.extract_macros()}
    finally:
        parser.close()


def test_olevba_reads_our_macros_and_xlwings_own_modules(built: bytes) -> None:
    found, theirs = sources(built), sources(TEMPLATE.read_bytes())
    assert {name: found.pop(name) for name in MACROS} == MACROS
    del theirs["RibbonMyAddin"]
    theirs["xlwings"] = theirs["xlwings"].replace('PROJECT_NAME As String = "myaddin"', 'PROJECT_NAME As String = "sendxl"')
    own = found.pop("ThisWorkbook")
    assert own == theirs.pop("ThisWorkbook") + (MACRO_FOLDER / "ThisWorkbook.cls").read_text(encoding="ascii")
    assert found == theirs
    assert 'Public Const PROJECT_NAME As String = "sendxl"' in found["xlwings"]


def test_the_compound_file_holds_the_modules_and_nothing_that_was_compiled(compound: olefile.OleFileIO) -> None:
    modules = {"ThisWorkbook", "Sheet2", "Dictionary", "xlwings", *MACROS}
    assert {"/".join(path) for path in compound.listdir()} == {
        "PROJECT", "PROJECTwm", "VBA/dir", "VBA/_VBA_PROJECT", *(f"VBA/{name}" for name in modules)}
    assert compound.openstream("VBA/_VBA_PROJECT").read() == b"\xcc\x61\xff\xff\x00\x00\x00"
    for name in modules:  # source from the first byte: no room for anything before it
        stream = compound.openstream(f"VBA/{name}").read()
        assert decompress_stream(bytearray(stream)).startswith(b"Attribute VB_Name = ")


def test_the_directory_names_the_project_and_every_module(compound: olefile.OleFileIO) -> None:
    directory = decompress_stream(bytearray(compound.openstream("VBA/dir").read()))
    records, at = [], 0
    while at < len(directory):
        kind, size = struct.unpack_from("<HI", directory, at)
        size = 6 if kind == 0x09 else size
        records.append((kind, directory[at + 6:at + 6 + size]))
        at += 6 + size
    assert at == len(directory)
    assert records[-1] == (0x10, b"")

    def all_of(kind: int) -> list[bytes]:
        return [data for found, data in records if found == kind]

    names = [name.decode() for name in all_of(0x19)]
    assert all_of(0x04) == [b"sendxl"]
    assert all_of(0x16) == [b"Office"] and not re.search(rb"felix|Users|MSForms|FM20", directory)  # nothing of who made it
    assert all_of(0x0F) == [struct.pack("<H", len(names))]
    assert set(names) == {"ThisWorkbook", "Sheet2", "Dictionary", "xlwings", *MACROS}
    assert [name.decode() for name in all_of(0x1A)] == names
    assert [name.decode("utf-16-le") for name in all_of(0x32)] == names
    assert [name.decode("utf-16-le") for name in all_of(0x47)] == names
    assert all_of(0x31) == [bytes(4)] * len(names)
    text = compound.openstream("PROJECT").read().decode("cp1252")
    assert re.findall(r"^(?:Module|Document|Class)=(\w+)", text, re.MULTILINE) == names
    assert 'Name="sendxl"\r\n' in text
    wide = b"".join(name.encode() + b"\0" + name.encode("utf-16-le") + b"\0\0" for name in names) + b"\0\0"
    assert compound.openstream("PROJECTwm").read() == wide


def test_the_settings_are_keys_that_xlwings_reads_and_name_no_interpreter(built: bytes) -> None:
    parts = members(built)
    types = "[Content_Types].xml"
    parts[types] = parts[types].replace(b"addin.macroEnabled.main", b"sheet.macroEnabled.main")  # openpyxl opens no add-ins
    book = load_workbook(io.BytesIO(zipped(parts)))
    assert book.sheetnames == ["sendxl.conf"]
    settings = {str(key): value or "" for key, value in book["sendxl.conf"].iter_rows(values_only=True)}
    assert settings == {**ribbon.SETTINGS, "XLWINGS VERSION": xlwings.__version__}
    read = {key.upper() for key in re.findall(r'GetConfig\("([^"]+)"', sources(built)["xlwings"])}
    assert set(ribbon.SETTINGS) <= read
    assert not [key for key in settings if key.startswith("INTERPRETER")]
    assert settings["ADD_WORKBOOK_TO_PYTHONPATH"] == settings["USE UDF SERVER"] == "False"


def test_the_rest_is_ours_or_xlwings_own(built: bytes) -> None:
    parts, theirs = members(built), members(TEMPLATE.read_bytes())
    assert set(parts) == set(theirs)
    changed = {name for name in parts if parts[name] != theirs[name]}
    assert changed == {"xl/vbaProject.bin", "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml",
                       "customUI/customUI.xml", "_rels/.rels", "docProps/core.xml"}
    assert b"2006/relationships/ui/extensibility" in parts["_rels/.rels"]
    assert b"http://schemas.microsoft.com/office/2006/01/customui" in parts["customUI/customUI.xml"]
    assert not [name for name, part in parts.items() if re.search(rb"felix|myaddin|MyAddin", part)]


def test_building_twice_gives_the_same_bytes_and_replaces_the_file(tmp_path: Path, built: bytes) -> None:
    path = tmp_path / "sendxl.xlam"
    path.write_bytes(b"before")
    ribbon.build_addin(path)
    assert path.read_bytes() == built
    assert ribbon.made_from(built) == xlwings.__version__
    assert list(tmp_path.iterdir()) == [path]


def test_an_add_in_is_known_again_however_it_is_packed(built: bytes) -> None:
    assert ribbon.same(built, zipped(members(built)))
    assert not ribbon.same(built, TEMPLATE.read_bytes())
    assert not ribbon.same(built, b"no zip")
    assert ribbon.made_from(TEMPLATE.read_bytes()) is None
    assert ribbon.made_from(b"no zip") is None


def without(name: str) -> Callable[[Members], bytes]:
    return lambda parts: zipped({key: part for key, part in parts.items() if key != name})


def instead(name: str, old: bytes, new: bytes) -> Callable[[Members], bytes]:
    return lambda parts: zipped({**parts, name: parts[name].replace(old, new)})


def damaged(parts: Members) -> bytes:
    project = parts["xl/vbaProject.bin"]
    return zipped({**parts, "xl/vbaProject.bin": project[:3000]})


@pytest.mark.parametrize("shape", [
    lambda parts: b"no zip",
    damaged,
    without("xl/vbaProject.bin"),
    without("customUI/customUI.xml"),
    without("xl/sharedStrings.xml"),
    instead("xl/workbook.xml", b"_myaddin.conf", b"_other.conf"),
    instead("_rels/.rels", b"ui/extensibility", b"ui/other"),
    instead("xl/worksheets/sheet1.xml", b"sheetData>", b"other>"),
    instead("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0", b"\xd0\xcf\x11\xe1"),
    instead("xl/vbaProject.bin", "dir".encode("utf-16-le"), "dis".encode("utf-16-le")),
    instead("xl/vbaProject.bin", "RibbonMyAddin".encode("utf-16-le"), "RibbonMyOther".encode("utf-16-le")),
], ids=["no zip", "cut short", "no project", "no ribbon", "no strings", "other sheet", "other relation", "no cells",
        "no compound", "no directory", "other module"])
def test_another_shape_is_refused_and_nothing_written(
    shape: Callable[[Members], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / TEMPLATE.name).write_bytes(shape(members(TEMPLATE.read_bytes())))
    monkeypatch.setattr(ribbon, "find_spec", lambda name: SimpleNamespace(origin=str(tmp_path / "__init__.py")))
    out = tmp_path / "out.xlam"
    with pytest.raises(Refused, match=r"quickstart_addin_ribbon\.xlam is not the add-in that sendxl knows.*pip install"):
        ribbon.build_addin(out)
    assert not out.exists()


@pytest.mark.parametrize("spec", [None, SimpleNamespace(origin=None)])
def test_without_xlwings_it_says_so(spec: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ribbon, "find_spec", lambda name: spec)
    with pytest.raises(Refused, match="xlwings is not installed"):
        ribbon.addin()
