"""Forms of the work on a case: tasks, evidence, comments, privileged notes, close-out."""

from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from incidents.access import people_allowed_to_see
from incidents.models import Incident, Obligation, Task
from incidents.playbooks import ROLES
from workbench.forms.instants import ZonedForm
from workbench.selectors.duties import duty_words


class DutyChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A duty to choose, in the reader's words."""

    def label_from_instance(self, obj: Any) -> str:
        return duty_words(obj)


class KeyedForm(forms.Form):
    """A form that sent twice does one thing: `key` is made anew with each empty form."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid4().hex, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)


class TaskForm(ZonedForm):
    """Something to be done, by whom and by when."""

    title = forms.CharField(
        label=_("What is to be done?"),
        max_length=200,
        error_messages={"required": _("Say in a few words what is to be done.")},
    )
    owner: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(
        User.objects.none(), label=_("Who does it?"), required=False, empty_label=_("Nobody yet")
    )
    role = forms.ChoiceField(label=_("Usually done by"), required=False, choices=[("", "—"), *ROLES.items()])
    obligation = DutyChoice(
        Obligation.objects.none(), label=_("For which duty?"), required=False, empty_label=_("For the case as a whole")
    )
    note = forms.CharField(label=_("Note"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, incident: Incident, task: Task | None = None, **kwargs: Any) -> None:
        if task is not None:
            said = {name: getattr(task, name) for name in ("title", "role", "note")}
            kwargs["initial"] = {**said, "owner": task.owner_id, "obligation": task.obligation_id}
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.filter(  # type: ignore[attr-defined]
            pk__in=people_allowed_to_see(incident)
        ).order_by("display_name", "pk")
        duties = Obligation.objects.filter(incident=incident)
        held = (task.obligation_id if task else self.initial.get("obligation")) or 0
        standing = duties.open() | duties.filter(pk=held)
        self.fields["obligation"].queryset = duties.filter(  # type: ignore[attr-defined]
            pk__in=list(standing.order_by("due", "pk").values_list("pk", flat=True)[:300])
        ).order_by("due", "pk")
        self.add_instant("due", gettext("By when?"), initial=task.due if task else None)
        self.order_fields(["title", "due", "due_which", "owner", "role", "obligation", "note"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["due"] = self.instant("due", future=True)
        return cleaned

    def said(self) -> dict[str, Any]:
        """What was said, as the services of tasks take it."""
        return {name: self.cleaned_data[name] for name in ("title", "owner", "role", "obligation", "note", "due")}


class WhyForm(forms.Form):
    """An act that needs a word about why."""

    why = forms.CharField(max_length=1000, error_messages={"required": _("Say in a few words why.")})

    def __init__(self, *args: Any, label: Any, help_text: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].label, self.fields["why"].help_text = label, help_text


class EvidenceAboutForm(forms.Form):
    """What is said of a file."""

    source = forms.CharField(
        label=_("Where does it come from?"),
        help_text=_("The system, the person, and how it was taken: “export of the web server's log by A. Silva”."),
        max_length=300,
        error_messages={"required": _("Say where the file comes from: evidence without a source proves little.")},
    )
    description = forms.CharField(
        label=_("What does it show?"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )
    privileged = forms.BooleanField(
        label=_("Legally privileged: only those who may see privileged items see it, and it is left out of exports"),
        required=False,
    )

    def __init__(self, *args: Any, may_privilege: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_privilege:
            del self.fields["privileged"]


class EvidenceForm(EvidenceAboutForm):
    """A file to be added."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,  # the service says what to do about it
        error_messages={"required": _("Choose a file."), "missing": _("Choose a file.")},
    )
    field_order = ("file", "source", "description", "privileged")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("Up to %(most)s. Its type is found from its content.") % {
            "most": filesizeformat(settings.EVIDENCE_MAX_BYTES)
        }


class EvidenceChangeForm(EvidenceAboutForm):
    """What is said of a file, corrected, and why."""

    name = forms.CharField(label=_("File name"), max_length=200)
    why = forms.CharField(
        label=_("Why is it changed?"), max_length=500, error_messages={"required": _("Say in a few words why.")}
    )
    field_order = ("name", "source", "description", "privileged", "why")


class CommentForm(KeyedForm):
    """A comment in plain text."""

    text = forms.CharField(
        label=_("Comment"),
        help_text=_("Write @ and a name to put it on that person's desk. No names of the people affected."),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write what you want to say.")},
    )


class NoteForm(KeyedForm):
    """A privileged note."""

    title = forms.CharField(label=_("Title"), max_length=200, error_messages={"required": _("Give the note a title.")})
    text = forms.CharField(
        label=_("Note"),
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": _("Write what is to be kept.")},
    )
    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0, required=False)


class LessonsForm(forms.Form):
    """What was learnt."""

    went_well = forms.CharField(
        label=_("What went well?"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    went_badly = forms.CharField(
        label=_("What did not go well?"),
        help_text=_("What happened and what would have helped. No blame of persons: the register may be inspected."),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0, required=False)
