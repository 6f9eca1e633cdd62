"""Word and Excel files from a stranger, opened as guardedly as a return; what is wrong is said of this file."""

from collections.abc import Callable, Collection
from pathlib import Path

from sendxl.errors import FileFault, FileUnreadable
from sendxl.xlsx.package.magic import check_parts
from sendxl.xlsx.package.package import Limits, Package

# A plan of 5,000 rows comes to a tenth of this; pictures are never unpacked.
LIMITS = Limits(file=64 << 20, part=64 << 20, total=128 << 20, members=5_000, claimed=1 << 30, cells=1_000_000, marks=4_000_000)
_SAYS = {
    FileFault.MISSING: "cannot be read: there is no such file. Check its name and its folder",
    FileFault.EMPTY: "is empty. Check that this is the right file",
    FileFault.ENCRYPTED: "is protected with a password. Save a copy without one",
    FileFault.LABELLED: "is encrypted by a sensitivity label. Choose a label that does not encrypt, and save it again",
    FileFault.MESSAGE: "is an e-mail message. Save the plan that is attached to it, and take that",
    FileFault.SLIDES: "is a PowerPoint presentation. Take the Word or Excel file of the plan",
    FileFault.PICTURE: "is a picture. Take the Word or Excel file of the plan",
    FileFault.NUMBERS: "is an Apple Numbers document. In Numbers choose File, Export To, Excel",
    FileFault.ZIP_OF_FILES: "is a zip file that holds other files. Unpack it, and take the plan in it",
    FileFault.OLD_XLS: "is in the old .xls format. Save it as an Excel Workbook (.xlsx)",
    FileFault.XLSB: "is an .xlsb workbook. Save it as an Excel Workbook (.xlsx)",
    FileFault.ODS: "is an OpenDocument file. Save it as .docx or .xlsx",
    FileFault.DAMAGED: "is damaged. Open it in Word or Excel, save it under another name, and take that",
    FileFault.TOO_LARGE: "is too large to be a plan. Save the sheet or chapter with the plan as a file of its own",
    FileFault.UNSAFE: "is built in an unsafe way. Open it in Word or Excel, save it under another name, and take that",
}


def opened(path: Path, holds: Callable[[Collection[str]], None] = check_parts) -> Package:
    """The package at a path; FileUnreadable where it may not be read."""
    return Package.open(path, LIMITS, holds)


def refusal(path: Path, error: FileUnreadable, wanted: str) -> ValueError:
    """What is wrong with a source, in words about this file; ``wanted`` is what its name says that it is."""
    says = _SAYS.get(error.fault, f"is not {wanted}, though its name says so. Take the file of the plan itself")
    if error.fault is FileFault.WORD:
        says = "is an old Word or a rich text file. Open it in Word and save it as a Word Document (.docx)"
    detail = f" ({error.detail})" if error.detail else ""
    return ValueError(f"{path.name}: {says}{detail}.")
