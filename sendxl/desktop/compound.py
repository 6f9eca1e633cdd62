"""Compound files (MS-CFB): a small file system in one file, in which Office keeps a VBA project.

Version 3 of the format, as Office writes it: sectors of 512 bytes, short streams in a stream of their own.
"""

import struct
from collections.abc import Iterator, Mapping
from typing import TypeAlias

Node: TypeAlias = "bytes | dict[str, Node]"
Tree: TypeAlias = dict[str, Node]

_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SECTOR, _SHORT, _CUTOFF = 512, 64, 4096
_END, _FREE, _FAT_SECTOR = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_RED, _BLACK = 0, 1
_HEADER_FAT = 109  # sectors of the allocation table that the header itself can list
_ENTRY = struct.Struct("<64sHBBIII16sIQQIQ")


class CompoundError(ValueError):
    """What is no compound file, or a damaged one, or holds no VBA project."""


def read_compound(content: bytes) -> Tree:
    """The streams of a compound file as bytes by name, and its folders as dictionaries; CompoundError if there are none."""
    try:
        return _Reader(content).tree()
    except (struct.error, IndexError, UnicodeDecodeError, RecursionError) as error:
        raise CompoundError(f"damaged compound file ({error})") from None


class _Reader:
    def __init__(self, content: bytes) -> None:
        if content[:8] != _MAGIC or struct.unpack_from("<HH", content, 26) != (3, 0xFFFE):
            raise CompoundError("not a compound file")
        self.content = content
        tables, first = struct.unpack_from("<II", content, 44)
        short_first = struct.unpack_from("<I", content, 60)[0]
        self.table: list[int] = []
        for sector in struct.unpack_from(f"<{_HEADER_FAT}I", content, 76)[:tables]:
            self.table += struct.unpack(f"<{_SECTOR // 4}I", self._sector(sector))
        entries = self._chain(first)
        self.entries = [_ENTRY.unpack_from(entries, at) for at in range(0, len(entries), _ENTRY.size)]
        short_table = self._chain(short_first)
        self.short_table = struct.unpack(f"<{len(short_table) // 4}I", short_table)
        self.short = self._chain(self.entries[0][11])

    def tree(self) -> Tree:
        return dict(self._folder(self.entries[0][6]))

    def _folder(self, number: int) -> Iterator[tuple[str, Node]]:
        if number == _FREE:
            return
        raw, length, kind, _, left, right, child, *_, start, size = self.entries[number]
        yield from self._folder(left)
        name = raw[:length - 2].decode("utf-16-le")
        yield name, dict(self._folder(child)) if kind == _STORAGE else self._stream(start, size & 0xFFFFFFFF)
        yield from self._folder(right)

    def _stream(self, start: int, size: int) -> bytes:
        if size >= _CUTOFF:
            return self._chain(start)[:size]
        pieces = (self.short[at * _SHORT:(at + 1) * _SHORT] for at in _links(self.short_table, start if size else _END))
        return b"".join(pieces)[:size]

    def _chain(self, start: int) -> bytes:
        return b"".join(self._sector(at) for at in _links(self.table, start))

    def _sector(self, number: int) -> bytes:
        return self.content[(number + 1) * _SECTOR:(number + 2) * _SECTOR]


def _links(table: "list[int] | tuple[int, ...]", at: int) -> Iterator[int]:
    for _ in range(len(table) + 1):
        if at == _END:
            return
        yield at
        at = table[at]
    raise CompoundError("damaged compound file (a chain without end)")


def write_compound(tree: Mapping[str, Node]) -> bytes:
    """A compound file of these streams and folders: the same bytes for the same tree, without times."""
    writer = _Writer()
    writer.add("Root Entry", _ROOT, tree)
    return writer.file()


class _Writer:
    def __init__(self) -> None:
        self.sectors = bytearray()
        self.table: list[int] = []
        self.short = bytearray()
        self.short_table: list[int] = []
        self.entries: list[_Entry] = []

    def add(self, name: str, kind: int, node: "bytes | Mapping[str, Node]") -> int:
        number = len(self.entries)
        entry = _Entry(name, kind)
        self.entries.append(entry)
        if not isinstance(node, bytes):
            names = sorted(node, key=lambda name: (len(name.encode("utf-16-le")), name.upper()))
            kids = [self.add(kid, _STREAM if isinstance(node[kid], bytes) else _STORAGE, node[kid]) for kid in names]
            entry.child = self._balanced(kids, len(kids).bit_length() - 1)
        elif len(node) >= _CUTOFF:
            entry.start, entry.size = _put(self.sectors, self.table, node, _SECTOR), len(node)
        elif node:
            entry.start, entry.size = _put(self.short, self.short_table, node, _SHORT), len(node)
        return number

    def _balanced(self, kids: list[int], levels: int, level: int = 0) -> int:
        """The top of a red-black tree of these entries: halved evenly, only the lowest level red."""
        if not kids:
            return _FREE
        middle = len(kids) // 2
        entry = self.entries[kids[middle]]
        entry.colour = _RED if level and level == levels else _BLACK
        entry.left = self._balanced(kids[:middle], levels, level + 1)
        entry.right = self._balanced(kids[middle + 1:], levels, level + 1)
        return kids[middle]

    def file(self) -> bytes:
        root = self.entries[0]
        root.start, root.size = _put(self.sectors, self.table, bytes(self.short), _SECTOR), len(self.short)
        short_table = struct.pack(f"<{len(self.short_table)}I", *self.short_table)
        short_sectors = -(-len(short_table) // _SECTOR)
        short_first = _put(self.sectors, self.table, short_table.ljust(short_sectors * _SECTOR, b"\xff"), _SECTOR)
        entries = b"".join(entry.packed() for entry in self.entries)
        unused = _ENTRY.pack(b"", 0, 0, 0, _FREE, _FREE, _FREE, b"", 0, 0, 0, 0, 0)
        entries += unused * (-len(self.entries) % (_SECTOR // _ENTRY.size))
        first = _put(self.sectors, self.table, entries, _SECTOR)
        per_sector = _SECTOR // 4
        tables = -(-len(self.table) // (per_sector - 1))  # a table also lists itself
        if tables > _HEADER_FAT:
            raise CompoundError("too much for a compound file of this kind (over 6 MB)")
        at = len(self.table)
        self.table += [_FAT_SECTOR] * tables
        self.table += [_FREE] * (tables * per_sector - len(self.table))
        header = _MAGIC + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
        header += struct.pack("<IIIIIIIIII", 0, tables, first, 0, _CUTOFF, short_first, short_sectors, _END, 0, at)
        header += struct.pack(f"<{_HEADER_FAT - 1}I", *range(at + 1, at + tables), *[_FREE] * (_HEADER_FAT - tables))
        return header + bytes(self.sectors) + struct.pack(f"<{len(self.table)}I", *self.table)


class _Entry:
    def __init__(self, name: str, kind: int) -> None:
        self.name, self.kind, self.colour = name.encode("utf-16-le"), kind, _BLACK
        self.left = self.right = self.child = _FREE
        self.start, self.size = (0 if kind == _STORAGE else _END), 0

    def packed(self) -> bytes:
        return _ENTRY.pack(self.name, len(self.name) + 2, self.kind, self.colour, self.left, self.right, self.child,
                           b"", 0, 0, 0, self.start, self.size)


def _put(space: bytearray, table: list[int], content: bytes, unit: int) -> int:
    """Put content into space, in units; the number of the first, or of none if there is no content."""
    if not content:
        return _END
    first, count = len(table), -(-len(content) // unit)
    space += content.ljust(count * unit, b"\0")
    table += [*range(first + 1, first + count), _END]
    return first
