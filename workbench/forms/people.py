"""The form of one group of people: where they live, whether they are affected, how many, who they are."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import place_names
from accounts.models import Membership
from accounts.translating import translated
from incidents import paths
from law import places
from law.taxonomies import load_taxonomies
from workbench.forms import counting
from workbench.forms.instants import ZonedForm
from workbench.forms.options import country_options, region_options, subdivision_options

PRESENCE = (
    ("confirmed", _("Yes, confirmed")),
    ("suspected", _("Perhaps")),
    ("ruled_out", _("No, ruled out")),
    ("", _("I do not know yet")),
)
COUNTS = (*counting.KINDS, ("unknown", _("I do not know yet")))


class PeopleForm(ZonedForm):
    """Adds a group, or changes the one of `row`. After is_valid(), `patch()` is what it means for the facts."""

    base = forms.IntegerField(widget=forms.HiddenInput)
    place = forms.ChoiceField(
        label=_("Where do these people live?"),
        help_text=_("A region is an answer while you do not know the countries."),
        error_messages={"required": _("Choose a country or a region, or “Country not known”.")},
    )
    subdivision = forms.ChoiceField(
        label=_("State or province"),
        help_text=_("States of the USA, provinces of Canada and some others have laws of their own."),
        required=False,
    )
    presence = forms.ChoiceField(
        label=_("Are people there affected?"),
        help_text=_("“Ruled out” is worth recording: it says that you looked."),
        choices=PRESENCE,
        widget=forms.RadioSelect,
        required=False,
    )
    kind = forms.ChoiceField(label=_("How many people?"), choices=COUNTS, widget=forms.RadioSelect, required=False)
    low = counting.number_field(_("Number"), "low")
    high = counting.number_field(_("And at most"), "high")
    subjects = forms.MultipleChoiceField(
        label=_("Who are they?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose all that fit."),
    )
    source = forms.CharField(
        label=_("Where does the number come from?"),
        help_text=_("A list, a log, the statement of a dealer."),
        max_length=300,
        required=False,
    )
    approximate = forms.BooleanField(label=_("The number is an estimate"), required=False)

    def __init__(
        self,
        *args: Any,
        document: Mapping[str, Any],
        membership: Membership,
        row: str = "",
        **kwargs: Any,
    ) -> None:
        self.document, self.row = document, row
        self.held: dict[str, Any] = dict(paths.get(document, paths.join(["affected", row])) or {}) if row else {}
        said = (document.get("provenance") or {}).get(self._path(row, "count")) or {} if row else {}
        kwargs["initial"] = {**self._initial(said), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.provenance: Mapping[str, Any] = said
        self._offer(membership)
        self.add_instant(
            "known_since",
            gettext("Known since"),
            help_text=gettext("Only if it was known before now: news that is typed late."),
        )

    def _offer(self, membership: Membership) -> None:
        own = [pair for pair in country_options() if membership.covers(pair[0])]
        offered: list[Any] = [("", gettext("Choose")), (gettext("Countries"), own)]
        if not membership.countries:
            offered += [
                (
                    gettext("Regions"),
                    [(code, gettext("Somewhere in {name}").format(name=name)) for code, name in region_options()],
                )
            ]
            offered += [("unknown", gettext("Country not known"))]
        subjects = [
            (one.id, translated(one.label))
            for one in load_taxonomies().terms["subject_category"].values()
            if "unknown" not in one.id and "not_yet" not in one.id
        ]
        choices = {
            "place": offered,
            "subdivision": [("", gettext("Not named")), *subdivision_options()],
            "subjects": subjects,
        }
        for name, found in choices.items():
            self.fields[name].choices = found  # type: ignore[attr-defined]

    def _initial(self, said: Mapping[str, Any]) -> dict[str, Any]:
        if not self.held:
            return {"presence": "confirmed", "kind": "unknown"}
        count = counting.initial_of(self.held.get("count"))
        return {
            "place": self.held.get("country") or self.held.get("region"),
            "subdivision": self.held.get("subdivision", ""),
            "presence": self.held.get("presence", ""),
            "subjects": list(self.held.get("subjects") or ()),
            "source": said.get("from", ""),
            "approximate": bool(said.get("approximate")),
            "kind": "unknown",
            **count,
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        kind = cleaned.get("kind") or "unknown"
        cleaned["count"] = counting.read_count(self, kind) if kind != "unknown" else None
        cleaned["known_at"] = self.instant("known_since")
        place, part = cleaned.get("place"), cleaned.get("subdivision")
        if place and part and (not places.is_place(place) or places.country(part).code != place):
            where = place_names.name(place) if places.is_place(place) else gettext("what you chose above")
            self.add_error(
                "subdivision",
                gettext("{part} is no part of {where}. Choose one of it, or “Not named”.").format(
                    part=place_names.name(part), where=where
                ),
            )
        return cleaned

    def patch(self) -> dict[str, Any]:
        """The patch that adds the group or changes it: only what differs is set."""
        cleaned = self.cleaned_data
        place = cleaned["place"]
        is_region = places.is_region(place)
        stated = {
            "country": None if is_region else place,
            "region": place if is_region else None,
            "subdivision": cleaned.get("subdivision") or None,
            "presence": cleaned.get("presence") or None,
            "subjects": cleaned.get("subjects") or None,
            "count": cleaned.get("count"),
        }
        row = self.row or self._new_row(place, cleaned.get("subdivision") or "")
        if self.held:
            patch = {
                self._path(row, key): value for key, value in stated.items() if (self.held.get(key) or None) != value
            }
        else:
            patch = {paths.join(["affected", row]): {key: value for key, value in stated.items() if value is not None}}
        said = self._provenance()
        if said != dict(self.provenance):
            patch[paths.join(["provenance", self._path(row, "count")])] = said or None
        return patch

    def _provenance(self) -> dict[str, Any]:
        source = str(self.cleaned_data.get("source") or "").strip()
        approximate = bool(self.cleaned_data.get("approximate"))
        if not source and not approximate:
            return {}
        state = "known" if self.cleaned_data.get("count") else "not_yet_known"
        return {"state": state} | ({"from": source} if source else {}) | ({"approximate": True} if approximate else {})

    def _new_row(self, place: str, part: str) -> str:
        """A name for the row that no other has: "fr", then "fr-2"."""
        wanted = (part or place).lower()
        taken = set(paths.names(self.document, ("affected",)))
        number = 1
        name = wanted
        while name in taken:
            number += 1
            name = f"{wanted}-{number}"
        return name

    @staticmethod
    def _path(row: str, key: str) -> str:
        return paths.join(["affected", row, key])

    @property
    def reason(self) -> str:
        """Why, for the history."""
        source = str(self.cleaned_data.get("source") or "").strip()
        place = self.cleaned_data["place"]
        words = (
            place_names.region_name(place)
            if places.is_region(place)
            else (place_names.name(place) if places.is_place(place) else gettext("a country not known"))
        )
        return gettext("People in {words}").format(words=words) + (f" ({source})" if source else "")
