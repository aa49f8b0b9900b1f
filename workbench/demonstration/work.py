"""The work on the running case of the demonstration: tasks of a playbook, a file, comments, a privileged note."""

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from incidents.models import Incident
from incidents.selectors.tasks import playbook_of, start_of
from incidents.services.comments import write_comment
from incidents.services.evidence import add_evidence
from incidents.services.playbooks import apply_playbook
from incidents.services.privileged import write_note
from incidents.services.tasks import change_task, finish_task

PLAYBOOK = "credential-stuffing"
DONE = 3
SIGN_INS = b"""time;country;result;session
21:02:11;FR;ok;a1
21:14:40;--;failed;
21:14:52;--;failed;
21:15:03;--;ok;b7
21:31:27;--;forwarding rule added;b7
"""


def work_on(incident: Incident, officer: User, counsel: User) -> None:
    """Leaves the case as people leave it who are in the midst of it."""
    playbook = playbook_of(incident.workspace, PLAYBOOK)
    if playbook is None:
        raise LookupError(f"the playbook {PLAYBOOK} is not there: see incidents/playbook_files")
    made = apply_playbook(incident, playbook, by=officer, start=start_of(incident).at)
    for task in made[:DONE]:
        finish_task(task, by=officer)
    for task, owner in zip(made[DONE:], (officer, counsel, officer), strict=False):
        change_task(task, by=officer, owner=owner)
    add_evidence(
        incident,
        SimpleUploadedFile("sign-ins.csv", SIGN_INS),
        by=officer,
        source="Export of the mail provider's sign-in log, by the security team",
        description="The foreign session and the rule that it added. No addresses: the full log stays with security.",
    )
    write_comment(
        incident,
        text=f"@{officer.display_name}, do we tell the insurer today? The policy says within 48 hours.",
        by=counsel,
        key="demonstration",
    )
    write_note(
        incident,
        title="On the wording of the first notification",
        text="State what is known and what is not. Say nothing of a cause before the outside laboratory has reported.",
        by=counsel,
        key="demonstration",
    )
