"""The Check column of a tracker: what a row still lacks, by formulas that any spreadsheet program computes.

They are made of the declarations of the columns, and of the rules across the cells of a row, and say what these say of the
same cells. All is worked out on a hidden sheet for each table, one row a ref, one column a thing that may be lacking; the
Check column shows what is found there. Rows are found by their refs, so that sorting does no harm; cells go by addresses, as
not every program knows the columns of tables. A text in the place of a date or a number is taken for whatever it may mean, so
that Check may say more of it than the rules do, and never less.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from sendxl.plan.likeness import DASHES
from sendxl.plan.master import MEASURES, PLAN, PROFILE
from sendxl.plan.rows import Row
from sendxl.plan.schema import NUMERIC, By, Column, Shown, Table, Type, anything, text
from sendxl.plan.tracker import CHECK, NO_CHANGE, TRACKED, last
from sendxl.plan.values import Value, to_text
from sendxl.plan.vocabulary import Kind, LeadStatus, Yes
from sendxl.xlsx.read.address import letters
from sendxl.xlsx.read.references import quoted

NOTHING = "Nothing missing"
UNTOUCHED: dict[Table, str] = {
    PLAN: "Fill the row, or choose Yes in No change", MEASURES: "No new value yet", PROFILE: "No new count yet"}
"""What Check says of a row in which nothing was changed."""
UNREPORTED = "Fill the row"
"""What it says of one of an activity on which nothing was ever reported, so that nothing can stand unchanged."""
LEFT_ROW = 3
"""The row of a sheet of a tracker, right above the headers, that says over Check how many rows are left."""
_ROW = "{row}"  # in a formula, the number of its row
_KEY, _AT = f"A{_ROW}", f"B{_ROW}"  # on a sheet of workings: the ref, and the row in which it stands on the lead's sheet
_BLANK, _FINE, _TEXT, _ERROR, _OUTSIDE, _LOGICAL = range(6)  # what a cell holds: nothing, what it is to, a text in its place …
_SPACES, _NOTHING = "\u00a0\u2002\u2003\u2009\u202f\u3000", "\u200b\ufeff\u00ad\u200e\u200f\u2060"
_UNSEEN = dict.fromkeys(_SPACES, " ") | dict.fromkeys(_NOTHING, "")
_SIGNS = {"£": "", ",": "", "%": "", "K": "E3", "M": "E6", **{chr(dash): "-" for dash in DASHES}}  # as VALUE reads them
_CONTROLS = (9, 10, 13)  # which end lines, or leave gaps
_DAYS = (61, 2_958_466)  # the number of 1 Mar 1900, and the first that is no day
_SLIP = "2/1440"  # of a day: so short of midnight it is the next
_PLACES = 6  # to which figures are compared
_SAME = "1E-12"  # the share by which two numbers differ that are told apart
_TEXTS = (Type.TEXT, Type.WORDS)
_REPORTED, _ACTION_GIVEN = (anything(f"{what} before", f"Yes where {what.lower()} before.", By.SENDXL)
                            for what in ("Reported", "Corrective action given"))
_KIND, _ACTIVITY = MEASURES["kind"], MEASURES["activity_ref"]
Case = tuple[str, Sequence[str]]
"""What is said, and the conditions for it."""


class Workings:
    """The hidden sheet behind the Check column of one table of a tracker: its columns, and the formulas of these by key.

    ``lacks``: by the key of a column that may say that something is lacking, the rule and the column of the tracker.
    """

    def __init__(self, master: Table) -> None:
        self.master = master
        self.seen = TRACKED[master]
        self.columns: list[Column] = [text("Ref", "The row.", By.SENDXL)]
        self.formulas: dict[str, str] = {}
        self.lacks: dict[str, tuple[str, Column]] = {}
        self._add("Row", f"MATCH({_KEY},{quoted(self.seen.title)}!$A:$A,0)")
        self.inputs = [column for column in self.seen if column.is_input]
        self.columns += self._given()
        for column in self.inputs:
            self._add_cell(column)
        changed = "+".join(self._changed(column) for column in self.inputs if column is not NO_CHANGE)
        self.row_changed = self._add("Changed", f"IF({changed}>0,1,0)") + "=1"
        _LACKS[master](self)
        self._add_result()
        self.table: Table[Row] = Table(f"{master.name}Check", "Workings of the column Check. Do not change them.", Row,
                                       tuple(self.columns), sheet=f"{self.seen.title} check")

    def row(self, given: Mapping[str, Value]) -> dict[str, Value]:
        """The row of the workings for a row of the tracker as it is issued."""
        values: dict[str, Value] = {"ref": given["ref"]}
        for column in self.inputs:
            if column.shown is Shown.FILLED:
                value = given.get(column.key)
                values[_before(column).key] = to_text(value) or None if isinstance(value, str) else value
        said = {column.key for column in self.inputs for key in (column.key, last(column).key) if given.get(key) is not None}
        known = {_KIND.key: given.get(_KIND.key), _ACTIVITY.key: given.get(_ACTIVITY.key), _REPORTED.key: "Yes" if said else None,
                 _ACTION_GIVEN.key: "Yes" if "corrective_action" in said else None}
        return values | {column.key: known[column.key] for column in self.columns if column.key in known}

    def untouched(self, given: Mapping[str, Value]) -> str:
        """What Check says of a row of the tracker as it is issued."""
        never = self.master is PLAN and self.row(given)[_REPORTED.key] is None
        return UNREPORTED if never else UNTOUCHED[self.master]

    # --- the columns

    def _given(self) -> Iterator[Column]:
        """What is issued with a row: the values of what is filled, and what else the rules go by."""
        if self.master is PLAN:
            yield from (_REPORTED, _ACTION_GIVEN)
        else:
            yield _ACTIVITY
        if self.seen.kind:
            yield _KIND
        yield from (_before(column) for column in self.inputs if column.shown is Shown.FILLED)

    def _add(self, header: str, formula: str) -> str:
        """Add a column; the cell of it in the same row."""
        column = text(header, "Worked out.", By.FORMULA, width=12)
        self.columns.append(column)
        self.formulas[column.key] = formula
        return self.here(column)

    def _add_cell(self, column: Column) -> None:
        """What a cell to fill holds, and whether it was changed."""
        at = letters(1 + self.seen.columns.index(column))
        there = f"INDEX({quoted(self.seen.title)}!${at}:${at},{_AT})"
        cell = self._add(f"Cell: {column.header}", f'IF(ISBLANK({there}),"",{there})')
        keeps = column.choices or column.type in NUMERIC
        seen = self._add(_seen_in(column).header, _as_seen(cell)) if keeps else _as_seen(cell)
        if column.type in _TEXTS:
            filled = str(_FINE)
        elif column.choices:
            filled = f"IF({_one_of(seen, [*column.choices])},{_FINE},{_TEXT})"
        else:
            odd = _OUTSIDE if column.type is Type.DATE else _LOGICAL  # neither a date nor its text, but a number in disguise
            filled = (f"IF(ISLOGICAL({there}),{odd},IF(ISNUMBER({cell}),IF({self._outside(column, cell)},{_OUTSIDE},{_FINE}),"
                      f"{_TEXT}))")
        self._add(_state_of(column).header, f'IF(ISERROR({cell}),{_ERROR},IF({seen}="",{_BLANK},{filled}))')
        if column.shown is Shown.FILLED:
            self._add(_change_of(column).header, self._differs(column, cell))
        if column.type in NUMERIC:
            self._add(_number_in(column).header, self._number(column, cell))

    def _outside(self, column: Column, cell: str) -> str:
        """True for a number that the column cannot hold."""
        if column.type is Type.DATE:
            return f"OR({cell}<{_DAYS[0]},{cell}>={_DAYS[1]})"
        share = self.is_share(column)
        beyond = [f"OR(ROUND({cell},{_PLACES})<{least:.15g},ROUND({cell},{_PLACES})>{most:.15g})"
                  for kind in (Kind.PERCENTAGE, Kind.NUMBER) for least, most in [column.limits_in(kind) or (0, 0)]]
        return f"IF({share},{beyond[0]},{beyond[1]})"

    def _differs(self, column: Column, cell: str) -> str:
        """1 where a cell does not hold what was issued."""
        before, state = self.here(_before(column)), self.state(column)
        plain = f"AND(ISNUMBER({cell}),NOT(ISLOGICAL({cell})))"
        if column.choices:
            other = f"IF(UPPER({self.here(_seen_in(column))})=UPPER({before}),0,1)"
        elif column.type in _TEXTS:
            at = f"FIND({before},{cell})"
            around = _as_seen(f"LEFT({cell},{at}-1)&MID({cell},{at}+LEN({before}),32767)")
            other = f'IF(EXACT({cell}&"",{before}),0,IF(ISERROR({at}),1,IF({around}="",0,1)))'
        elif column.type is Type.DATE:
            other = f"IF({plain},IF(INT({cell}+{_SLIP})={before},0,1),1)"
        else:  # 50 in a cell that shows 5000% is asked about, whatever was issued
            far = f"OR(ABS({cell}-{before})>{_SAME}*ABS({before}),AND({self.is_share(column)},{cell}>=2,{cell}<=100))"
            other = f"IF({plain},IF({far},1,0),1)"
        return f'IF({state}={_ERROR},1,IF({before}="",IF({state}={_BLANK},0,1),IF({state}={_BLANK},1,{other})))'

    def _number(self, column: Column, cell: str) -> str:
        """The number in a cell, be it only the text of one; else nothing."""
        typed = f"UPPER({self.here(_seen_in(column))})"
        for sign, meant in _SIGNS.items():
            typed = f'SUBSTITUTE({typed},"{sign}","{meant}")'
        parsed = f"VALUE({typed})"
        parsed = f"IF(AND({self.is_share(column)},{parsed}>1),{parsed}/100,{parsed})"
        return f'IF({self.state(column)}={_TEXT},IFERROR({parsed},""),IF(ISNUMBER({cell}),{cell},""))'

    def _bare(self, column: Column) -> str:
        """True for the text of a number up to 1 without its sign, which may be meant as a share or as a percentage."""
        seen = self.here(_seen_in(column))
        return f'IFERROR(AND(VALUE({seen})>0,VALUE({seen})<=1,ISERROR(FIND("%",{seen}))),FALSE)'

    def _add_result(self) -> None:
        """Whether the row was answered, what it lacks, what Check says, and 1 where the row is left to do."""
        answered = self.row_changed
        if self.master is PLAN:
            answered = f"OR({answered},{self.holds(NO_CHANGE.key, Yes.YES)})"
        said = self._add(_ANSWERED.header, f"IF(ISNA({_AT}),1,IF({answered},1,0))")
        answered = f"{said}=1"
        parts = "&".join(f'IF({self.here(self._by_key(key))}="","",{self.here(self._by_key(key))}&" ")' for key in self.lacks)
        lacking = self._add("Lacking", f'IF(ISNA({_AT}),"",TRIM({parts}))')
        if self.master is not PLAN:  # once something is said of its activity, there need not be a new value
            answered = f"OR({answered},{self._activity_answered()})"
        left = f'"{UNTOUCHED[self.master]}"'
        if self.master is PLAN:
            left = f'IF({self.here(_REPORTED)}="","{UNREPORTED}",{left})'
        self._add(_SAYS.header, f'IF({lacking}<>"",{lacking},IF({answered},"{NOTHING}",{left}))')
        self._add(_LEFT.header, f'IF(OR({lacking}<>"",NOT({answered})),1,0)')

    def _activity_answered(self) -> str:
        found = _look_up(workings(PLAN), _ANSWERED, self.here(_ACTIVITY))
        return f"IFERROR({found},1)=1"

    # --- what formulas are made of

    def here(self, column: Column) -> str:
        """The cell of a column of the workings, in the same row."""
        return f"{self.letter(column)}{_ROW}"

    def letter(self, column: Column) -> str:
        """The column of the sheet that a column of the workings is in."""
        return letters(1 + next(at for at, one in enumerate(self.columns) if one.key == column.key))

    def _by_key(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)

    def state(self, column: Column) -> str:
        """What a cell to fill holds."""
        return self.here(_state_of(column))

    def number(self, key: str) -> str:
        """The number in a cell to fill."""
        return self.here(_number_in(self.seen[key]))

    def is_number(self, key: str, compared: str) -> str:
        """True where there is a number in a cell, of which ``compared`` is true, as in >=1."""
        return f"IF(ISNUMBER({self.number(key)}),ROUND({self.number(key)},{_PLACES}){compared},FALSE)"

    def holds(self, key: str, *words: str) -> str:
        """True where a cell holds one of these words."""
        return _one_of(self.here(_seen_in(self.seen[key])), words)

    def is_blank(self, key: str) -> str:
        """True where there is nothing in a cell."""
        return f"{self.state(self.seen[key])}={_BLANK}"

    def is_filled(self, key: str) -> str:
        """True where there is something in a cell, readable or not."""
        return f"{self.state(self.seen[key])}<>{_BLANK}"

    def has_value(self, key: str) -> str:
        """True where there is something in the cell of a number that is, or may be, one."""
        state = self.state(self.seen[key])
        return f"OR({state}={_FINE},{state}={_TEXT},{state}={_OUTSIDE})"

    def changed(self, key: str) -> str:
        """True where a cell was changed."""
        return f"{self._changed(self.seen[key])}=1"

    def _changed(self, column: Column) -> str:
        if column.shown is Shown.FILLED:
            return self.here(_change_of(column))
        return f"IF({self.state(column)}={_BLANK},0,1)"

    def can_be_read(self, *keys: str) -> str:
        """True where a rule that goes by these cells is asked: each is blank, or holds what it is to hold."""
        return f"AND({','.join(self._readable(self.seen[key]) for key in keys)})"

    def _readable(self, column: Column) -> str:
        state = self.state(column)
        if column.choices:
            return f"{state}<{_TEXT}"
        if column.type in NUMERIC:
            return f"OR({state}<{_ERROR},AND({state}={_OUTSIDE},{self._changed(column)}=0))"
        return f"{state}<{_ERROR}"

    def is_of(self, kinds: Sequence[str]) -> str:
        """True where the Kind of the row's measure is one of these."""
        return _one_of(self.here(_KIND), kinds)

    def is_share(self, column: Column) -> str:
        """True where the column holds a percentage."""
        if not column.by_kind:
            return "TRUE" if column.type is Type.FRACTION else "FALSE"
        return self.is_of([kind for kind in Kind if column.type_in(kind) is Type.FRACTION])

    # --- what may be lacking

    def lack(self, code: str, column: Column, *cases: Case) -> None:
        """Something that may be lacking by a rule in a column: of the cases the first whose conditions are all true."""
        says = '""'
        for words, when in reversed(cases):
            says = f'IF(AND({",".join(when)}),"{words}",{says})'  # of no words of ours with quotes in them
        header = f"{code} {column.header}"
        self._add(header, says)
        self.lacks[self.columns[-1].key] = code, column

    def lack_in_row(self, code: str, key: str, words: str, *when: str) -> None:
        """The same of a rule that is asked of rows in which something was changed."""
        self.lack(code, self.seen[key], (words, (self.row_changed, *when)))

    def lack_by_declaration(self, *required: str) -> None:
        """What follows from the declarations alone; ``required``: what besides must be so for V01 to be asked."""
        for column in self.inputs:
            says = f"{'Choose' if column.choices else 'Fill'} {column.header}."
            kinds = [self.is_of(column.kinds)] if column.kinds else []
            if column.required:
                self.lack_in_row("V01", column.key, says, self.is_blank(column.key), *required)
            elif column.required_with:
                self.lack_in_row("V01", column.key, says, self.is_blank(column.key), self.is_filled(column.required_with), *kinds,
                                 *required)
        for column in self.inputs:
            changed, state = f"{self._changed(column)}=1", self.state(column)
            if column.choices:
                self.lack("V02", column, (f"Choose {column.header} from its list.", (changed, f"{state}={_TEXT}")))
            elif column.type is Type.DATE:
                says = f"Type {column.header} again as a date, like 31 Mar 2027."
                self.lack("V03", column, (says, (changed, f"OR({state}={_TEXT},{state}={_OUTSIDE})")))
            elif column.type in NUMERIC:
                says, share = f"Type {column.header} again as a number.", self.is_share(column)
                self.lack("V05", column, (says, (changed, f"OR({state}={_TEXT},{state}={_LOGICAL})")))
                meant = self._outside(column, self.here(_number_in(column)))
                read = f"IF(AND({state}={_TEXT},ISNUMBER({self.here(_number_in(column))})),{meant},FALSE)"
                outside = (changed, f"OR({state}={_OUTSIDE},{read})")
                if share != "FALSE":
                    says = f"Type {column.header} as a percentage from 0% to 100%."
                    bare = (changed, f"{state}={_TEXT}", share, self._bare(column))
                    self.lack("V06", column, (says, (*outside, share)), (says, bare))
                if share != "TRUE":
                    self.lack("V07", column, (f"Type {column.header} again: it is below 0, or too large.",
                                              (*outside, f"NOT({share})")))


def _lacks_of_activity(of: Workings) -> None:
    of.lack_by_declaration()
    status, day, evidence, action, share = (
        "lead_status", "completed_on", "evidence", "corrective_action", "percent_complete")
    complete, three = of.holds(status, LeadStatus.COMPLETE), of.can_be_read(status, day, evidence)
    of.lack_in_row("X01", day, "Give the day in Completed on.", complete, of.is_blank(day), three)
    of.lack_in_row("X01", evidence, "Say in Evidence where it is kept.", complete, of.is_blank(evidence),
                   three)
    of.lack_in_row("X02", status, "Choose Complete, or clear Completed on.", of.is_filled(day),
                   of.is_filled(status), f"NOT({complete})", of.can_be_read(status, day))
    of.lack_in_row("X04", action, "Say in Corrective action what will bring it back.",
                   of.holds(status, LeadStatus.AT_RISK, LeadStatus.OFF_TRACK), of.is_blank(action),
                   f'{of.here(_ACTION_GIVEN)}=""', of.can_be_read(status, action))
    of.lack_in_row("X05", share, "Enter 100% in % complete, or clear Completed on.", of.is_number(share, "<1"), of.is_filled(day),
                   of.can_be_read(share, day))
    said = f"AND({of.holds(status, LeadStatus.COMPLETE)},{three})"  # by X01, which speaks of the same
    of.lack_in_row("X05", day, "Give the day in Completed on.", of.is_number(share, ">=1"), of.is_blank(day),
                   of.can_be_read(share, day), f"NOT({said})")
    yes = of.holds(NO_CHANGE.key, Yes.YES)
    of.lack("X13", NO_CHANGE, ("Clear No change, as something was changed.", (yes, of.row_changed)),
            ("Fill the row: nothing was reported so far.", (yes, f'{of.here(_REPORTED)}=""')))


def _lacks_of_measure(of: Workings) -> None:
    of.lack_by_declaration()
    both = of.can_be_read("actual", "out_of")
    kinds = of.is_of(of.seen["out_of"].kinds)
    part, whole = of.number("actual"), of.number("out_of")
    above = f"IF(AND(ISNUMBER({part}),ISNUMBER({whole})),ROUND({part}-{whole},{_PLACES})>0,FALSE)"
    of.lack_in_row("X06", "actual", "Correct Actual or Out of: Actual is more than Out of.", kinds, above, both)
    of.lack("X12", of.seen["out_of"],
            ("Fill Actual, or clear Out of.", (of.has_value("out_of"), of.changed("out_of"), both, of.is_blank("actual"))),
            ("Clear Out of: this kind of measure does not use it.", (of.has_value("out_of"), of.changed("out_of"), both,
                                                                    f"NOT({kinds})")))


def _lacks_of_quantity(of: Workings) -> None:
    since = of.can_be_read("in_place", "in_place_on", "in_place_since")
    of.lack_by_declaration(since)
    of.lack_in_row("V01", "in_place_since", "Fill In place since.", of.is_blank("in_place_since"),
                   of.is_number("in_place", ">0"), since)
    days = [f"AND({of.is_filled(key)},{of.changed(key)})" for key in ("in_place_on", "in_place_since")]
    of.lack_in_row("V01", "in_place", "Fill In place.", of.is_blank("in_place"), f"OR({','.join(days)})", since)
    of.lack_in_row("X08", "evidence", "Say in Evidence where it can be seen.", of.has_value("in_place"), of.is_blank("evidence"),
                   of.can_be_read("in_place", "evidence"))


_LACKS = {PLAN: _lacks_of_activity, MEASURES: _lacks_of_measure, PROFILE: _lacks_of_quantity}
_ANSWERED, _SAYS, _LEFT = (text(name, "Worked out.", By.FORMULA) for name in ("Answered", "Says", "Left"))


@cache
def workings(master: Table) -> Workings:
    """The workings of the Check column of a table."""
    return Workings(master)


def check_formula(table: Table, key: str) -> str | None:
    """The formula of a column of a tracker that has one in each row, ``{row}`` being its number; None for any other."""
    for master, seen in TRACKED.items():
        if table is seen and key == CHECK.key:
            found = _look_up(workings(master), _SAYS, f"A{_ROW}")
            return f'IFERROR({found},"")'
        if table is workings(master).table:
            return workings(master).formulas.get(key)
    return None


def rows_left(masters: Sequence[Table]) -> str:
    """A formula that says how many rows are left to do on the sheets of these tables, as in “2 rows left”."""
    count = "+".join(f"SUM({_whole(workings(master), _LEFT)})" for master in masters)
    return f'IF({count}=0,"{left_in_words(0)}",IF({count}=1,"{left_in_words(1)}",{count}&"{left_in_words(2)[1:]}"))'


def left_in_words(count: int) -> str:
    """As in “2 rows left”."""
    return f"{count} row{'s' if count > 1 else ''} left" if count else "Nothing left to fill"


def is_rows_left(words: str) -> bool:
    """True for what the formula of ``rows_left`` shows."""
    number = words.partition(" ")[0]
    return words == left_in_words(int(number) if number.isdecimal() and number.isascii() and len(number) < 7 else 0)


def _look_up(of: Workings, column: Column, ref: str) -> str:
    """What stands in a column of the workings in the row of a ref."""
    return f"INDEX({_whole(of, column)},MATCH({ref},{quoted(of.table.title)}!$A:$A,0))"


def _whole(of: Workings, column: Column) -> str:
    return f"{quoted(of.table.title)}!${of.letter(column)}:${of.letter(column)}"


def _as_seen(cell: str) -> str:
    """The text in a cell as people see it; nothing for an error."""
    bare = f'{cell}&""'
    for letter, stands_for in _UNSEEN.items():
        bare = f'SUBSTITUTE({bare},"{letter}","{stands_for}")'
    for control in _CONTROLS:
        bare = f'SUBSTITUTE({bare},CHAR({control})," ")'
    return f'IF(ISERROR({cell}),"",TRIM({bare}))'


def _one_of(cell: str, words: Sequence[str]) -> str:
    same = (f'UPPER({cell})="{word.upper()}"' for word in words)
    return f"OR({','.join(same)})"


def _before(column: Column) -> Column:
    return anything(f"Before: {column.header}", "As it was issued.", By.SENDXL, width=12)


def _state_of(column: Column) -> Column:
    return text(f"State: {column.header}", "Worked out.", By.FORMULA)


def _change_of(column: Column) -> Column:
    return text(f"Changed: {column.header}", "Worked out.", By.FORMULA)


def _seen_in(column: Column) -> Column:
    return text(f"Seen: {column.header}", "Worked out.", By.FORMULA)


def _number_in(column: Column) -> Column:
    return text(f"Number: {column.header}", "Worked out.", By.FORMULA)
