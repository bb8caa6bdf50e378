from django.urls import path

from core.pathways.views import contracts, home_signing, outside, referrals

app_name = "pathways"
urlpatterns = [
    path("orienter/", outside.form, name="outside"),
    path("orienter/merci/", outside.sent, name="outside_sent"),
    path("orienter/reprendre/<str:token>/", outside.resume, name="outside_resume"),
    path("orientations/", referrals.inbox, name="inbox"),
    path("orientations/nouvelle/", referrals.new, name="new_referral"),
    path("orientations/<int:pk>/", referrals.detail, name="referral"),
    path("orientations/<int:pk>/contact/", referrals.contact, name="log_contact"),
    path("orientations/<int:pk>/accord/", referrals.agreement, name="agreement"),
    path("orientations/<int:pk>/enfant/", referrals.link_child, name="link_child"),
    path("orientations/<int:pk>/contrat/", contracts.draft, name="draft_contract"),
    path("orientations/<int:pk>/premier-contact/", referrals.charge, name="charge"),
    path("orientations/<int:pk>/sans-reponse/", referrals.no_answer, name="no_answer"),
    path("orientations/<int:pk>/urgence/", referrals.urgent, name="urgent"),
    path("orientations/<int:pk>/referent/", referrals.referent, name="referent"),
    path("orientations/<int:pk>/clore/", referrals.close, name="close"),
    path("orientations/<int:pk>/rouvrir/", referrals.reopen, name="reopen"),
    path("signer/merci/", home_signing.signed, name="home_signed"),
    path("signer/<str:token>/", home_signing.sign, name="home_signing"),
    path("contrats/<int:pk>/lien/<int:guardian>/", home_signing.send_link, name="send_signing_link"),
    path("contrats/<int:pk>/lien/<int:link>/annuler/", home_signing.cancel_link, name="cancel_signing_link"),
    path("contrats/verifier/", contracts.check, name="check_contract"),
    path("contrats/<int:pk>/", contracts.detail, name="contract"),
    path("contrats/<int:pk>/ecrire/", contracts.write, name="write_contract"),
    path("contrats/<int:pk>/avenant/", contracts.amend, name="amend_contract"),
    path("contrats/<int:pk>/fixer/", contracts.seal, name="seal_contract"),
    path("contrats/<int:pk>/signer/<slug:part>/<slug:way>/", contracts.sign, name="sign_contract"),
    path("contrats/<int:pk>/refuser/<slug:part>/", contracts.refuse, name="refuse_contract"),
    path("contrats/<int:pk>/contrat.pdf", contracts.paper, name="contract_pdf"),
    path("contrats/<int:pk>/papier/<int:signature>/", contracts.scan, name="signature_scan"),
]
