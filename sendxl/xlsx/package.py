"""A workbook file as a zip package: opened safely though a stranger made it.

The whole (compressed) file is held in memory, so what is read, hashed and copied is one snapshot. Every inflation is
capped by what actually comes out, never by what the directory claims.
"""

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

_CHUNK = 1 << 18


class Fault(Enum):
    """Why a file cannot be used as a workbook, as said to a person."""

    MISSING = "there is no such file"
    EMPTY = "the file is empty"
    ENCRYPTED = "it is protected with a password; save a copy without one"
    OLD_XLS = "it is in the old .xls format; save it as an Excel Workbook (.xlsx)"
    XLSB = "it is an .xlsb workbook; save it as an Excel Workbook (.xlsx)"
    ODS = "it is an OpenDocument spreadsheet; save it as an Excel Workbook (.xlsx)"
    HTML = "it is a web page, not a workbook; save it as an Excel Workbook (.xlsx)"
    NOT_ZIP = "it is not an Excel workbook"
    DAMAGED = "it is damaged"
    NOT_WORKBOOK = "it is a zip file but holds no workbook"
    TOO_LARGE = "it is too large, or a decompression bomb"
    UNSAFE = "it is built in an unsafe way"


class PackageError(Exception):
    """The file cannot be used as a workbook. ``fault`` says why; the message adds what exactly was found."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        self.fault = fault
        self.detail = detail
        super().__init__(f"{fault.value} ({detail})" if detail else fault.value)


@dataclass(frozen=True)
class Limits:
    """How much a package may hold: bytes of the file, of one inflated part and of all, and members."""

    file: int = 256 << 20
    part: int = 2 << 30
    total: int = 4 << 30
    members: int = 10_000


MASTER_LIMITS = Limits()
RETURN_LIMITS = Limits(file=32 << 20, part=64 << 20, total=160 << 20, members=1_000)


class Package:
    """An opened package. ``sha256`` is of the file as read."""

    def __init__(self, blob: bytes, limits: Limits = MASTER_LIMITS) -> None:
        """Open from bytes; PackageError where it is not a zip package that may be read."""
        if len(blob) > limits.file:
            raise PackageError(Fault.TOO_LARGE, f"{len(blob) / 1e6:,.0f} MB")
        self.blob = blob
        self.limits = limits
        self.sha256 = hashlib.sha256(blob).hexdigest()
        _check_magic(blob)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(blob))
        except (
            zipfile.BadZipFile,
            ValueError,
            struct.error,
            UnicodeDecodeError,
            NotImplementedError,
            OSError,
        ) as error:
            raise PackageError(Fault.DAMAGED, str(error)) from None
        members = self._zip.infolist()
        if len(members) > limits.members:
            raise PackageError(Fault.TOO_LARGE, f"{len(members):,} parts")
        self._infos = {info.filename: info for info in members}
        self._check_names(members)
        self._inflated: dict[str, int] = {}  # bytes that came out of each part, at most

    @classmethod
    def open(cls, path: Path, limits: Limits = MASTER_LIMITS) -> "Package":
        """Open a file; PackageError where it is not a package that may be read."""
        try:
            size = path.stat().st_size
        except FileNotFoundError:
            raise PackageError(Fault.MISSING) from None
        if size > limits.file:
            raise PackageError(Fault.TOO_LARGE, f"{size / 1e6:,.0f} MB")
        return cls(path.read_bytes(), limits)

    def _check_names(self, members: list[zipfile.ZipInfo]) -> None:
        seen: set[str] = set()
        for info in members:
            folded = info.filename.casefold()
            if folded in seen:
                raise PackageError(Fault.UNSAFE, f"two parts are called {info.filename!r}")
            seen.add(folded)
            if folded.startswith(("/", "\\")) or ".." in folded.replace("\\", "/").split("/") or ":" in folded:
                raise PackageError(Fault.UNSAFE, f"a part is called {info.filename!r}")
            if info.flag_bits & 1:
                raise PackageError(Fault.ENCRYPTED)
        if "mimetype" in seen and "content.xml" in seen:
            raise PackageError(Fault.ODS)
        if "xl/workbook.bin" in seen:
            raise PackageError(Fault.XLSB)
        if "[content_types].xml" not in seen:
            raise PackageError(Fault.NOT_WORKBOOK)

    @property
    def names(self) -> list[str]:
        """Names of all parts, in the order of the file."""
        return list(self._infos)

    def __contains__(self, name: str) -> bool:
        return name in self._infos

    @property
    def infos(self) -> Mapping[str, zipfile.ZipInfo]:
        """What the directory states of each part."""
        return self._infos

    def crc(self, name: str) -> int:
        """CRC-32 of a part as the directory states it."""
        return self._infos[name].CRC

    @property
    def needs_zip64(self) -> bool:
        """True if the file uses the ZIP64 form, which is read but not edited."""
        return b"PK\x06\x06" in self.blob[-4096:] or any(
            0xFFFFFFFF in (i.file_size, i.header_offset) for i in self._infos.values()
        )

    def chunks(self, name: str) -> Iterator[bytes]:
        """A part's bytes, piece by piece; PackageError where it is damaged or larger than allowed."""
        info = self._infos.get(name)
        if info is None:
            raise PackageError(Fault.DAMAGED, f"the part {name} is missing")
        size = 0
        try:
            with self._zip.open(info) as stream:
                while piece := stream.read(_CHUNK):
                    size += len(piece)
                    self._inflated[name] = max(size, self._inflated.get(name, 0))
                    if size > self.limits.part or sum(self._inflated.values()) > self.limits.total:
                        raise PackageError(Fault.TOO_LARGE, f"the part {name} unpacks to more than is allowed")
                    yield piece
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            struct.error,
            OSError,
            RuntimeError,
        ) as error:
            raise PackageError(Fault.DAMAGED, f"the part {name}: {error}") from None

    def read(self, name: str) -> bytes:
        """A part's bytes; PackageError as for ``chunks``."""
        return b"".join(self.chunks(name))

    def raw(self, name: str) -> bytes:
        """A part's compressed bytes, as they stand in the file."""
        info = self._infos[name]
        start = info.header_offset
        name_size, extra_size = struct.unpack("<HH", self.blob[start + 26 : start + 30])
        start += 30 + name_size + extra_size
        return self.blob[start : start + info.compress_size]


def _check_magic(blob: bytes) -> None:
    """Tell from the first bytes what the file is; PackageError for all but a zip."""
    if not blob:
        raise PackageError(Fault.EMPTY)
    if blob.startswith(b"PK\3\4"):
        return
    if blob.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        encrypted = "EncryptedPackage".encode("utf-16-le") in blob
        raise PackageError(Fault.ENCRYPTED if encrypted else Fault.OLD_XLS)
    start = blob[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head")):
        raise PackageError(Fault.HTML)
    raise PackageError(Fault.NOT_ZIP)
