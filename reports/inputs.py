"""What officers enter about a document. Instants are read in the zone of the case, which the label names."""

from datetime import datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reports.compose import phase_word
from reports.definitions import Form, FormField
from reports.languages import language, readers_language
from reports.models import Document
from reports.segments import Segment


def _offer(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
    field.choices = choices


class DraftInput(forms.Form):
    """Which language, which phase, and for a letter which people."""

    language = forms.ChoiceField(label=_("Language"))
    phase = forms.ChoiceField(label=_("Type"))
    groups = forms.ChoiceField(
        label=_("For whom"),
        widget=forms.RadioSelect,
        help_text=_("People about whom the same data are concerned get one letter."),
    )

    def __init__(self, data: Any, *, form: Form, segments: list[Segment], accepted: list[str], phase: str) -> None:
        best = next((code for code in form.languages if code in accepted), form.languages[0])
        super().__init__(data, initial={"language": best, "phase": phase})
        _offer(self, "language", [(code, self._language(code, form)) for code in form.all_languages])
        words = language("en") if "en" in form.title else language(best)
        _offer(self, "phase", [(one, phase_word(form, one, words)) for one in form.phases])
        _offer(self, "groups", [(one.value, one.words) for one in segments])
        self._single = segments[0].value if len(segments) == 1 else ""
        if len(segments) < 2:
            del self.fields["groups"]

    @staticmethod
    def _language(code: str, form: Form) -> str:
        words = language(code).name
        return f"{words} (working copy, not for filing)" if code in form.working_copies else words

    @property
    def chosen_groups(self) -> list[str]:
        """The groups that the letter is for; none for a notification."""
        value = self.cleaned_data.get("groups") or self._single
        return [one for one in value.split(",") if one]


class RemarkInput(forms.Form):
    """A comment on one answer. `key` makes a form sent twice one comment."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=40)
    text = forms.CharField(
        label=_("Comment"),
        help_text=_("Write @ and a name to put it on that person's desk. No names of the people affected."),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write what you want to say.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"key": uuid4().hex})


class AnswerInput(forms.Form):
    """One answer: a text of the officer's own, or options picked."""

    text = forms.CharField(
        label=_("Answer"), required=False, widget=forms.Textarea(attrs={"rows": 6}), max_length=20_000,
        help_text=_("Leave empty to print what the case says. No names of people affected."),
    )  # fmt: skip
    picks = forms.MultipleChoiceField(label=_("Options"), required=False, widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500,
        help_text=_("Why the document says something else than the case. Not printed; it stands in the history."),
    )  # fmt: skip

    def __init__(self, data: Any, *, field: FormField, entry: dict[str, Any], code: str) -> None:
        super().__init__(
            data,
            initial={"text": entry.get("text", ""), "picks": entry.get("picks", []), "reason": entry.get("reason", "")},
        )
        if field.picks:
            _offer(self, "picks", [(pick.id, pick.label[code]) for pick in field.picks])
            del self.fields["text"]
        else:
            del self.fields["picks"]
        if all(origin.kind in ("typed", "picks") for origin in field.origin):
            del self.fields["reason"]


class ReasonInput(forms.Form):
    """Why: for what is sent back or made anew."""

    reason = forms.CharField(label=_("Reason"), max_length=500)


class MailInput(forms.Form):
    """What of an e-mail to an authority can be changed."""

    subject = forms.CharField(label=_("Subject"), max_length=200)
    text = forms.CharField(label=_("Text"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 16}))
    reply_to = forms.EmailField(
        label=_("Answers go to"), max_length=254, help_text=_("The confirmation of receipt comes to this address.")
    )


class SentInput(forms.Form):
    """When, how and under which reference a document went out."""

    at = forms.CharField(label=_("When"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    how = forms.ChoiceField(label=_("How"), choices=Document.How.choices)
    reference = forms.CharField(
        label=_("Reference of the receiver"),
        required=False,
        max_length=200,
        help_text=_("The number on the receipt, if there is one."),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=500)
    fulfils = forms.BooleanField(
        label=_("With this, everybody who must be told has been told"),
        required=False,
        help_text=_("Records the duty as fulfilled. Leave it open while other letters are still to go out."),
    )

    def __init__(self, data: Any, *, document: Document, zone: str, now: datetime) -> None:
        channel = ((document.snapshot.get("authority") or {}).get("channel") or {}).get("type", "")
        local = now.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")
        super().__init__(data, initial={"at": local, "how": channel if channel in Document.How.values else ""})
        self.zone, self.now = ZoneInfo(zone), now
        self.fields["at"].label = gettext("When ({city} time)").format(city=readers_language().zone(zone))
        if document.kind != Document.Kind.NOTICE or document.obligation_id is None:
            del self.fields["fulfils"]

    def clean_at(self) -> datetime:
        """The instant. An hour that the change of clocks skips or repeats is refused with its mend."""
        value = self.cleaned_data["at"]
        try:
            naive = datetime.strptime(value[:16], "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - the zone is added below
        except ValueError:
            words = gettext("“{value}”: expected a date and a time such as 2026-11-22 14:30")
            raise ValidationError(words.format(value=value)) from None
        early, later = (naive.replace(tzinfo=self.zone, fold=fold) for fold in (0, 1))
        if early.utcoffset() != later.utcoffset():
            words = gettext(
                "“{value}” exists twice or never here, because the clocks change. Enter a time an hour away."
            )
            raise ValidationError(words.format(value=value))
        if early > self.now:
            words = gettext("“{value}” lies in the future. Enter when it was sent.")
            raise ValidationError(words.format(value=value))
        return early.astimezone(timezone.get_fixed_timezone(0))
