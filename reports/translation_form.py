"""Which texts go to a translator, and the file that comes back."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.places import language_name
from incidents.models import Incident, Narrative
from reports.jobs import MOST

TARGETS = (
    "en", "fr", "de", "es", "it", "nl", "pt-BR", "pt", "pl", "sv", "da", "fi", "nb", "el", "cs", "hu", "ro", "ja", "ko",
    "zh-Hans", "zh-Hant", "ar", "tr",
)  # fmt: skip
KINDS = (("xliff2", "XLIFF 2.0"), ("xliff12", "XLIFF 1.2"), ("docx", "DOCX"))


class JobForm(forms.Form):
    """From which language into which, and in which format."""

    source = forms.ChoiceField(label=_("Texts written in"))
    target = forms.ChoiceField(label=_("Into"))
    kind = forms.ChoiceField(label=_("File format"), choices=KINDS)

    def __init__(self, data: Any, files: Any = None, *, incident: Incident, auto_id: str = "id_%s") -> None:
        super().__init__(data, files, auto_id=auto_id)
        rows = Narrative.objects.filter(incident=incident, party=None).exclude(text="")
        held = sorted(set(rows.values_list("language", flat=True)), key=lambda code: (code != "en", code))
        for name, codes in (("source", held or ["en"]), ("target", TARGETS)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
            field.choices = [(code, language_name(code)) for code in codes]
        self.fields["target"].initial = next(code for code in ("fr", "en", "de") if code not in held[:1])


class ReturnForm(JobForm):
    """The translated file of a job."""

    file = forms.FileField(label=_("The file with the translations"), help_text=_("XLIFF 1.2, XLIFF 2.0 or DOCX."))
    machine = forms.BooleanField(
        label=_("A machine has translated it"),
        required=False,
        help_text=_("The texts carry this mark until somebody approves them."),
    )

    def __init__(self, data: Any, files: Any = None, *, incident: Incident) -> None:
        # Both forms stand on one page: no id twice.
        super().__init__(data, files, incident=incident, auto_id="return_%s")
        del self.fields["kind"]

    def clean_file(self) -> Any:
        """Not larger than a job can be."""
        held = self.cleaned_data["file"]
        if held.size > MOST:
            words = gettext("The file has %(size)s bytes; a job has %(most)s at most. Is it the right file?")
            raise ValidationError(words % {"size": f"{held.size:,}", "most": f"{MOST:,}"})
        return held
