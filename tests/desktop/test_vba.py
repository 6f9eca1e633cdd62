"""Compound files and VBA projects: what we write is read the same by us and by others."""

import io
import random

import olefile
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oletools.olevba import decompress_stream

from sendxl.desktop.compound import CompoundError, Node, Tree, read_compound, write_compound
from sendxl.desktop.vba import Project, compress, decompress

NAMES = st.text("abcXYZ_1é", min_size=1, max_size=31)
SIZES = st.sampled_from([0, 1, 63, 64, 65, 511, 512, 513, 4095, 4096, 4097, 70_000])


@given(st.dictionaries(NAMES, SIZES, max_size=25), st.dictionaries(NAMES, SIZES, max_size=5))
def test_streams_come_back_and_olefile_agrees(top: dict[str, int], inner: dict[str, int]) -> None:
    def content(sizes: dict[str, int]) -> dict[str, Node]:
        distinct = {name.upper(): (name, size) for name, size in sizes.items()}  # names differ by more than case
        return {name: random.Random(name).randbytes(size) for name, size in distinct.values()}

    tree: Tree = {**content(top), "folder in it": content(inner)}
    written = write_compound(tree)
    assert read_compound(written) == tree
    with olefile.OleFileIO(io.BytesIO(written), raise_defects=olefile.DEFECT_UNSURE) as file:
        flat: dict[tuple[str, ...], bytes] = {(name,): stream for name, stream in tree.items() if isinstance(stream, bytes)}
        flat |= {("folder in it", name): stream for name, stream in content(inner).items() if isinstance(stream, bytes)}
        assert {tuple(path): file.openstream(path).read() for path in file.listdir()} == flat


@given(st.one_of(
    st.binary(max_size=300),
    st.text("ab\r\n ", max_size=9000).map(str.encode),
    st.tuples(st.sampled_from([b"a", b"abc", b"Sub x()\r\n"]), st.integers(0, 5000)).map(lambda pair: pair[0] * pair[1]),
))
def test_source_comes_back_and_oletools_agrees(content: bytes) -> None:
    packed = compress(content)
    assert decompress(packed) == content
    if content:
        assert bytes(decompress_stream(bytearray(packed))) == content


def test_what_does_not_pack_is_kept_as_it_is() -> None:
    noise = random.Random(1).randbytes(3 * 4096)
    assert decompress(compress(noise)) == bytes(decompress_stream(bytearray(compress(noise)))) == noise
    assert len(compress(noise)) == 1 + 3 * 4098


@pytest.mark.parametrize("content", [
    b"", b"PK\3\4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    write_compound({"a": b"1"})[:-600], write_compound({}),
], ids=["nothing", "zip", "magic", "zeros", "cut", "empty"])
def test_what_is_no_project_is_told(content: bytes) -> None:
    with pytest.raises(CompoundError):
        Project(content)


def test_a_chain_in_a_circle_ends() -> None:
    file = bytearray(write_compound({"a": bytes(5000)}))
    table = len(file) - 512
    file[table:table + 4] = (1).to_bytes(4, "little")
    file[table + 4:table + 8] = (0).to_bytes(4, "little")
    with pytest.raises(CompoundError, match="without end"):
        read_compound(bytes(file))


@pytest.mark.parametrize("packed", [b"", b"\0abc", b"\1\5", b"\1\x03\xb0\x01\x00\x00\x00"])
def test_damaged_source_is_told(packed: bytes) -> None:
    with pytest.raises(CompoundError):
        decompress(packed)
