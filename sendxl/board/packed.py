"""A Word document as it is stored: the same content gives the same bytes, whenever it is packed."""

from io import BytesIO
from typing import TYPE_CHECKING, Union

from sendxl.xlsx.package.magic import check_document_parts
from sendxl.xlsx.package.package import MASTER_LIMITS, Package
from sendxl.xlsx.package.zipwriter import write_package

if TYPE_CHECKING:
    from docx.document import Document
    from docxtpl import DocxTemplate

_MEMBER_TIME = (1980, 1, 1, 0, 0, 0)


def packed(document: Union["Document", "DocxTemplate"]) -> bytes:
    """The document as a .docx file."""
    file, out = BytesIO(), BytesIO()
    document.save(file)
    package = Package(file.getvalue(), MASTER_LIMITS, check_document_parts)
    for member in package.infos.values():
        member.date_time = _MEMBER_TIME
    write_package(package, out, {})
    return out.getvalue()
