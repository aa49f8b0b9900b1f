"""The form of one question: the right fields for its kind, "not known yet" always, source and time beside.

Each kind of question is a Control: which fields it adds, what they show at first, and how they become
the value of the facts document. A form that cannot be taken keeps everything that was typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from incidents import paths
from incidents.catalogue import Question
from workbench import words
from workbench.forms.controls import Control
from workbench.forms.instants import ZonedForm
from workbench.forms.registry import CONTROLS

NO_ANSWERS = (
    ("not_yet_known", _("I do not know yet")),
    ("unknown_for_good", _("It can no longer be found out")),
    ("not_applicable", _("Does not apply here")),
)
ESTIMATES = frozenset({"count", "instant", "number", "money"})
MANY = 12
"""From so many answers on they are offered as a list to choose from instead of side by side."""


@dataclass(frozen=True)
class Asking:
    """One question put to somebody: what stands recorded, and where the answer belongs."""

    question: Question
    path: str
    document: Mapping[str, Any]
    zone: ZoneInfo
    now: datetime
    by: str = ""
    value: Any = None
    provenance: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The question in words, with what it is about where it stands in a row."""
        about = words.row_words(self.path, self.document) if self.question.widget != "test" else ""
        asked = words.label_words(self.question, self.path)
        if not about:
            return asked
        return gettext("{about}: {asked}").format(about=about, asked=f"{asked[0].lower()}{asked[1:]}")

    @property
    def state(self) -> str:
        """The state of its provenance; else known, or empty where nothing was ever answered."""
        if self.value is not None:
            return "known"
        return str(self.provenance.get("state") or "")


class AnswerForm(ZonedForm):
    """Asks one question. After is_valid(), `patch()` is what the answer means for the facts."""

    base = forms.IntegerField(widget=forms.HiddenInput)
    next = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, asking: Asking, brief: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, zone=asking.zone, now=asking.now, **kwargs)
        self.asking, self.brief = asking, brief
        self.control: Control = CONTROLS[asking.question.widget]
        self.value: Any = None
        self._add_answer(brief)
        self.control.add(self, asking)
        if not brief:
            self._add_provenance()

    def _add_answer(self, brief: bool) -> None:
        given = self.control.answers(self.asking)
        none = NO_ANSWERS[:1] if brief else NO_ANSWERS
        many = len(given) > MANY
        choices: list[Any] = (
            [("", gettext("Choose")), *given, (gettext("No answer"), none)] if many else [*given, *none]
        )
        self.fields["answer"] = forms.ChoiceField(
            label=self.asking.label,
            help_text=self.asking.question.help,
            choices=choices,
            widget=forms.Select if many else forms.RadioSelect,
            error_messages={"required": gettext("Choose an answer. “I do not know yet” is one.")},
            initial=self.control.chosen(self.asking) if self.asking.state == "known" else self.asking.state or None,
        )
        self.order_fields(["answer"])

    def _add_provenance(self) -> None:
        said = self.asking.provenance
        self.fields["source"] = forms.CharField(
            label=gettext("Where does this come from?"),
            help_text=gettext("A person, a log, a letter. For what is not known: whom you have asked."),
            max_length=300,
            required=False,
            initial=said.get("from"),
        )
        if self.asking.question.widget in ESTIMATES:
            self.fields["approximate"] = forms.BooleanField(
                label=gettext("This is an estimate"), required=False, initial=bool(said.get("approximate"))
            )
        self.add_instant(
            "known_since",
            gettext("Known since"),
            help_text=gettext("Only if it was known before now: news that is typed late."),
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        answer = cleaned.get("answer")
        cleaned["known_at"] = self.instant("known_since") if "known_since" in self.fields else None
        if answer is None or answer in dict(NO_ANSWERS):
            return cleaned
        self.value = self.control.read(self, self.asking, answer)
        return cleaned

    def patch(self) -> dict[str, Any]:
        """The patch of incidents.paths that records the answer and where it comes from."""
        answer = self.cleaned_data["answer"]
        patch = self.control.patch(self.asking, self.value)
        if self.control.adds_rows:
            return patch
        key = paths.join(["provenance", self.asking.path])
        provenance = self._provenance(answer)
        if provenance != self.asking.provenance:
            patch[key] = provenance or None
        return patch

    def _provenance(self, answer: str) -> dict[str, Any]:
        source = str(self.cleaned_data.get("source") or "").strip()
        approximate = bool(self.cleaned_data.get("approximate"))
        if "source" not in self.fields:  # a brief form says nothing of it: what stands is kept
            source = str(self.asking.provenance.get("from") or "") if self.value == self.asking.value else ""
        state = answer if answer in dict(NO_ANSWERS) else "known"
        if state == "known" and not source and not approximate:
            return {}
        said: dict[str, Any] = {"state": state}
        if source:
            said["from"] = source
        if approximate:
            said["approximate"] = True
        return said

    @property
    def reason(self) -> str:
        """Why, for the history: the question and the source."""
        source = str(self.cleaned_data.get("source") or "").strip()
        return gettext("Answer: {label}").format(label=self.asking.label) + (f" ({source})" if source else "")

    @property
    def parts(self) -> list[forms.BoundField]:
        """The fields of the answer itself, in order, the choice first."""
        beside = {"answer", "base", "next", "source", "approximate", "known_since", "known_since_which"}
        return [self["answer"], *(self[name] for name in self.fields if name not in beside)]

    @property
    def beside(self) -> list[forms.BoundField]:
        """The fields about the answer: source, estimate, since when."""
        names = ("source", "approximate", "known_since", "known_since_which")
        return [self[name] for name in names if name in self.fields]
