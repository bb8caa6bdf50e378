"""Questions about the database: versions, logins, rights, migrations, drift."""

import os

import psycopg

from reussite.doctor.findings import Finding, listed, ok, wrong
from tenants import diagnosis, drift, roles

OLDEST = 16
LOGINS = {"DATABASE_URL": roles.APP, "DATABASE_OWNER_URL": roles.OWNER}
BOOTSTRAP = "relancez « reussite bootstrap » avec le compte superutilisateur (DATABASE_ADMIN_URL)"


def logins() -> list[Finding]:
    """Each address opens the database, under the role that the grants name."""
    found = []
    for variable, expected in LOGINS.items():
        url = os.environ.get(variable)
        if not url:
            found.append(wrong(f"{variable} n’est pas renseignée", "donnez l’adresse de la base"))
            continue
        try:
            with psycopg.connect(url, connect_timeout=5) as session:
                user = session.info.user
        except psycopg.OperationalError as error:
            reason = str(error).strip().splitlines()[-1]
            found.append(
                wrong(f"{variable} : connexion refusée ({reason})", "vérifiez l’adresse et le mot de passe")
            )
            continue
        if user == expected:
            found.append(ok(f"{variable} se connecte comme {user}"))
        else:
            found.append(wrong(f"{variable} se connecte comme {user}", f"utilisez le compte {expected}"))
    return found


def server() -> Finding:
    major, minor = diagnosis.server_version()
    if major < OLDEST:
        return wrong(f"PostgreSQL {major} est trop ancien", f"passez à PostgreSQL {OLDEST} ou plus récent")
    return ok(f"PostgreSQL {major}.{minor}")


def role_set() -> Finding:
    if missing := diagnosis.missing_roles():
        return wrong(f"rôles absents : {listed(missing)}", BOOTSTRAP)
    if excessive := diagnosis.excessive_roles():
        return wrong(f"rôles qui peuvent trop : {listed(excessive)}", BOOTSTRAP)
    return ok("les rôles existent et ne peuvent que ce qu’ils doivent")


def set_config() -> Finding:
    if names := diagnosis.who_may_set_config():
        return wrong(f"set_config est ouvert à {listed(names)}", BOOTSTRAP)
    return ok("set_config est fermé")


def shared_tables() -> Finding:
    if tables := diagnosis.open_tables():
        return wrong(f"droits de trop sur les tables partagées : {listed(tables)}", BOOTSTRAP)
    return ok("les tables partagées ne sont ouvertes qu’à qui en a besoin")


def migrations() -> Finding:
    if names := diagnosis.pending_migrations():
        return wrong(f"migrations en attente : {listed(names)}", "lancez « reussite migrate »")
    return ok("aucune migration en attente")


def towns() -> list[Finding]:
    """Tables and rights of every town are those of the template, and open to its own role alone."""
    found: dict[str, list[str]] = {}
    for one in drift.drift():
        found.setdefault(one.slug, []).append(one.detail)
    if not found:
        return [ok("chaque ville a les tables du modèle, ouvertes à son seul rôle")]
    return [
        wrong(
            f"{slug} s’écarte du modèle : {listed(details, 3)}",
            "lancez « reussite migrate » ; sinon, rétablissez",
        )
        for slug, details in found.items()
    ]
