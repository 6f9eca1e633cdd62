"""How what a report holds is written: leads' words quoted, amounts, and texts shortened to fit."""

from sendxl.board.contents import NOT_KNOWN
from sendxl.plan.master import Activity
from sendxl.plan.schema import Type
from sendxl.plan.values import Value, printable, show, to_text


def plain(value: Value) -> str:
    """A text as it can stand in a document, on lines as it was typed."""
    return printable(to_text(value), keep="\n").strip()


def quoted(value: Value) -> str:
    """What a lead wrote, in quotation marks; '' where there is nothing."""
    words = plain(value)
    return f"“{words}”" if words else ""


def leads_of(row: Activity) -> str:
    """The lead and the joint leads of an activity."""
    return "; ".join(map(plain, row.leads)) or "No lead"


def pounds(amount: float | None) -> str:
    """An amount in whole pounds, or that it is not known."""
    return NOT_KNOWN if amount is None else show(amount, Type.MONEY).replace("-", "−")


def known(value: Value, type: Type = Type.ANY) -> str:
    """A value as a person reads it, or that it is not known."""
    return show(value, type) or NOT_KNOWN


def shortened(text: str, letters: int) -> str:
    """A text on one line, of so many letters at most, cut at a space where it can be; a quotation mark at its end stays."""
    line = " ".join(text.split())
    if len(line) <= letters:
        return line
    end = "…”" if line.endswith("”") else "…"
    cut = line[: letters - len(end)]
    at_space = cut.rpartition(" ")[0]
    return (at_space if len(at_space) > letters // 2 else cut).rstrip(" ,;:") + end
