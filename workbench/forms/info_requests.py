"""Forms of a question by e-mail: to whom it is put, and who answers."""

from django import forms

from incidents.services.info_requests import LONGEST_DAYS


class AskForm(forms.Form):
    """To whom one question is put."""

    name = forms.CharField(
        label="Whom do you ask?",
        max_length=200,
        error_messages={"required": "Give the name: the mail begins with it."},
    )
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        error_messages={"invalid": "This is no e-mail address. Write it as name@example.org."},
    )
    note = forms.CharField(
        label="A word beside the question",
        help_text="It stands in the mail, which others may read: nothing of the incident that is not to be known.",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    days = forms.IntegerField(
        label="The link works for so many days",
        min_value=1,
        max_value=LONGEST_DAYS,
        initial=3,
        error_messages={
            "min_value": "At least one day.",
            "max_value": f"At most {LONGEST_DAYS} days. Ask again after that.",
        },
    )


class SignForm(forms.Form):
    """Who answers."""

    name = forms.CharField(
        label="Your name",
        help_text="It stands in the record as the source of the answer.",
        max_length=200,
        error_messages={"required": "Give your name: an answer needs a source."},
    )
