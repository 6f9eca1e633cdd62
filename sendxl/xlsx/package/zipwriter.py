"""Writing a package again: parts that were not edited are copied as compressed bytes, the others deflated anew."""

import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from typing import BinaryIO, NamedTuple

from sendxl.xlsx.package.package import Package

_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_VERSION = 20  # of the zip format: deflate
_UTF8, _HINTS = 0x800, 0x6  # flags: UTF-8 names, and which deflate level was used


class Packed(NamedTuple):
    """A part that is deflated already, in which it takes little memory until it is written."""

    deflated: bytes
    crc: int
    size: int

    @staticmethod
    def of(content: bytes | Iterable[bytes]) -> "Packed":
        """Deflate a part, whole or in pieces."""
        packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        crc = size = 0
        deflated = []
        for piece in (content,) if isinstance(content, bytes) else content:
            crc = zlib.crc32(piece, crc)
            size += len(piece)
            deflated.append(packer.compress(piece))
        return Packed(b"".join([*deflated, packer.flush()]), crc, size)


Content = bytes | Packed


def write_package(package: Package, out: BinaryIO, replaced: Mapping[str, Content]) -> None:
    """Write ``package`` to ``out`` with the parts in ``replaced`` in their places.

    A name in ``replaced`` that the package lacks is added at the end. ZIP64 packages are not written: check first.
    """
    directory: list[bytes] = []
    for name, info in package.infos.items():
        if name in replaced:
            directory.append(_write_content(out, _flat(info), replaced[name]))
        else:
            directory.append(_write_packed(out, _flat(info), Packed(package.raw(name), info.CRC, info.file_size)))
    for name in replaced:
        if name not in package:
            directory.append(_write_content(out, zipfile.ZipInfo(name, _FIXED_TIME), replaced[name]))
    start = out.tell()
    for entry in directory:
        out.write(entry)
    size = out.tell() - start
    out.write(struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, len(directory), len(directory), size, start, 0))


def _flat(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """A copy without sizes and flags that only fit the old place in the file."""
    copy = zipfile.ZipInfo(info.orig_filename, info.date_time)
    copy.compress_type = info.compress_type
    copy.create_system = info.create_system
    copy.external_attr = info.external_attr
    copy.flag_bits = info.flag_bits & (_UTF8 | _HINTS)  # no data descriptor: sizes stand in the header
    return copy


def _write_packed(out: BinaryIO, info: zipfile.ZipInfo, packed: Packed) -> bytes:
    """Write a member that is compressed already, and give its entry in the directory."""
    offset, (deflated, crc, size) = out.tell(), packed
    out.write(_local(info, crc, len(deflated), size))
    out.write(deflated)
    return _central(info, crc, len(deflated), size, offset)


def _write_content(out: BinaryIO, info: zipfile.ZipInfo, content: Content) -> bytes:
    """Write a member anew, and give its entry in the directory."""
    info.compress_type = zipfile.ZIP_DEFLATED
    return _write_packed(out, info, content if isinstance(content, Packed) else Packed.of(content))


def _common(info: zipfile.ZipInfo, crc: int, packed: int, size: int, encoded: bytes) -> bytes:
    """The fields that a member's header and its entry in the directory share."""
    year, month, day, hour, minute, second = info.date_time
    time, date = hour << 11 | minute << 5 | second // 2, max(year - 1980, 0) << 9 | month << 5 | day
    return struct.pack(
        "<HHHHHIIIHH", _VERSION, info.flag_bits, info.compress_type, time, date, crc, packed, size, len(encoded), 0
    )


def _name(info: zipfile.ZipInfo) -> bytes:
    return info.filename.encode("utf-8" if info.flag_bits & _UTF8 else "cp437")


def _local(info: zipfile.ZipInfo, crc: int, packed: int, size: int) -> bytes:
    encoded = _name(info)
    return b"PK\3\4" + _common(info, crc, packed, size, encoded) + encoded


def _central(info: zipfile.ZipInfo, crc: int, packed: int, size: int, offset: int) -> bytes:
    encoded = _name(info)
    made_by = struct.pack("<4sBB", b"PK\1\2", _VERSION, info.create_system)
    rest = struct.pack("<HHHII", 0, 0, 0, info.external_attr, offset)
    return made_by + _common(info, crc, packed, size, encoded) + rest + encoded
