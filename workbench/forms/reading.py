"""Forms about the law library: report a doubt, settle it, state the organisation's own position."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from incidents.models import LawDoubt, LawPosition
from workbench.forms.rules import day_field

LONG = 4000
CHOOSE = ("", gettext_lazy("Choose"))


def _text(label: Any, *, required: bool, rows: int = 3, fault: Any = "", hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONG,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": fault} if fault else {},
    )


class DoubtForm(forms.Form):
    """A doubt about a rule."""

    about = forms.ChoiceField(
        label=gettext_lazy("What is it about?"),
        choices=[CHOOSE, *LawDoubt.About.choices],
        error_messages={"required": gettext_lazy("Choose what the doubt is about.")},
    )
    text = _text(
        gettext_lazy("What is doubted, and what would be right?"),
        required=True,
        rows=5,
        fault=gettext_lazy("Write what is doubted."),
        hint=gettext_lazy("It may be passed on to the makers of the library. Write nothing of a case or a person."),
    )
    source = _text(
        gettext_lazy("Where can it be read?"),
        required=False,
        hint=gettext_lazy("Title, provision and address of the source."),
    )
    note = _text(gettext_lazy("Note for this workspace"), required=False, hint=gettext_lazy("Stays here."))


class SettleForm(forms.Form):
    """The answer to a doubt."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("What came of it"),
        choices=[CHOOSE, *LawDoubt.Verdict.choices],
        error_messages={"required": gettext_lazy("Choose what came of it.")},
    )
    answer = _text(
        gettext_lazy("Answer"), required=True, fault=gettext_lazy("Write the answer: whoever reported it reads it.")
    )


class PositionForm(forms.Form):
    """The organisation's own reading. `base`: the version that was the newest when the form was opened."""

    stance = forms.ChoiceField(
        label=gettext_lazy("Position"),
        choices=[CHOOSE, *LawPosition.Stance.choices],
        error_messages={"required": gettext_lazy("Choose the position.")},
        help_text=gettext_lazy("One that is less strict than the library counts only when a second person agrees."),
    )
    text = _text(
        gettext_lazy("What do we hold?"), required=True, fault=gettext_lazy("Write what the organisation holds.")
    )
    reason = _text(gettext_lazy("Why?"), required=True, fault=gettext_lazy("Give the reason."))
    counsel = forms.CharField(label=gettext_lazy("Counsel who advised it"), required=False, max_length=200)
    held_on = day_field(gettext_lazy("Held from"), required=True)
    review_on = day_field(gettext_lazy("To be looked at again on"))
    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
