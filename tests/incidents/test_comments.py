"""Comments: earlier wordings are kept, @ puts them on a desk, nobody edits for another."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Membership, User
from incidents.models import Comment, Incident, Mention
from incidents.selectors.comments import comments_of, waiting_mentions
from incidents.services import change_incident
from incidents.services.comments import CommentConflict, edit_comment, mentioned, see_mentions, write_comment
from tests.conftest import Cast


def test_it_keeps_every_earlier_wording(incident: Incident, cast: Cast) -> None:
    comment = write_comment(incident, text="Tow logs", by=cast.alice, key="k")
    assert write_comment(incident, text="Tow logs", by=cast.alice, key="k") == comment
    edit_comment(comment, text="Two logs", by=cast.alice, base=1)
    edit_comment(comment, text="Three logs", by=cast.alice, base=2)
    (written,) = comments_of(incident)
    assert (written.comment.text, written.comment.version) == ("Three logs", 3)
    assert [one.text for one in written.earlier] == ["Two logs", "Tow logs"]
    with pytest.raises(CommentConflict) as caught:
        edit_comment(comment, text="Four logs", by=cast.alice, base=1)
    assert (caught.value.theirs.text, caught.value.mine) == ("Three logs", "Four logs")
    with pytest.raises(PermissionDenied, match="by whoever wrote it"):
        edit_comment(comment, text="x", by=cast.bob, base=3)
    with pytest.raises(ValidationError, match="Write what"):
        write_comment(incident, text=" ", by=cast.alice, key="l")


def test_it_stands_on_the_thing_that_it_is_about(incident: Incident, cast: Cast) -> None:
    party = incident.parties.get()
    on_case = write_comment(incident, text="case", by=cast.alice, key="1")
    on_fact = write_comment(incident, text="fact", by=cast.bob, key="1", party=party, path="/organisation/role")
    assert [one.comment for one in comments_of(incident)] == [on_case]
    assert [one.comment for one in comments_of(incident, party=party, path="/organisation/role")] == [on_fact]
    assert [one.comment for one in comments_of(incident, everything=True)] == [on_case, on_fact]


def test_it_calls_by_name_or_address_and_by_the_longest_name() -> None:
    ann, smith = (
        User(pk=1, display_name="Ann", email="ann@x.org"),
        User(pk=2, display_name="Ann Smith", email="s@x.org"),
    )
    assert mentioned("@ann smith, please", [ann, smith]) == [smith]
    assert mentioned("@Ann: and @Ann Smith", [ann, smith]) == [smith, ann]
    assert mentioned("write to @s@x.org.", [ann, smith]) == [smith]
    assert mentioned("mail@ann and @Annette", [ann, smith]) == []


def test_it_puts_a_call_on_the_desk_until_it_is_seen(incident: Incident, cast: Cast) -> None:
    bob = Membership.objects.get(user=cast.bob)
    comment = write_comment(incident, text="@Bob @Charlie @Alice look", by=cast.alice, key="k")
    assert [one.user for one in Mention.objects.all()] == [cast.bob]
    (waiting,) = waiting_mentions(bob)
    edit_comment(comment, text="@Bob look please", by=cast.alice, base=1)
    assert see_mentions(cast.charlie, [waiting.pk]) == 0
    assert see_mentions(cast.bob, [waiting.pk]) == 1
    edit_comment(comment, text="@Bob look now", by=cast.alice, base=2)
    assert waiting_mentions(bob) == []


def test_it_hides_a_call_in_a_case_that_became_restricted(incident: Incident, cast: Cast) -> None:
    write_comment(incident, text="@Bob look", by=cast.alice, key="k")
    change_incident(incident, by=cast.alice, reason="Small circle", restricted=True)
    assert waiting_mentions(Membership.objects.get(user=cast.bob)) == []
    assert Comment.objects.count() == 1
