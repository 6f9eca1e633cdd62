"""Identity: is each row one that was issued, once, and still the row that its ref says?"""

from collections.abc import Iterator

from sendxl.plan import values
from sendxl.plan.finding import Severity
from sendxl.plan.likeness import difference, strange
from sendxl.plan.master import MEASURES, PLAN, PROFILE
from sendxl.plan.registry import Hit
from sendxl.returns.file import ReturnedFile
from sendxl.returns.rows import ReturnedRow
from sendxl.returns.rules.registry import WHOM, Scope, rule

_TITLES: dict[str, tuple[str, ...]] = {
    PLAN.name: ("activity",),
    MEASURES.name: ("activity_ref", "measure"),
    PROFILE.name: ("savings_ref", "from", "until", "planned_quantity"),
}

_NO_REF_BUT_WORDS = ("The row {number}, which says {found:quoted}, has no ref, so there is no telling what it is about. Put "
                     "back the ref that stood there, or take out what stands there.")


@rule("I01", Severity.ERROR, on=Scope.ROW,
      says="The row {number} has no ref, so there is no telling what it is about. Put back the ref that stood there.")
def row_without_ref(row: ReturnedRow) -> Iterator[Hit]:
    """Every row must have its ref.

    Why: rows are known by their refs, as they may be sorted and filtered.

    Example: the ref was deleted together with a comment.

    Put right: put back the ref that stood there; the finding I04 says which one is missing.
    """
    if not row.ref:  # without its table, as it holds no row that could be named
        told = next((cell.found for cell in row.cells if not cell.is_blank), "")
        yield Hit(row.place._replace(table=""), words={"number": row.row.number, "found": told},
                  says=_NO_REF_BUT_WORDS if told else "")


@rule("I02", Severity.ERROR, on=Scope.ROW,
      says="“{ref}” is no ref of this tracker.{maybe} Put back the ref that stood there.")
def ref_unknown(row: ReturnedRow) -> Iterator[Hit]:
    """Every ref must be one of the plan.

    Why: refs are permanent. One that the plan does not have was typed over, or its row was taken out of the plan since.
    Where no issued row is missing, the row was added instead (I05).

    Example: “PI-1” in place of “PI-01”.

    Put right: put back the ref that stood there.
    """
    if not row.ref or row.in_plan:
        return
    if row.issued:
        yield Hit(says="{ref} is no longer in the plan. Nothing need be done; if you doubt it, ask " + WHOM + ".")
    elif row.table.absent:
        nearest = values.nearest(row.ref, row.table.absent)
        why = strange(row.ref, nearest) if nearest else ""
        yield Hit(words={"maybe": f" It may be {nearest}{f'; this one {why}' if why else ''}." if nearest else ""})


@rule("I03", Severity.ERROR, on=Scope.ROW,
      says="{ref} stands in more than one row (rows {numbers}{how}). Keep the one that is right and delete the other.")
def ref_twice(row: ReturnedRow) -> Iterator[Hit]:
    """No ref may stand in two rows.

    Why: there is no telling which of the two is meant. Refs that look the same are the same; the message says how they
    differ.

    Example: a lead copied a row to write a second update below the first.

    Put right: keep one row, with both texts in it, and delete the other.
    """
    numbers = row.table.numbers(row.ref)
    if row.ref and len(numbers) > 1 and numbers[0] != row.row.number:
        first = next(other for other in row.table.returned if other.ref == row.ref)
        how = difference(row.typed_ref, first.typed_ref)
        yield Hit(words={"numbers": " and ".join(map(str, numbers)), "how": f"; this one {how}" if how else ""})


@rule("I04", Severity.QUERY, on=Scope.FILE,
      says="The row of {ref} was sent out but has not come back. Put it back, or say why it is gone.")
def row_missing(file: ReturnedFile) -> Iterator[Hit]:
    """Every issued row should come back.

    Why: a row that is gone may be one that the lead says is not theirs; that is for whoever sent the tracker out to know.

    Example: a lead deleted the activities on which nothing had happened.

    Put right: copy the row back from the tracker as it was sent out; where nothing has happened, choose Yes in No
    change.
    """
    for table in file.tables:
        if table.has_key:
            yield from (Hit(table.place._replace(ref=ref), words={"found": ref}) for ref in table.absent)


@rule("I05", Severity.ERROR, on=Scope.ROW,
      says="The row of {ref} was added: it was not in this tracker. Delete it, and ask " + WHOM + " for it.")
def row_was_added(row: ReturnedRow) -> bool:
    """No row may be added to a tracker.

    Why: activities, measures and savings are agreed and given their refs in the master, not in a tracker.

    Example: a lead added a new activity below the last one.

    Put right: delete the row, and tell whoever sent the tracker out what is to be added to the plan.
    """
    if not row.ref or row.issued:
        return False
    if row.in_plan:  # of another lead it is A02
        return _is_ours(row)
    return not row.table.absent


@rule("I06", Severity.QUERY, on=Scope.ROW, columns=tuple(dict.fromkeys(key for keys in _TITLES.values() for key in keys)),
      says="{ref} was sent out as “{issued}”, but its row now reads “{found}”. If one column was sorted alone, put the "
           "rows back together.")
def ref_and_title_disagree(row: ReturnedRow) -> Iterator[Hit]:
    """A ref must still stand beside the title it was issued with.

    Why: where one column was sorted alone, every answer stands beside the wrong activity. A small correction of the
    title's wording is no such sign and only noted (T01).

    Example: Ref was sorted without the other columns.

    Put right: undo the sort, or copy the answers into the tracker as it was sent out.
    """
    if not row.issued or row.moved.keys().isdisjoint(title_keys(row)):
        return
    issued, found = issued_title(row, row.ref), _found_title(row)
    if found and found != issued:
        others = {issued_title(row, ref) for ref in row.table.issued}
        if found in others or values.nearest(found, [issued]) is None:
            yield Hit(words={"issued": issued, "found": found})


def title_keys(row: ReturnedRow) -> tuple[str, ...]:
    """The columns by which a person knows the row."""
    return _TITLES[row.table.master.name]


def issued_title(row: ReturnedRow, ref: str) -> str:
    """The title of a row of the same table as it was issued."""
    issued, seen = row.table.issued[ref], row.table.seen
    return " · ".join(filter(None, (issued.get(seen[key].header, "") for key in title_keys(row))))


def _found_title(row: ReturnedRow) -> str:
    cells = (row.cell(row.table.seen[key]) for key in title_keys(row))
    return " · ".join(filter(None, (values.to_text(cell.value) for cell in cells)))


def _is_ours(row: ReturnedRow) -> bool:
    file = row.table.file
    return bool(file.tracker and file.tracker.lead in file.register.leads_of(row.table.master.name, row.ref))
