"""The form of a playbook: its title, when to use it, and its tasks as rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from incidents.playbooks import ROLES, Playbook
from incidents.services.playbooks import MOST_STEPS

EMPTY_ROWS = 3
COLUMNS = ("key", "title", "role", "after", "why")


class StepForm(forms.Form):
    """One row. A row without a title is no task."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    title = forms.CharField(label=_("Task"), required=False, max_length=200)
    role = forms.ChoiceField(label=_("Who"), required=False, choices=ROLES.items())
    after = forms.CharField(
        label=_("Hours after awareness"),
        required=False,
        max_length=6,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    why = forms.CharField(label=_("Why"), required=False, max_length=500)


class PlaybookForm(forms.Form):
    """A playbook. `rows` are the forms of its tasks, with empty ones at the end."""

    title = forms.CharField(
        label=_("Title"), max_length=120, error_messages={"required": _("Give the playbook a title.")}
    )
    about = forms.CharField(
        label=_("When to use it"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    def __init__(self, *args: Any, steps: Sequence[Mapping[str, Any]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = [*steps, *({} for _number in range(EMPTY_ROWS))]
        self.steps = steps
        self.rows = [StepForm(initial=dict(step), prefix=f"row{n}") for n, step in enumerate(shown, 1)]

    @classmethod
    def of(cls, playbook: Playbook | None) -> "PlaybookForm":
        """The form of a playbook as it stands."""
        if playbook is None:
            return cls()
        steps = [{name: getattr(step, name) for name in COLUMNS} for step in playbook.steps]
        return cls(initial={"title": playbook.title, "about": playbook.about, "base": playbook.version}, steps=steps)

    def filled(self) -> list[dict[str, Any]]:
        """The rows as the service takes them: `after` a number, or None where none was typed."""
        return [{**step, "after": _whole(str(step["after"]))} for step in self.steps]


def typed_steps(data: QueryDict) -> list[dict[str, Any]]:
    """The rows of a form that was sent, without the empty ones."""
    rows = [
        {name: str(data.get(f"row{n}-{name}", "")).strip() for name in COLUMNS}
        for n in range(1, MOST_STEPS + EMPTY_ROWS + 2)
        if f"row{n}-title" in data
    ]
    return [row for row in rows if row["title"] or row["after"] or row["why"]]


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
