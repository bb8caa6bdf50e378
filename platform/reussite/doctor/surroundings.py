"""Questions about everything beside the database: programs, broker, tasks, mail, folders, keys."""

import os
import smtplib
import socket
from importlib.metadata import PackageNotFoundError, requires, version
from platform import python_version

import redis
from django.conf import settings
from packaging.requirements import Requirement

from reussite.doctor.findings import Finding, listed, note, ok, wrong

LEAST_KEY = 32  # characters


def programs() -> Finding:
    """The libraries installed are of the versions that the platform was made for."""
    unfit = []
    for requirement in map(Requirement, requires("reussite") or []):
        try:
            installed = version(requirement.name)
        except PackageNotFoundError:
            unfit.append(f"{requirement.name} (absent)")
            continue
        if not requirement.specifier.contains(installed, prereleases=True):
            unfit.append(f"{requirement.name} {installed}")
    if unfit:
        return wrong(f"versions inattendues : {listed(unfit)}", "réinstallez ce que nomme requirements.lock")
    return ok(f"Python {python_version()}, Django {version('django')}, Réussite {version('reussite')}")


def keys() -> Finding:
    short = [name for name in ("SECRET_KEY", "TASK_KEY") if len(getattr(settings, name)) < LEAST_KEY]
    if short:
        return wrong(
            f"{' et '.join(short)} : trop court", f"donnez au moins {LEAST_KEY} caractères tirés au hasard"
        )
    if settings.SECRET_KEY == settings.TASK_KEY:
        return note("SECRET_KEY et TASK_KEY sont la même clé", "deux clés se remplacent l’une sans l’autre")
    return ok("clés assez longues")


def broker() -> Finding:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=3, socket_timeout=3) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        return wrong(
            f"le courtier de tâches ne répond pas ({error})",
            "vérifiez REDIS_URL et le serveur Redis ou Valkey",
        )
    return ok("le courtier de tâches répond")


def workers() -> Finding:
    """Whether a worker answers within two seconds; it may be meant to be stopped, so this is a note."""
    from reussite.celery import app

    try:
        answers = app.control.ping(timeout=2.0)
    except Exception as error:  # the transport's own errors, of many libraries
        return note(f"les agents n’ont pas pu être interrogés ({error})", "voyez le courtier de tâches")
    if not answers:
        return note("aucun agent de tâches n’a répondu", "lancez « reussite worker »")
    return ok(f"agents de tâches qui répondent : {len(answers)}")


def mail() -> Finding:
    where = f"{settings.SMTP_HOST}:{settings.SMTP_PORT}"
    try:
        # its own default asks the name servers who we are
        name = socket.gethostname()
        with smtplib.SMTP(settings.SMTP_HOST, settings.SMTP_PORT, name, timeout=5) as server:
            server.ehlo()
            if settings.SMTP_STARTTLS:
                server.starttls()
            if settings.SMTP_USER:
                server.login(settings.SMTP_USER, settings.SMTP_PASSWORD)
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        return wrong(
            f"le serveur de courriel {where} ne répond pas ({error})",
            "vérifiez SMTP_HOST, SMTP_PORT et le compte",
        )
    return ok(f"le serveur de courriel {where} répond")


def folders() -> list[Finding]:
    """What pages read and write on disk."""
    found = []
    for label, folder in (("données", settings.VAR), ("pièces jointes", settings.MEDIA_ROOT)):
        place = next(path for path in (folder, *folder.parents) if path.exists())
        if not os.access(place, os.W_OK):
            found.append(
                wrong(f"dossier des {label} non accessible en écriture : {folder}", "changez ses droits")
            )
    if not any(settings.STATIC_ROOT.glob("staticfiles.json")):
        found.append(
            note("les fichiers statiques ne sont pas rassemblés", "lancez « reussite collectstatic »")
        )
    return found or [ok("dossiers accessibles, fichiers statiques rassemblés")]


def demonstration() -> Finding:
    if settings.DEMO:
        return note("cette installation est une démonstration : ni vraies familles, ni vrais courriels")
    if not settings.SECURE_PROXY:
        return wrong(
            "les pages ne sont pas servies en HTTPS",
            "mettez un mandataire devant, puis REUSSITE_BEHIND_TLS_PROXY=1",
        )
    return ok("pages servies en HTTPS derrière un mandataire")
