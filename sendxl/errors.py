"""What can go wrong that is a person's to mend: one base, a few kinds. Each message says where, what, and what to do next."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from os import PathLike
from pathlib import Path


class SendxlError(Exception):
    """Anything that sendxl tells a person instead of doing what was asked; the message is meant to be read by them."""


class Unusable(SendxlError):
    """Arguments or a file that a job cannot work with."""


class Refused(SendxlError):
    """A change that would do harm. Nothing was written."""


class NeedsUpgrade(Refused):
    """A master of an earlier format, which is to be brought up before anything is written into it."""


class Unwritable(Refused):
    """A file that cannot be written: the disk is full, it may only be read, its name is too long. What was there is as it was."""


class ReportUnwritten(Unwritable):
    """Only the report could not be written. ``why`` is that, ``done`` what the job did all the same, as it would return it."""

    def __init__(self, why: str, done: object, more: str = "") -> None:
        super().__init__(f"{why} {more}".rstrip())
        self.why, self.done = why, done


class SettingError(SendxlError, ValueError):
    """A setting holds what cannot be used. The message names it and says what to enter."""


class CannotValidate(SendxlError):
    """Returns could not be checked at all, for a reason that lies in no return."""


class FileFault(Enum):
    """Why a file cannot be used as a workbook, as said to a person."""

    MISSING = "there is no such file"
    EMPTY = "the file is empty"
    ENCRYPTED = "it is protected with a password; save a copy without one"
    LABELLED = "it is encrypted by a sensitivity label; in Excel choose a label that does not encrypt, and save it again"
    MESSAGE = "it is an e-mail message; save the workbook that is attached to it, and take that"
    WORD = "it is a Word document, not a workbook"
    SLIDES = "it is a PowerPoint presentation, not a workbook"
    PICTURE = "it is a picture, not a workbook"
    NUMBERS = "it is an Apple Numbers document; in Numbers choose File, Export To, Excel"
    ZIP_OF_FILES = "it is a zip file that holds other files; unpack it, and take the workbooks in it"
    OLD_XLS = "it is in the old .xls format; save it as an Excel Workbook (.xlsx)"
    XLSB = "it is an .xlsb workbook; save it as an Excel Workbook (.xlsx)"
    ODS = "it is an OpenDocument file; save it as an Excel Workbook (.xlsx)"
    HTML = "it is a web page, not a workbook; save it as an Excel Workbook (.xlsx)"
    TEXT = "it is plain text, such as a .csv file; save it as an Excel Workbook (.xlsx)"
    XML = "it is an XML file, not a workbook; save it as an Excel Workbook (.xlsx)"
    PDF = "it is a PDF, not a workbook"
    NOT_ZIP = "it is not an Excel workbook"
    DAMAGED = "it is damaged"
    NOT_WORKBOOK = "it is a zip file but holds no workbook"
    TOO_LARGE = "it is too large, or a decompression bomb"
    TOO_LONG = "it has more rows than sendxl works with"
    UNSAFE = "it is built in an unsafe way"

    @property
    def mend(self) -> str:
        """What to do about a workbook of one's own."""
        if self is FileFault.MISSING:
            return "Check its name and its folder."
        if self is FileFault.TOO_LONG:
            return _SHORTEN
        if self in _OTHER_FILES:
            return "Give the workbook that is meant."
        return _RESTORE if self in _BROKEN else "Then run again."


_SHORTEN = ("Delete the rows below and in the table that are not of the plan; where they are what earlier periods left, run "
            "“sendxl archive”. Then run again.")
_OTHER_FILES = (FileFault.WORD, FileFault.SLIDES, FileFault.PICTURE, FileFault.PDF)
_BROKEN = (FileFault.EMPTY, FileFault.NOT_ZIP, FileFault.DAMAGED, FileFault.NOT_WORKBOOK, FileFault.TOO_LARGE, FileFault.UNSAFE)
_RESTORE = ("If Excel can open it, save it there under another name and go on with that; if not, go on with the newest copy in "
            "its folder of backups.")


class FileUnreadable(SendxlError):
    """The file cannot be used as a workbook: ``fault`` and ``detail`` are why, ``file`` which it is, blank until that is known.

    ``why`` says it in words; the message of one whose file is known names that, and what to do.
    """

    def __init__(self, fault: FileFault, detail: str = "") -> None:
        super().__init__(fault, detail)
        self.fault = fault
        self.detail = detail
        self.file: PathLike[str] | str = ""

    @property
    def why(self) -> str:
        """Why it cannot be used, and what exactly was found."""
        return f"{self.fault.value} ({self.detail})" if self.detail else self.fault.value

    def __str__(self) -> str:
        return f"{self.file}: {self.why}. {self.fault.mend}" if self.file else self.why


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_MAY_NOT = (errno.EACCES, errno.EPERM, errno.EROFS)


def reason(error: OSError) -> str:
    """Why the system would not read or write a file, in words after “it”, and what to do."""
    if error.errno in _NO_ROOM:
        return "there is no room for it on the disk. Free some space, then run again."
    if error.errno in _MAY_NOT:
        return ("the system does not allow it. If it is open in another program, close it there; if it or its folder may only be "
                "read, take a folder of yours; then run again.")
    if error.errno == errno.ENAMETOOLONG:
        return "its name is too long for this disk. Choose a shorter one, or a folder whose name is shorter."
    if error.errno == errno.ENOENT:
        return "it, or the folder it is to be in, is no longer there. Put it back, then run again."
    return f"the system says “{error.strerror or error}”. Mend that, or take another folder; then run again."


@contextmanager
def writing(path: PathLike[str] | str, otherwise: str = "What was there is as it was.") -> Iterator[None]:
    """Have an OSError end as Unwritable, which names the file that is being written, why it cannot be, and what to do."""
    try:
        yield
    except OSError as error:
        raise Unwritable(f"{path} was not written: {reason(error)} {otherwise}") from None


def explain(error: Exception) -> str | None:
    """What to tell a person of an error that is theirs to mend; None for one that is a fault of sendxl."""
    if isinstance(error, SendxlError):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename or 'A file'} cannot be used: {reason(error)}"
    return None


def fault_of_ours(error: BaseException) -> str:
    """What is told of a fault of sendxl: its kind and its place, never its words, which may quote what a person typed."""
    import traceback

    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"a fault of sendxl, please report it: {type(error).__name__} ({Path(frame.filename).name}, line {frame.lineno})"


def way_to(error: BaseException | None) -> str:
    """What led to an error, for a log: the kinds of error and the lines of code, without a word of what was worked on."""
    import traceback

    told = []
    while error:
        told.append("".join(traceback.format_tb(error.__traceback__)) + type(error).__name__)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nwhich came of:\n".join(told)
