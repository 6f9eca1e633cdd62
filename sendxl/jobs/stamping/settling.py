"""What officers decided in Held, carried out: the value that is to stand goes into the plan, and is recorded with the reason."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import NamedTuple

from sendxl.jobs.stamping.ledger import Source
from sendxl.jobs.stamping.run import Run
from sendxl.plan import values
from sendxl.plan.master import HELD, Held
from sendxl.plan.schema import NUMERIC, Column, Table, Type
from sendxl.plan.values import CellKind, Share, Stored, Value, same, show, to_text
from sendxl.plan.vocabulary import Decision, StampKind
from sendxl.returns.held import LONGEST, filled_column
from sendxl.returns.label import file_in, fingerprint
from sendxl.returns.personal import WITHHELD
from sendxl.returns.register import held_key
from sendxl.returns.typed_in import judged

_WHOLE = (Decision.ALL_RETURNED, Decision.ALL_MASTER)
_ENTER = f"Enter in Value to put what is to stand in the plan, and choose “{Decision.PUT}”"

class CannotSettle(Exception):
    """A decision that cannot be carried out; the message says why and what to do."""


class _Decided(NamedTuple):
    """A row of Held with what is decided about it, be it in the row itself or for its whole return."""

    held: Held
    decision: Decision | None
    why: str | None


def settle(run: Run) -> dict[tuple[str, ...], str]:
    """Carry out every decision that can be; the others are told in ``run.unsettled``.

    Gives what is decided, by ``held_key``, for the returns that are looked at in the same run. A decision about a whole
    row is carried out when its return is taken: only there are the values of the row.
    """
    decided: dict[tuple[str, ...], str] = {}
    deciding = list(_deciding(run))
    contrary = _contrary(run, deciding)
    for one in deciding:
        held, decision, why = one
        try:
            if why is None:
                raise CannotSettle("say in Why what it was decided by")
            if decision is None:
                raise CannotSettle(f"“{held.stored('decision').raw}” is no decision. Choose one from the list")
            if held.key in contrary:
                raise CannotSettle(f"rows {contrary[held.key]} of Held decide otherwise about the same cell. Make them agree")
            if _is_of_cell(held) or decision == Decision.MASTER:
                _carry_out(run, held, decision, why)
                run.held.remove(held)
            elif decision == Decision.PUT:
                raise CannotSettle(f"it is about a whole row, where there is no one cell to put a value into. Choose "
                                   f"“{Decision.RETURNED}” or “{Decision.MASTER}”")
            elif not _table(held):
                raise CannotSettle(f"nothing of a rejected return can be taken. Choose “{Decision.MASTER}”")
            else:
                run.waiting.append((held, decision, why))
            decided[held_key(held.values())] = decision
        except CannotSettle as error:
            run.unsettled.append(f"Held {held.key} ({_place(held)}) was not settled: {error}.")
    return decided


def _deciding(run: Run) -> Iterator[_Decided]:
    """The rows of Held that are decided about; a decision of their own counts before one about their whole return."""
    whole: dict[tuple[str, str], Held] = {}
    for held in run.held:
        if held.decision in _WHOLE:
            whole.setdefault((to_text(held.tracker), fingerprint(held.return_)), held)
    for held in run.held:
        own = not held.is_blank("decision")
        by = held if own else whole.get((to_text(held.tracker), fingerprint(held.return_)))
        if by is not None:
            yield _Decided(held, Decision(by.decision).of_one if by.decision else None, by.why)


def _contrary(run: Run, deciding: Iterable[_Decided]) -> dict[str, str]:
    """The rows of Held that decide about one cell for different values: number to the numbers of all of them."""
    of: dict[tuple[str, str, str], list[tuple[str, str]]] = defaultdict(list)
    for held, decision, _ in deciding:
        at = filled_column(_table(held), to_text(held.column))
        if at and decision:
            ref = run.written(at[0].name, to_text(held.ref))
            now = run.in_master(at[0].name, ref, at[1].key)
            taken: dict[str, Value] = {
                Decision.RETURNED: held.returned, Decision.OTHER: held.other, Decision.PUT: held.value_to_put}
            value = taken.get(decision, now)
            of[_table(held), ref, at[1].key].append((held.key, to_text(value)))
    return {number: ", ".join(n for n, _ in rows) for rows in of.values() if len({value for _, value in rows}) > 1
            for number, _ in rows}


def settle_rows(run: Run, found: Iterable[tuple[str, ...]]) -> None:
    """Settle the decisions about whole rows that were met in the returns of the run; the others are told."""
    met = set(found)
    for held, decision, why in run.waiting:
        if held_key(held.values()) in met:
            source = _source(run, held)
            run.record(source, _table(held), held.ref or "", kind=StampKind.SETTLE, code=held.code or "", explanation=why)
            run.close(held, source, StampKind.SETTLE, why, decision)
            run.settled += 1
            run.held.remove(held)
        else:
            run.unsettled.append(f"Held {held.key} ({_place(held)}) waits for its return, which has the values of the row. "
                                 f"Stamp {_source(run, held).file} again.")


def _is_of_cell(held: Held) -> bool:
    return filled_column(_table(held), to_text(held.column)) is not None


def _carry_out(run: Run, held: Held, decision: Decision, why: str) -> None:
    """Put the value that was decided for into the plan, if it is not there, and record it."""
    source, code = _source(run, held), held.code or ""
    ref = run.written(_table(held), to_text(held.ref))
    at = filled_column(_table(held), to_text(held.column))
    if at and ref in run.register.values[at[0].name]:
        table, column = at
        now = run.in_master(table.name, ref, column.key)
        new = now if decision == Decision.MASTER else _decided(run, held, table, column, decision, now)
        if same(now, new):
            type = column.type_in(run.kind(table, ref))
            run.record(source, table.name, ref, column.header, Share.of(now, type), Share.of(new, type),
                       kind=StampKind.SETTLE, code=code, explanation=why)
        else:
            run.change(source, table, ref, column.key, new, kind=StampKind.SETTLE, code=code, explanation=why)
    elif decision != Decision.MASTER:
        raise CannotSettle(f"{ref or 'its row'} is no longer in {held.table_}")
    else:
        run.record(source, _table(held), ref, kind=StampKind.SETTLE, code=code, explanation=why)
    run.close(held, source, StampKind.SETTLE, why, decision)
    run.settled += 1
    run.settled_of.append(held)


def _decided(run: Run, held: Held, table: Table, column: Column, decision: Decision, now: Value) -> Value:
    """The value to be put into the plan; CannotSettle where there is none, or the plan has changed since it was held."""
    if decision == Decision.PUT:
        return _put(run, held, table, column)
    key = "returned" if decision == Decision.RETURNED else "other"
    kind = run.kind(table, run.written(table.name, to_text(held.ref)))
    shown = held[key]
    new = _typed(shown, column, column.type_in(kind), kind)
    if isinstance(shown, str) and (shown == WITHHELD or len(shown) >= LONGEST):
        raise CannotSettle(f"Held does not show all of it. {_ENTER}")
    if column.judge(new, kind):
        raise CannotSettle(f"{show(new, column.type_in(kind))} is outside what {column.header} may hold. {_ENTER}")
    if new is None and held.code == "Z01":
        raise CannotSettle(f"a formula was returned, which has no value here. {_ENTER}")
    if new is None and not held.is_blank(key):
        raise CannotSettle(f"“{to_text(shown)}” cannot stand in {column.header}. {_ENTER}")
    if new is None and decision == Decision.OTHER:
        raise CannotSettle("there is no other value. Choose another decision")
    if not (same(now, held.master) or same(now, new)):
        type = column.type_in(kind)
        raise CannotSettle(f"the plan has changed since: it was {show(held.master, type) or 'blank'}, and is "
                           f"{show(now, type) or 'blank'}. {_ENTER}")
    return new


def _put(run: Run, held: Held, table: Table, column: Column) -> Value:
    """What an officer typed into Value to put, judged as if a lead had returned it; CannotSettle where it cannot stand."""
    value, faults = judged(run.register, run.today, table, run.written(table.name, to_text(held.ref)), column,
                           held.stored("value_to_put"))
    if faults:
        raise CannotSettle(f"Value to put: {' '.join(faults).rstrip('.')}")
    if value is None:
        raise CannotSettle("Value to put is blank. Enter there what is to stand in the plan, or choose another decision")
    return value


def _typed(value: Value, column: Column, type: Type, kind: Value) -> Value:
    """A value as Held shows it, as one of the column's type; None where it is none."""
    if isinstance(value, str):
        cell = values.read(column, Stored(CellKind.TEXT, value, value), kind)
        return cell.value if cell.problem is None else None
    if isinstance(value, (date, datetime)):
        return value if type is Type.DATE else None
    if isinstance(value, (int, float)):
        return value if type in NUMERIC else None
    return None


def _source(run: Run, held: Held) -> Source:
    label = to_text(held.return_)
    tracker = run.register.trackers.get(to_text(held.tracker))
    return Source(file_in(label), fingerprint(label), tracker.lead if tracker else "")


def _table(held: Held) -> str:
    return to_text(held.table_)


def _place(held: Held) -> str:
    return " ".join(filter(None, (to_text(held.ref), to_text(held.column)))) or HELD["return"].header
