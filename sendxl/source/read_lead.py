"""The leads of an activity, from a column of its own or from one that also speaks of capacity; the rows of Leads."""

from sendxl.plan.lead_code import Codes
from sendxl.plan.master import LEADS
from sendxl.plan.values import Value
from sendxl.plan.vocabulary import Capacity
from sendxl.source.capacity import read_capacity
from sendxl.source.cleaning import Cleaning
from sendxl.source.column_parts import Part
from sendxl.source.doubts import Doubts
from sendxl.source.imported_rows import full_row
from sendxl.source.laid_out import RawActivity
from sendxl.source.leads import read_lead
from sendxl.source.posts import PostsRead, read_posts
from sendxl.source.roles import Role, Roles
from sendxl.source.worded import Worded

_LONG = 14  # words, from which on a cell of leads also says something else


class Leading:
    """Takes activities one by one, and keeps the roles in the order of the plan."""

    def __init__(self, doubts: Doubts, roles: Roles, said: Worded) -> None:
        self._doubts = doubts
        self._roles = roles
        self._said = said
        self._leads: dict[str, Role] = {}  # by code or title, in the order of the plan
        self._names: dict[str, str] = {}
        self._bodies: dict[str, list[str]] = {}  # by title: where the activities stand that it leads

    def take(self, ref: str, raw: RawActivity, cleaned: Cleaning) -> dict[str, Value]:
        """Lead, Joint leads, Capacity and its note."""
        text = raw.text(Part.LEAD)
        shared = raw.text(Part.LEAD_CAPACITY)
        if shared or Part.LEAD_CAPACITY in raw.cells or (not text and Part.LEAD not in raw.cells and not raw.text(Part.JOINT)):
            return self._with_capacity(ref, raw, shared, cleaned)
        if self._speaks_of_capacity(text):
            return self._with_capacity(ref, raw, text, cleaned)
        read = self._read(text)
        joint = self._read(raw.text(Part.JOINT)) if raw.text(Part.JOINT) else None
        for about, read_as, says in read.doubts:
            self._doubts.add(ref, about, text, read_as, says, at=raw.first(Part.LEAD).at, together=True)
        for body in dict.fromkeys((*read.bodies, *(joint.bodies if joint else ()))):
            self._bodies.setdefault(body, []).append(raw.first(Part.LEAD).at or raw.at)
        roles = self._roles_of(read)
        if joint:
            for _, read_as, says in joint.doubts:
                self._doubts.add(ref, "Joint leads", raw.text(Part.JOINT), read_as, says, together=True)
            roles += self._roles_of(joint)
        roles += self._of_further(ref, raw)
        result = self._titled(roles)
        capacity = cleaned(ref, "Capacity note", raw.text(Part.CAPACITY))
        if capacity:
            result |= self._capacity(ref, capacity)
        return result

    def _speaks_of_capacity(self, text: str) -> bool:
        """True for a cell that says more than who leads: it is long, or a known role is followed by words about capacity."""
        if "\n" in text or ";" in text:
            return False
        found = self._roles.match(text)
        rest = text[found[1] :].strip() if found else ""
        return len(text.split()) > _LONG or bool(rest and read_capacity(rest).capacity is not Capacity.NOT_STATED)

    def _read(self, text: str) -> PostsRead:
        chosen = self._said.choice("Lead", text)
        read = read_posts(text if chosen is None else chosen, self._roles)
        if chosen is not None:
            read.doubts.clear()
        self._said.note("Lead", text, "; ".join(post.role.title for post in read.posts))
        return read

    def _roles_of(self, read: PostsRead) -> list[Role]:
        for post in read.posts:
            if post.name:
                self._names.setdefault(post.role.title.casefold(), post.name)
        return [post.role for post in read.posts]

    def _of_further(self, ref: str, raw: RawActivity) -> list[Role]:
        """The leads that further rows of the activity name, taken as joint leads."""
        roles: list[Role] = []
        for row in raw.further:
            for _, cell in (*row.get(Part.LEAD, ()), *row.get(Part.LEAD_CAPACITY, ())):
                found = self._roles_of(read_posts(cell.text, self._roles))
                self._doubts.add(
                    ref,
                    "Joint leads",
                    cell.text,
                    "; ".join(role.title for role in found),
                    "A further row of the activity names another lead, who was taken as a joint lead. Check it.",
                    at=cell.at,
                )
                roles += found
        return roles

    def _with_capacity(self, ref: str, raw: RawActivity, text: str, cleaned: Cleaning) -> dict[str, Value]:
        read = read_lead(cleaned(ref, "Capacity note", text), self._roles)
        for doubt in read.doubts:
            self._doubts.add(ref, doubt.about, text, doubt.read_as, doubt.says, together=not text)
        return self._titled([*read.roles, *self._of_further(ref, raw)]) | self._capacity(ref, read.capacity)

    def _capacity(self, ref: str, words: str) -> dict[str, Value]:
        capacity = read_capacity(words)
        if capacity.doubt:
            self._doubts.add(ref, "Capacity", words, str(capacity.capacity), capacity.doubt)
        return {"capacity": str(capacity.capacity), "capacity_note": words or None}

    def _titled(self, roles: list[Role]) -> dict[str, Value]:
        titles = list(
            dict.fromkeys(
                self._leads.setdefault(role.code if role.known else role.title.casefold(), role).title for role in roles
            )
        )
        return {"lead": titles[0] if titles else None, "joint_leads": "; ".join(titles[1:]) or None}

    def close(self) -> None:
        """Note what is about a lead wherever it stands: that it is a body, and no post."""
        codes = {str(row["title"]): str(row["code"]) for row in self.rows()}
        for title, places in self._bodies.items():
            self._doubts.add(
                codes.get(title, ""),
                "Title",
                title,
                title,
                f"“{title}” is a body, not a post. Name the post that answers for it: beside it in Leads, or in Lead of its "
                "activities.",
                at=places[0],
                rows=len(places),
            )

    def rows(self) -> list[dict[str, Value]]:
        """Leads in the order of the plan; a made-up code that another role has gets a number."""
        roles = list(self._leads.values())
        codes = Codes(role.code for role in roles if role.known)
        rows = []
        for role in roles:
            code = role.code if role.known else codes.free(role.code)
            rows.append(
                full_row(
                    LEADS,
                    code=code,
                    title=role.title,
                    name=self._names.get(role.title.casefold()),
                    other_names="; ".join(role.other_names) or None,
                )
            )
        return rows
