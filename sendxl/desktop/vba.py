"""VBA projects (MS-OVBA): reading the source of the modules, and writing a project with others.

What is written has source only: no compiled code and no caches of any version of Office (MS-OVBA 2.3.4.1), so that
Office compiles it anew, and nothing runs that cannot be read.
"""

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from sendxl.desktop.compound import CompoundError, Tree, read_compound, write_compound

_Record: TypeAlias = tuple[int, bytes]
# Records of the stream "dir" (MS-OVBA 2.3.4.2)
_CODE_PAGE, _PROJECT_NAME, _VERSION, _MODULES, _END_OF_PROJECT = 0x03, 0x04, 0x09, 0x0F, 0x10
_NAME, _STREAM, _OFFSET, _END_OF_MODULE, _STREAM_WIDE, _NAME_WIDE = 0x19, 0x1A, 0x31, 0x2B, 0x32, 0x47
_REFERENCE_NAME, _OF_REFERENCE = 0x16, (0x3E, 0x33, 0x2F, 0x30, 0x0D, 0x0E)
_NO_CACHE = b"\xcc\x61\xff\xff\x00\x00\x00"
_CHUNK = 4096
_NEWLINE = re.compile(r"\r\n|\r|\n")


@dataclass
class _Module:
    name: str
    source: str
    records: list[_Record]


class Project:
    """A VBA project: its name and its modules, in their order."""

    def __init__(self, content: bytes) -> None:
        """Of the bytes of a vbaProject.bin; CompoundError if that is none."""
        tree = read_compound(content)
        try:
            folder = _folder(tree, "VBA")
            records = list(_records(decompress(_stream(folder, "dir"))))
            codes = next(data for kind, data in records if kind == _CODE_PAGE)
            self._encoding = f"cp{struct.unpack('<H', codes)[0]}"
            start = next(at for at, (kind, _) in enumerate(records) if kind == _MODULES) + 2  # and the cookie
            self._head = records[:start]
            self._modules = list(self._read(folder, records[start:]))
            self._text = _stream(tree, "PROJECT").decode(self._encoding)
        except (KeyError, StopIteration, struct.error, LookupError, UnicodeDecodeError) as error:
            raise CompoundError(f"not a VBA project ({error})") from None

    def _read(self, folder: Tree, records: list[_Record]) -> Iterator[_Module]:
        module: list[_Record] = []
        for kind, data in records:
            module.append((kind, data))
            if kind == _END_OF_MODULE:
                of = dict(module)
                stream = _stream(folder, of[_STREAM].decode(self._encoding))
                source = decompress(stream[struct.unpack("<I", of[_OFFSET])[0]:]).decode(self._encoding)
                yield _Module(of[_NAME].decode(self._encoding), source, module)
                module = []

    @property
    def sources(self) -> dict[str, str]:
        """The source of each module."""
        return {module.name: module.source for module in self._modules}

    @property
    def name(self) -> str:
        """The name of the project, as the editor shows it."""
        return next(data for kind, data in self._head if kind == _PROJECT_NAME).decode(self._encoding)

    def rename(self, name: str) -> None:
        """Give the project another name."""
        self._head = [(kind, name.encode(self._encoding) if kind == _PROJECT_NAME else data) for kind, data in self._head]
        self._text = re.sub(r'(?m)^Name="[^"]*"', f'Name="{name}"', self._text)

    def drop_reference(self, name: str) -> None:
        """Take out what the project refers to under a name: a library of whoever made it. KeyError if there is none."""
        found = name.encode(self._encoding)
        kept: list[_Record] = []
        dropping = False
        for kind, data in self._head:
            if kind == _REFERENCE_NAME:
                dropping = data == found
            elif kind not in _OF_REFERENCE:
                dropping = False
            if not dropping:
                kept.append((kind, data))
        if len(kept) == len(self._head):
            raise KeyError(name)
        self._head = kept

    def write(self, name: str, source: str) -> None:
        """Give the module another source. KeyError if there is none of that name."""
        self._module(name).source = _NEWLINE.sub("\r\n", source)

    def replace(self, name: str, sources: Mapping[str, str]) -> None:
        """Put other modules of the same kind in the place of one. KeyError if there is none of that name."""
        old = self._module(name)
        at = self._modules.index(old)
        self._modules[at:at + 1] = [_Module(new, _NEWLINE.sub("\r\n", sources[new]), old.records) for new in sources]
        lines = "".join(f"Module={new}\r\n" for new in sources)
        self._text = re.sub(rf"(?m)^Module={re.escape(name)}\r\n", lines, self._text)

    def _module(self, name: str) -> _Module:
        for module in self._modules:
            if module.name == name:
                return module
        raise KeyError(name)

    def to_bytes(self) -> bytes:
        """The project as a vbaProject.bin: the same bytes for the same modules."""
        folder: Tree = {module.name: compress(module.source.encode(self._encoding)) for module in self._modules}
        folder["dir"] = compress(b"".join(self._directory()))
        folder["_VBA_PROJECT"] = _NO_CACHE
        text = self._text.partition("[Workspace]")[0].rstrip() + "\r\n"  # where whose windows stood
        names = b"".join(module.name.encode(self._encoding) + b"\0" + module.name.encode("utf-16-le") + b"\0\0"
                         for module in self._modules)
        return write_compound({"VBA": folder, "PROJECT": text.encode(self._encoding), "PROJECTwm": names + b"\0\0"})

    def _directory(self) -> Iterator[bytes]:
        for kind, data in self._head:
            yield _record(kind, struct.pack("<H", len(self._modules)) if kind == _MODULES else data)
        for module in self._modules:
            name, wide = module.name.encode(self._encoding), module.name.encode("utf-16-le")
            new = {_NAME: name, _STREAM: name, _NAME_WIDE: wide, _STREAM_WIDE: wide, _OFFSET: bytes(4)}
            yield from (_record(kind, new.get(kind, data)) for kind, data in module.records)
        yield _record(_END_OF_PROJECT, b"")


def _folder(tree: Tree, name: str) -> Tree:
    found = tree[name]
    if isinstance(found, bytes):
        raise KeyError(name)
    return found


def _stream(tree: Tree, name: str) -> bytes:
    found = tree[name]
    if not isinstance(found, bytes):
        raise KeyError(name)
    return found


def _records(directory: bytes) -> Iterator[_Record]:
    at = 0
    while at < len(directory):
        kind, size = struct.unpack_from("<HI", directory, at)
        size += 2 if kind == _VERSION else 0  # it does not count its minor version
        yield kind, directory[at + 6:at + 6 + size]
        at += 6 + size


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HI", kind, len(data) - (2 if kind == _VERSION else 0)) + data


def decompress(content: bytes) -> bytes:
    """What MS-OVBA 2.4.1 calls decompressing; CompoundError if the content is not of that form."""
    if content[:1] != b"\x01":
        raise CompoundError("not compressed as VBA is")
    out, at = bytearray(), 1
    try:
        while at < len(content):
            header = struct.unpack_from("<H", content, at)[0]
            end = min(at + (header & 0xFFF) + 3, len(content))
            out += _plain(content[at + 2:end]) if header & 0x8000 else content[at + 2:end]
            at = end
    except (struct.error, IndexError):
        raise CompoundError("damaged VBA source") from None
    return bytes(out)


def _plain(chunk: bytes) -> bytes:
    out, at = bytearray(), 0
    while at < len(chunk):
        flags, at = chunk[at], at + 1
        for bit in range(8):
            if at >= len(chunk):
                break
            if flags >> bit & 1:
                token, bits, at = struct.unpack_from("<H", chunk, at)[0], _offset_bits(len(out)), at + 2
                start = len(out) - (token >> (16 - bits)) - 1
                for step in range((token & (0xFFFF >> bits)) + 3):  # it may reach into what it copies
                    out.append(out[start + step])
            else:
                out.append(chunk[at])
                at += 1
    return bytes(out)


def compress(content: bytes) -> bytes:
    """What ``decompress`` undoes: chunks of 4096 bytes, each with repeats as references."""
    chunks = (content[at:at + _CHUNK] for at in range(0, len(content), _CHUNK))
    return b"\x01" + b"".join(_packed(chunk) for chunk in chunks)


def _packed(chunk: bytes) -> bytes:
    out, at = bytearray(), 0
    seen: dict[bytes, int] = {}
    while at < len(chunk):
        flags = len(out)
        out.append(0)
        for bit in range(8):
            length, bits = 1, _offset_bits(at)
            before = seen.get(chunk[at:at + 3])
            if before is not None:
                most = min((0xFFFF >> bits) + 3, len(chunk) - at)
                length = next((n for n in range(3, most) if chunk[before + n] != chunk[at + n]), most)
                out[flags] |= 1 << bit
                out += struct.pack("<H", (at - before - 1) << (16 - bits) | length - 3)
            else:
                out += chunk[at:at + 1]
            for place in range(at, min(at + length, len(chunk) - 2)):
                seen[chunk[place:place + 3]] = place
            at += length
            if at >= len(chunk):
                break
    if len(out) > _CHUNK:  # it does not pay: as it is, filled up
        return struct.pack("<H", 0x3000 | _CHUNK - 1) + chunk.ljust(_CHUNK, b"\0")
    return struct.pack("<H", 0xB000 | len(out) - 1) + bytes(out)


def _offset_bits(done: int) -> int:
    """How many bits of a reference tell how far back it points, after so many bytes of a chunk."""
    return max(4, (done - 1).bit_length()) if done else 4
