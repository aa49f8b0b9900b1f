"""Mail of sign-in (password reset, notice of a changed password) through the outbox.

Queued, such a mail cannot fail a request, and a reset takes the same time whether the address has
an account or not. The row forgets its text once the mail has left: it carries a way in.
"""

import secrets
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.utils.translation import get_language

from accounts.auth import AccountAdapter as SignInAdapter
from accounts.models import User
from outbox.services import enqueue


class AccountAdapter(SignInAdapter):
    """allauth's adapter (ACCOUNT_ADAPTER), with the outbox in place of a direct hand-over."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        mail = self.render_mail(template_prefix, email, {"email": email, **context})
        alternatives = mail.alternatives if isinstance(mail, EmailMultiAlternatives) else []
        html = next((str(body) for body, mime in alternatives if mime == "text/html"), "")
        enqueue(
            workspace=None,
            to=email,
            subject=str(mail.subject),
            text=str(mail.body),
            html=html,
            key=f"account:{secrets.token_hex(16)}",
            language=get_language() or "en",
            kind="account",
            related=template_prefix,
            inside_only=User.objects.filter(email=email.strip().lower(), is_demonstration=True).exists(),
        )
