"""Translation jobs of a case: made from its texts, and taken back as translations."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accounts.models import User
from accounts.places import language_name
from incidents.catalogue import load_catalogue
from incidents.models import Incident, Narrative
from incidents.services import NarrativeConflict, write_narrative
from reports.jobs import Job, JobError, Unit, faults_of, read_job


def job_of(incident: Incident, source: str, target: str) -> Job:
    """The texts of the whole case in one language, each with its version. ValidationError where there is none."""
    rows = Narrative.objects.filter(incident=incident, language=source, party=None).order_by("question")
    asked = load_catalogue().narratives
    units = [
        Unit(f"{row.question}.v{row.version}", row.text, str(asked[row.question].label))
        for row in rows
        if row.text.strip() and row.question in asked
    ]
    if source == target:
        raise ValidationError({"target": gettext("Choose another language than that of the originals.")})
    if not units:
        words = gettext("No text of this case is in {language}. Write one first.")
        raise ValidationError({"source": words.format(language=language_name(source))})
    return Job(incident.reference, source, target, units)


@transaction.atomic
def take_back(
    incident: Incident, source: str, target: str, content: bytes, *, by: User, machine: bool = False
) -> list[Narrative]:
    """Takes the translations of a job, all or none. ValidationError with every fault of the file."""
    job = job_of(incident, source, target)
    try:
        texts = read_job(content)
    except JobError as error:
        raise ValidationError({"file": error.faults}) from None
    faults = faults_of(job, texts)
    if faults:
        raise ValidationError({"file": faults})
    held = {
        row.question: row.version for row in Narrative.objects.filter(incident=incident, language=target, party=None)
    }
    taken = []
    for unit in job.units:
        question = unit.id.rsplit(".", 1)[0]
        try:
            taken.append(
                write_narrative(
                    incident,
                    question=question,
                    language=target,
                    text=texts[unit.id],
                    author=by,
                    base=held.get(question, 0),
                    translated_from=source,
                    machine=machine,
                )
            )
        except NarrativeConflict as error:
            words = gettext("{unit}: {fault} Make the job anew.").format(unit=unit.id, fault=error)
            raise ValidationError({"file": [words]}) from None
    return taken
