"""What a service refuses, at the fields of a form."""

from django.core.exceptions import ValidationError
from django.forms import BaseForm


def into_form(form: BaseForm, error: ValidationError) -> None:
    """The faults of a service at the fields that they are about, others at the head of the form."""
    faults = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for name, texts in faults.items():
        for text in texts:
            form.add_error(name if name in form.fields else None, text)
