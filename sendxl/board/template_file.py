"""A template of the Board report, opened as safely as a return: a stranger may have made it."""

from pathlib import Path

from sendxl.errors import FileFault, FileUnreadable, Refused, Unusable
from sendxl.xlsx.package.magic import check_document_parts
from sendxl.xlsx.package.package import RETURN_LIMITS, Package
from sendxl.xlsx.package.xml import feed, handle, local, parser

_ACTIVE = ("vbaproject", "activex", "embeddings/", "afchunk")  # in the name of a part
_MAY_POINT_OUT = ("hyperlink", "attachedTemplate")  # kinds of relationships; that to a template is taken out of the report


def read_template(path: Path) -> bytes:
    """The template at a path; Unusable where it is no Word document, Refused where it holds more than text and pictures."""
    try:
        package = Package.open(path, RETURN_LIMITS, check_document_parts)
        for name in package.names:
            if any(mark in name.lower() for mark in _ACTIVE):
                raise Refused(f"{path}: it holds a macro, a control or an embedded file ({name}). Take that out in Word, and "
                              "save it as a Word Document (.docx).")
            if name.lower().endswith((".xml", ".rels")):
                _read(package, name, path)
            else:
                package.read(name)
    except FileUnreadable as error:
        raise Unusable(f"{path}: {_why(error)}") from None
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror or error}. Check its name and its folder.") from None
    return package.blob


def _why(error: FileUnreadable) -> str:
    if error.fault is FileFault.MISSING:
        return f"{error.why}. Check its name and its folder."
    if error.fault in (FileFault.DAMAGED, FileFault.TOO_LARGE, FileFault.UNSAFE):
        return (f"{error.why}. Open it in Word and save it again as a Word Document (.docx), or begin with the template that "
                "sendxl ships.")
    return "it is no Word document (.docx). Give a template made from the one that sendxl ships."


def _read(package: Package, name: str, path: Path) -> None:
    """Read a part of XML; Refused where it has something fetched from elsewhere when the report is opened."""
    made = parser(name)

    def start(tag: str, attributes: dict[str, str]) -> None:
        if local(tag) == "Relationship" and attributes.get("TargetMode", "").lower() == "external" and (
                attributes.get("Type", "").rpartition("/")[2] not in _MAY_POINT_OUT):
            raise Refused(f"{path}: it takes something from elsewhere each time that it is opened "
                          f"({attributes.get('Target', '')}). Put that into the template itself: in Word, Edit Links to Files, "
                          "Break Link.")

    handle(made, name, start)
    feed(made, package.chunks(name), name)
