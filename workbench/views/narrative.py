"""Questions that are answered in words: one text for each language, with its version."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from incidents.catalogue import Question
from incidents.models import Narrative
from incidents.services import NarrativeConflict, write_narrative
from workbench.views.page import CasePage

LANGUAGES = (
    ("en", _("English")), ("fr", _("French")), ("de", _("German")), ("ja", _("Japanese")),
    ("es", _("Spanish")), ("it", _("Italian")),
    ("nl", _("Dutch")), ("pl", _("Polish")), ("pt", _("Portuguese")), ("sv", _("Swedish")), ("ko", _("Korean")),
    ("zh-Hans", _("Chinese, simplified")), ("zh-Hant", _("Chinese, traditional")), ("ar", _("Arabic")),
)  # fmt: skip


class NarrativeForm(forms.Form):
    """The text in one language. `base` is the version that was on the screen; 0: none yet."""

    text = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 9}),
        max_length=20_000,
        error_messages={"required": _("Write a sentence or two. It can be changed at any time.")},
    )
    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    language = forms.ChoiceField(widget=forms.HiddenInput, choices=LANGUAGES)
    next = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label, self.fields["text"].help_text = question.label, question.help


def tell(case: CasePage, question: Question) -> HttpResponse:
    """The page of a question in words, and the writing of its answer."""
    held = {
        row.language: row
        for row in Narrative.objects.filter(
            incident=case.incident, question=question.id, party__isnull=True
        ).select_related("author")
    }
    language = case.request.GET.get("language") or _first(held)
    if language not in dict(LANGUAGES):
        language = "en"
    row = held.get(language)
    if case.request.method == "GET":
        initial = {
            "text": row.text if row else "",
            "base": row.version if row else 0,
            "language": language,
            "next": case.request.GET.get("next", ""),
        }
        return _page(case, question, held, language, NarrativeForm(initial=initial, question=question))
    if case.membership.role == Role.LOCAL_REPRESENTATIVE:
        raise PermissionDenied(
            gettext("As local representative you record the people affected; texts are not yours to write.")
        )
    return _write(case, question, held, language)


def _write(case: CasePage, question: Question, held: dict[str, Narrative], language: str) -> HttpResponse:
    form = NarrativeForm(case.request.POST, question=question)
    if not form.is_valid():
        return _page(case, question, held, language, form, status=422)
    language = form.cleaned_data["language"]
    original = next((row for row in held.values() if row.origin == Narrative.Origin.ORIGINAL), None)
    translated = original.language if original and original.language != language else ""
    try:
        write_narrative(
            case.incident,
            question=question.id,
            language=language,
            text=form.cleaned_data["text"],
            author=case.user,
            base=form.cleaned_data["base"],
            translated_from=translated,
        )
    except NarrativeConflict as conflict:
        data = case.request.POST.copy()
        data["base"] = str(conflict.theirs.version)
        again = NarrativeForm(data, question=question)
        again.is_valid()
        return _page(case, question, held, language, again, theirs=conflict.theirs, status=409)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _page(case, question, held, language, form, status=422)
    messages.success(case.request, gettext("Recorded."))
    return HttpResponseRedirect(case.next_url(case.url("facts")))


def _page(
    case: CasePage,
    question: Question,
    held: dict[str, Narrative],
    language: str,
    form: NarrativeForm,
    theirs: Narrative | None = None,
    status: int = 200,
) -> HttpResponse:
    languages = [
        (words, case.url("fact", question.id, language=code), code == language)
        for code, words in LANGUAGES
        if code in held or code == language
    ]
    values = {
        "question": question,
        "form": form,
        "held": held.get(language),
        "languages": languages,
        "language": language,
        "language_words": dict(LANGUAGES)[language],
        "more_languages": [(code, words) for code, words in LANGUAGES if code not in held and code != language],
        "theirs": theirs,
        "back_url": case.next_url(case.url("facts")),
    }
    return render(case.request, "workbench/narrative.html", case.context("facts", **values), status=status)


def _first(held: dict[str, Narrative]) -> str:
    originals = [row.language for row in held.values() if row.origin == Narrative.Origin.ORIGINAL]
    return next(iter(originals or held), "en")
