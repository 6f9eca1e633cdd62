"""Each status, day and lead that a source says, once: what it was read as, how often, and what an officer chose instead."""

from dataclasses import dataclass, field

from sendxl.source.grids import words


@dataclass
class Said:
    """Words of one kind, what they were read as, and in how many cells they stand."""

    kind: str
    text: str
    read_as: str
    count: int = 0


@dataclass
class Worded:
    """The words of a source. ``chosen``: what an officer chose, by kind and words as compared; "" is blank."""

    chosen: dict[tuple[str, str], str] = field(default_factory=dict)
    said: dict[tuple[str, str], Said] = field(default_factory=dict)

    def choice(self, kind: str, text: str) -> str | None:
        """What an officer chose for some words; None where nothing."""
        return self.chosen.get((kind, compared(text)))

    def note(self, kind: str, text: str, read_as: str) -> None:
        """Note that some words stand in one more cell."""
        if text.strip():
            self.said.setdefault((kind, compared(text)), Said(kind, words(text), read_as)).count += 1


def compared(text: str) -> str:
    """Words as they are compared."""
    return words(text).casefold()
