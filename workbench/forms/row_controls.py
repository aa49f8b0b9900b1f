"""How rows of data are added, and how it is said whose data they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext

from incidents import paths
from workbench import words
from workbench.forms.controls import Control
from workbench.forms.options import (
    Choices,
    data_options,
    protection_options,
)

if TYPE_CHECKING:
    from workbench.forms.answers import AnswerForm, Asking


class DataControl(Control):
    """A new row of data: what, whether it was affected, how it was protected, whose it is."""

    adds_rows = True

    def answers(self, asking: Asking) -> Choices:
        return (
            ("confirmed", gettext("Yes, affected")),
            ("suspected", gettext("Perhaps affected")),
            ("ruled_out", gettext("No, ruled out")),
        )

    def add(self, form: AnswerForm, asking: Asking) -> None:
        form.fields["category"] = forms.ChoiceField(
            label=gettext("Data"), choices=[("", gettext("Choose")), *data_options()], required=False
        )
        form.fields["protection"] = forms.ChoiceField(
            label=gettext("How were they protected?"),
            choices=[("", gettext("I do not know yet")), *protection_options()],
            required=False,
        )
        if asking.document.get("affected"):
            add_groups(form, asking.document)
        form.order_fields(["category", "answer"])

    def read(self, form: AnswerForm, asking: Asking, answer: str) -> Any:
        category = form.cleaned_data.get("category")
        if not category:
            form.add_error("category", gettext("Choose which data. Where only the kind is known, choose the kind."))
            return None
        row: dict[str, Any] = {"category": category, "status": answer}
        if form.cleaned_data.get("protection"):
            row["protection"] = form.cleaned_data["protection"]
        if form.cleaned_data.get("groups"):
            row["groups"] = sorted(form.cleaned_data["groups"])
        name = paths.row_name(row, paths.ROWS[("data",)])
        if name in paths.names(asking.document, ("data",)):
            form.add_error("category", gettext("This stands recorded for these people. Open its row to change it."))
            return None
        return row

    def patch(self, asking: Asking, value: Any) -> dict[str, Any]:
        if value is None:
            return {}
        return {paths.join(["data", paths.row_name(value, paths.ROWS[("data",)])]): value}


class GroupsControl(Control):
    """Whose data a row is about. It names the row: the row is replaced by one of the new name."""

    adds_rows = True

    def answers(self, asking: Asking) -> Choices:
        return (("known", gettext("Of these people:")), ("all", gettext("Of everybody affected")))

    def chosen(self, asking: Asking) -> str:
        return "known"

    def add(self, form: AnswerForm, asking: Asking) -> None:
        row = self._row(asking)
        add_groups(form, asking.document, row.get("groups"))
        if row.get("groups") is None:
            form.fields["answer"].initial = "all"

    def read(self, form: AnswerForm, asking: Asking, answer: str) -> Any:
        row = {key: value for key, value in self._row(asking).items() if key != "groups"}
        if answer == "known":
            if not form.cleaned_data.get("groups"):
                form.add_error("groups", gettext("Choose at least one group of people, or everybody."))
                return None
            row["groups"] = sorted(form.cleaned_data["groups"])
        return row

    def patch(self, asking: Asking, value: Any) -> dict[str, Any]:
        old = paths.join(paths.parse(asking.path)[:-1])
        if value is None:
            return {}
        new = paths.join(["data", paths.row_name(value, paths.ROWS[("data",)])])
        return {} if new == old else {old: None, new: value}

    def _row(self, asking: Asking) -> dict[str, Any]:
        return dict(paths.get(asking.document, paths.join(paths.parse(asking.path)[:-1])) or {})


def add_groups(form: AnswerForm, document: Mapping[str, Any], chosen: Iterable[str] | None = None) -> None:
    """A field to choose groups of the people affected."""
    form.fields["groups"] = forms.MultipleChoiceField(
        label=gettext("Whose data? None chosen: of everybody affected"),
        choices=[(row["id"], words.group_words(row)) for row in document.get("affected") or ()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        initial=list(chosen or ()),
    )
