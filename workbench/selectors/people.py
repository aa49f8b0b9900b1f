"""The people affected: rows by place, the total in words, the map, and whose data were affected."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from incidents import paths
from incidents.counting import people_sum
from incidents.selectors import FactState
from law import places
from workbench import counts, words
from workbench.worldmap import MapRow

PRESENCE = {
    "confirmed": _("Confirmed"),
    "suspected": _("Suspected"),
    "ruled_out": _("Ruled out"),
    "unknown": _("Not known yet"),
}


@dataclass(frozen=True)
class PeopleRow:
    """One group of people: where, who, how many, and which of their data."""

    name: str
    place: str
    code: str
    subjects: str
    presence: str
    low: int | None
    high: int | None
    data: tuple[tuple[str, str], ...]
    source: str
    author: str
    languages: str
    decides: int
    anchor: str

    @property
    def presence_words(self) -> str:
        return str(PRESENCE[self.presence])

    @property
    def ruled_out(self) -> bool:
        return self.presence == "ruled_out"

    @property
    def count_words(self) -> str | None:
        return None if self.ruled_out else counts.count_words(self.low, self.high)


@dataclass(frozen=True)
class Total:
    """How many people in all: the sum of the rows, and the total that somebody has stated."""

    low: int
    high: int | None
    suspected: int
    stated: tuple[int | None, int | None] | None
    source: str

    @property
    def sum_words(self) -> str | None:
        return counts.count_words(self.low, self.high)

    @property
    def suspected_words(self) -> str | None:
        """How many more, at least, may be affected; None where there is no sum for them to come on top of."""
        return counts.grouped(self.suspected) if self.low and self.suspected else None

    @property
    def only_suspected_words(self) -> str | None:
        """How many may be affected, at least, where nobody is confirmed and no total was stated."""
        return counts.grouped(self.suspected) if self.suspected and not self.words else None

    @property
    def stated_words(self) -> str | None:
        return counts.count_words(*self.stated) if self.stated else None

    @property
    def words(self) -> str | None:
        """The one figure that leads: what was stated where nothing can be summed, else the sum."""
        if not self.low and self.stated_words:
            return self.stated_words
        return self.sum_words

    @property
    def differs(self) -> bool:
        """Do the two figures contradict each other? Both are shown then."""
        if self.stated is None or not self.low:
            return False
        low, high = self.stated
        above = high is not None and self.low > high
        below = low is not None and self.high is not None and self.high < low
        return above or below


def people_rows(
    document: Mapping[str, Any], states: Mapping[str, FactState], deciding: Mapping[str, int]
) -> list[PeopleRow]:
    """The groups of a facts document: those affected first, the largest first, ruled out last."""
    rows = [_row(group, document, states, deciding) for group in document.get("affected") or ()]
    order = {"confirmed": 0, "suspected": 1, "unknown": 2, "ruled_out": 3}
    return sorted(rows, key=lambda row: (order[row.presence], -(row.low or row.high or 0), row.place))


def _row(
    group: Mapping[str, Any],
    document: Mapping[str, Any],
    states: Mapping[str, FactState],
    deciding: Mapping[str, int],
) -> PeopleRow:
    name = str(group["id"])
    path = paths.join(["affected", paths.row_name(group, ("id",))])
    low, high = counts.bounds(group.get("count"))
    said = [state for key, state in states.items() if key == path or key.startswith(path + "/")]
    stated = next((state for state in said if state.path == f"{path}/count"), None)
    authors = [state.said for state in said if state.said]
    newest = max(authors, key=lambda one: one.revision, default=None)
    code = str(group.get("subdivision") or group.get("country") or group.get("region") or "")
    return PeopleRow(
        name=paths.row_name(group, ("id",)),
        place=words.place_words(code),
        code=code if places.is_place(code) or places.is_region(code) else "",
        subjects=", ".join(words.short_subject(one) for one in group.get("subjects") or ()),
        presence=str(group.get("presence") or "unknown"),
        low=low,
        high=high,
        data=data_of_group(name, document),
        source=str(stated.provenance.get("from") or "") if stated else "",
        author=newest.author if newest else "",
        languages=", ".join(group.get("languages") or ()),
        decides=max((number for key, number in deciding.items() if key.startswith(path + "/")), default=0),
        anchor=f"row-{name}",
    )


def data_of_group(name: str, document: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The data of one group of people as pairs of label and status; what is of everybody counts too."""
    found: dict[str, str] = {}
    for row in document.get("data") or ():
        groups = row.get("groups")
        if groups is None or name in groups:
            found[words.data_words(row["category"])] = str(row.get("status") or "unknown")
    order = ("confirmed", "suspected", "unknown", "ruled_out")
    return tuple(sorted(found.items(), key=lambda pair: order.index(pair[1])))


def total_of(document: Mapping[str, Any], states: Mapping[str, FactState]) -> Total:
    """The sum over the groups and the stated total, as incidents.counting has them, with the latter's source."""
    found = people_sum(document)
    state = states.get("/affected_total")
    return Total(
        low=found.low,
        high=found.high,
        suspected=found.suspected,
        stated=found.stated,
        source=str(state.provenance.get("from") or "") if state else "",
    )


def map_rows(rows: Iterable[PeopleRow], url_of: Callable[[PeopleRow], str]) -> list[MapRow]:
    """The rows that the map can draw. `url_of` gives the row of the table."""
    drawn = []
    for row in rows:
        if row.code and row.code != places.WORLD:
            presence = row.presence if row.presence in ("confirmed", "suspected", "ruled_out") else "suspected"
            drawn.append(MapRow(row.code, row.low, row.high, presence, url_of(row)))  # type: ignore[arg-type]
    return drawn
