"""A workbook file as a zip package: opened safely though a stranger made it.

The whole (compressed) file is held in memory, so what is read, hashed and copied is one snapshot. Every inflation is
capped by what actually comes out, never by what the directory claims.
"""

import hashlib
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sendxl.errors import FileFault, FileUnreadable
from sendxl.xlsx.package.magic import check_magic, check_parts

__all__ = ["MASTER_LIMITS", "RETURN_LIMITS", "FileFault", "Limits", "Package", "FileUnreadable"]

_CHUNK = 1 << 18
_PACKED = 1 << 16  # bytes inflated at a time
_NOT_ORDINARY = "it is no ordinary file"


@dataclass(frozen=True)
class Limits:
    """How much a package may hold: bytes of the file, of one part that is read and of all of these, and members.

    ``claimed``: bytes that all members come to by the directory, read or not. ``cells``: rows, cells and merges of all
    sheets that are read; also shared strings. ``marks``: the characters < and & in all parts that are read, which is
    what reading them costs; None: any number.
    """

    file: int = 256 << 20
    part: int = 2 << 30
    total: int = 4 << 30
    members: int = 10_000
    claimed: int = 16 << 30
    cells: int = 20_000_000
    marks: int | None = None


MASTER_LIMITS = Limits()
# A tracker of 300 rows, every text of it 1,000 characters long, comes to half of this; what is pasted into one as a
# picture is never unpacked.
RETURN_LIMITS = Limits(
    file=32 << 20, part=8 << 20, total=24 << 20, members=1_000, claimed=256 << 20, cells=200_000, marks=2_000_000
)


class Package:
    """An opened package. ``sha256`` is of the file as read."""

    def __init__(self, blob: bytes, limits: Limits = MASTER_LIMITS,
                 check: Callable[[Collection[str]], None] = check_parts) -> None:
        """Open from bytes; FileUnreadable where it is not a zip package that may be read.

        ``check`` tells by the names inside, in small letters, that it is of the kind that is wanted: a workbook, unless given.
        """
        if len(blob) > limits.file:
            raise FileUnreadable(FileFault.TOO_LARGE, f"{len(blob) / 1e6:,.0f} MB")
        self.blob = blob
        self.limits = limits
        self.sha256 = hashlib.sha256(blob).hexdigest()
        check_magic(blob)
        if (entries := blob.count(b"PK\1\2")) > limits.members:  # before each is made an object
            raise FileUnreadable(FileFault.TOO_LARGE, f"{entries:,} parts")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(blob))
        except (
            zipfile.BadZipFile,
            ValueError,
            struct.error,
            UnicodeDecodeError,
            NotImplementedError,
            OSError,
        ):
            raise FileUnreadable(FileFault.DAMAGED, "its directory cannot be read; it may be cut short") from None
        members = self._zip.infolist()
        self._check_names(members, check)
        self._infos = {_part_name(info): info for info in members}
        self._by_fold = {name.casefold(): name for name in self._infos}
        if (claimed := sum(info.file_size for info in members)) > limits.claimed:
            raise FileUnreadable(FileFault.TOO_LARGE, f"it unpacks to {claimed / 1e6:,.0f} MB")
        self._counts_marks = limits.marks is not None and claimed > limits.marks  # there are never more of them than bytes
        self._inflated: dict[str, int] = {}  # bytes that came out of each part, at most
        self._marks: dict[str, int] = {}  # and marks

    @classmethod
    def open(cls, path: Path, limits: Limits = MASTER_LIMITS,
             check: Callable[[Collection[str]], None] = check_parts) -> "Package":
        """Open a file; FileUnreadable where it is not a package that may be read."""
        try:
            found = path.stat()
        except FileNotFoundError:
            raise FileUnreadable(FileFault.MISSING) from None
        if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):  # of a pipe there may be no end
            raise FileUnreadable(FileFault.NOT_ZIP, _NOT_ORDINARY)
        if found.st_size > limits.file:
            raise FileUnreadable(FileFault.TOO_LARGE, f"{found.st_size / 1e6:,.0f} MB")
        with path.open("rb") as file:
            return cls(file.read(min(found.st_size, limits.file) + 1), limits, check)

    def _check_names(self, members: list[zipfile.ZipInfo], check: Callable[[Collection[str]], None]) -> None:
        seen: set[str] = set()
        for info in members:
            folded = _part_name(info).casefold()
            if folded in seen:
                raise FileUnreadable(FileFault.UNSAFE, f"two parts are called {info.filename!r}; use an earlier copy of it")
            seen.add(folded)
            if folded.startswith("/") or ".." in folded.split("/") or any(bad in folded for bad in ":\0"):
                raise FileUnreadable(FileFault.UNSAFE, f"a part is called {info.orig_filename!r}")
            if info.flag_bits & 1:
                raise FileUnreadable(FileFault.ENCRYPTED)
        check(seen)

    @property
    def names(self) -> list[str]:
        """Names of all parts, in the order of the file."""
        return list(self._infos)

    def named(self, name: str) -> str:
        """A part's name as the package spells it: names compare without case (Open Packaging Conventions, part names)."""
        return self._by_fold.get(name.casefold(), name)

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
        """A part's bytes, piece by piece; FileUnreadable where it is damaged or larger than allowed."""
        info = self._infos.get(name)
        if info is None:
            raise FileUnreadable(FileFault.DAMAGED, f"the part {name} is missing")
        size = crc = marks = 0
        try:
            for piece in self._inflate(info):
                size += len(piece)
                crc = zlib.crc32(piece, crc)
                if self._counts_marks or size > info.file_size:
                    marks += piece.count(b"<") + piece.count(b"&")
                self._count(name, size, marks)
                yield piece
        except zlib.error:
            raise FileUnreadable(FileFault.DAMAGED, f"the part {name} cannot be unpacked") from None
        if (size, crc) != (info.file_size, info.CRC):
            raise FileUnreadable(FileFault.DAMAGED, f"the part {name} is not what the directory says of it")

    def _count(self, name: str, size: int, marks: int) -> None:
        """Hold what came out of a part against the limits; what is read again is not counted again."""
        limits = self.limits
        self._inflated[name] = max(size, self._inflated.get(name, 0))
        if size > limits.part or sum(self._inflated.values()) > limits.total:
            raise FileUnreadable(FileFault.TOO_LARGE, f"the part {name} unpacks to more than is allowed")
        self._marks[name] = max(marks, self._marks.get(name, 0))
        if limits.marks is not None and sum(self._marks.values()) > limits.marks:
            raise FileUnreadable(FileFault.TOO_LARGE, f"the part {name} has more elements than is allowed")

    def _inflate(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        packed = memoryview(self.raw(_part_name(info)))
        if info.compress_type == zipfile.ZIP_STORED:
            yield from (bytes(packed[at : at + _CHUNK]) for at in range(0, len(packed), _CHUNK))
            return
        if info.compress_type != zipfile.ZIP_DEFLATED:
            raise FileUnreadable(FileFault.DAMAGED, f"the part {info.filename} is packed in a way that workbooks are not")
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        for at in range(0, len(packed), _PACKED):
            fresh: bytes | memoryview = packed[at : at + _PACKED]
            while piece := unpacker.decompress(fresh, _CHUNK):
                yield piece
                fresh = unpacker.unconsumed_tail
        if not unpacker.eof:
            raise FileUnreadable(FileFault.DAMAGED, f"the part {info.filename} is cut short")

    def read(self, name: str) -> bytes:
        """A part's bytes; FileUnreadable as for ``chunks``."""
        return b"".join(self.chunks(name))

    def raw(self, name: str) -> bytes:
        """A part's compressed bytes, as they stand in the file; FileUnreadable where its own header is damaged."""
        info = self._infos[name]
        start = info.header_offset
        head = self.blob[start : start + 30]
        if len(head) < 30 or not head.startswith(b"PK\3\4"):
            raise FileUnreadable(FileFault.DAMAGED, f"the part {name} is not where the directory says")
        name_size, extra_size = struct.unpack("<HH", head[26:])
        start += 30 + name_size
        encoding = "utf-8" if info.flag_bits & 0x800 else "cp437"
        if self.blob[start - name_size : start] != info.orig_filename.encode(encoding, "replace"):
            raise FileUnreadable(FileFault.UNSAFE, f"the part {name} goes by two names")
        return self.blob[start + extra_size : start + extra_size + info.compress_size]


def _part_name(info: zipfile.ZipInfo) -> str:
    """A member's name as a part's: .NET before 4.6.1 zips with backslashes, others begin with a slash."""
    return info.orig_filename.replace("\\", "/").removeprefix("/")
