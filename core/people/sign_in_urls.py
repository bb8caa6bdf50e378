"""django-allauth's views under our addresses, each with who may open it: declared here and nowhere else.

Only those that we offer are listed: no sign-up, no change of e-mail address, no link with a key.
"""

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import path

from core.people import views
from core.people.access import any_signed_in, before_second_factor
from core.ui.access import open_to_all


def own(view):  # type: ignore[no-untyped-def]
    """A page of one's own account."""
    return before_second_factor(any_signed_in(view))


urlpatterns = [
    path("connexion/", open_to_all(account.login), name="account_login"),
    path("connexion/cle/", open_to_all(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("connexion/second-facteur/", open_to_all(second_factor.authenticate), name="mfa_authenticate"),
    path("deconnexion/", open_to_all(account.logout), name="account_logout"),
    path("compte-ferme/", open_to_all(account.account_inactive), name="account_inactive"),
    path("mot-de-passe-oublie/", open_to_all(account.password_reset), name="account_reset_password"),
    path(
        "mot-de-passe-oublie/code/",
        open_to_all(account.confirm_password_reset_code),
        name="account_confirm_password_reset_code",
    ),
    path(
        "mot-de-passe-oublie/nouveau/",
        open_to_all(account.complete_password_reset),
        name="account_complete_password_reset",
    ),
    path(
        "mot-de-passe-oublie/fait/",
        open_to_all(account.password_reset_from_key_done),
        name="account_password_reset_completed",
    ),
    path("compte/confirmer/", own(account.reauthenticate), name="account_reauthenticate"),
    path("compte/confirmer/code/", own(second_factor.reauthenticate), name="mfa_reauthenticate"),
    path("compte/confirmer/cle/", own(passkeys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("compte/mot-de-passe/", own(account.password_change), name="account_change_password"),
    path("compte/mot-de-passe/choisir/", own(account.password_set), name="account_set_password"),
    path("compte/securite/", own(views.account_again), name="mfa_index"),
    path("compte/cles/", own(views.account_again), name="mfa_list_webauthn"),
    path("compte/cles/ajouter/", own(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("compte/cles/<int:pk>/", own(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
    path("compte/cles/<int:pk>/retirer/", own(views.remove_passkey), name="mfa_remove_webauthn"),
    path("compte/code/activer/", own(totp.activate_totp), name="mfa_activate_totp"),
    path("compte/code/desactiver/", own(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("compte/secours/", own(recovery_codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "compte/secours/nouveaux/",
        own(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("compte/sessions/", own(views.sessions), name="usersessions_list"),
]
