"""Addresses of documents: /w/<slug>/incidents/<number>/documents/..."""

from django.urls import path, re_path

from reports.views import (
    acts,
    dossier,
    filing,
    inspection,
    mailing,
    pages,
    papers,
    readiness,
    register,
    review,
    translation,
)

app_name = "reports"

CASE = "w/<slug:slug>/incidents/<int:number>/documents/"
ONE = CASE + "<int:ordinal>/"

urlpatterns = [
    path("w/<slug:slug>/register/", register.register_page, name="register"),
    re_path(
        r"^w/(?P<slug>[-\w]+)/register\.(?P<kind>pdf|xlsx|csv|json)$", register.register_file, name="register_file"
    ),
    path("w/<slug:slug>/register/readiness/", readiness.page, name="readiness"),
    path("w/<slug:slug>/register/readiness/<str:authority>/", readiness.one, name="readiness_one"),
    path("w/<slug:slug>/register/organisations/<int:pk>/", readiness.sheet, name="sheet"),
    path("w/<slug:slug>/register/inspections/", inspection.invitations, name="inspections"),
    path("w/<slug:slug>/register/inspections/<int:pk>/", inspection.invitation, name="inspection"),
    path("w/<slug:slug>/register/inspections/<int:pk>/revoke/", inspection.revoke, name="inspection_revoke"),
    path("inspection/<str:token>/", inspection.register, name="inspector"),
    path("inspection/<str:token>/<int:number>/", inspection.case, name="inspector_case"),
    path("inspection/<str:token>/<int:number>/<int:ordinal>.pdf", inspection.document, name="inspector_document"),
    path(CASE, pages.document_list, name="list"),
    path(CASE + "new/<int:obligation>/<str:form>/", acts.new, name="new"),
    path(CASE + "filing/", filing.board_page, name="filing"),
    path("w/<slug:slug>/incidents/<int:number>/dossier.zip", dossier.dossier, name="dossier"),
    re_path(
        r"^w/(?P<slug>[-\w]+)/incidents/(?P<number>\d+)/papers/(?P<which>board|memo)\.(?P<kind>pdf|docx)$",
        papers.paper,
        name="paper",
    ),
    path(CASE + "translation/", translation.page, name="translation"),
    path(CASE + "translation/job/", translation.job, name="translation_job"),
    path(ONE, pages.document_page, name="document"),
    path(ONE + "preview/", pages.preview, name="preview"),
    path(ONE + "pdf/", pages.pdf, name="pdf"),
    path(ONE + "english/", pages.english_copy, name="english"),
    path(ONE + "kept/", pages.kept_file, name="kept"),
    path(ONE + "answers/<str:field>/", acts.answer, name="answer"),
    path(ONE + "answers/<str:field>/comments/", review.remarks, name="remarks"),
    path(ONE + "comments/<int:pk>/", review.settle, name="settle"),
    path(ONE + "submit/", acts.submit, name="submit"),
    path(ONE + "refresh/", acts.refresh, name="refresh"),
    path(ONE + "return/", acts.send_back, name="return"),
    path(ONE + "approve/", acts.approve, name="approve"),
    path(ONE + "revise/", acts.revise, name="revise"),
    path(ONE + "follow-up/", acts.follow_up, name="follow_up"),
    path(ONE + "sent/", acts.sent, name="sent"),
    path(ONE + "mail/", mailing.mail, name="mail"),
    path(ONE + "mail/back/", mailing.mail_back, name="mail_back"),
    path(ONE + "receipt/", acts.receipt, name="receipt"),
]
