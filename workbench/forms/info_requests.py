"""Forms of a question by e-mail: to whom it is put, and who answers."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from incidents.services.info_requests import LONGEST_DAYS


class AskForm(forms.Form):
    """To whom one question is put."""

    name = forms.CharField(
        label=_("Whom do you ask?"),
        max_length=200,
        error_messages={"required": _("Give the name: the mail begins with it.")},
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={"invalid": _("This is no e-mail address. Write it as name@example.org.")},
    )
    language = forms.ChoiceField(
        label=_("Language of the mail and of its page"),
        required=False,
        choices=settings.LANGUAGES,
        error_messages={"invalid_choice": _("“%(value)s” is no language of Tocsin. Choose one of the list.")},
    )
    note = forms.CharField(
        label=_("A word beside the question"),
        help_text=_("It stands in the mail, which others may read: nothing of the incident that is not to be known."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    days = forms.IntegerField(
        label=_("The link works for so many days"),
        min_value=1,
        max_value=LONGEST_DAYS,
        initial=3,
        error_messages={
            "min_value": _("At least one day."),
            "max_value": _("At most %(limit_value)s days. Ask again after that."),
        },
    )

    def clean_language(self) -> str:
        """The language chosen, else the one proposed."""
        return str(self.cleaned_data["language"] or self.initial.get("language", settings.LANGUAGE_CODE))


class SignForm(forms.Form):
    """Who answers."""

    name = forms.CharField(
        label=_("Your name"),
        help_text=_("It stands in the record as the source of the answer."),
        max_length=200,
        error_messages={"required": _("Give your name: an answer needs a source.")},
    )
