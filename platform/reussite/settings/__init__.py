"""Settings of every process; what differs between installations comes from the environment.

No application is imported here.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from reussite import logs
from reussite.settings import env

ROOT = Path(__file__).resolve().parents[3]
VAR = Path(env.text("REUSSITE_VAR", str(ROOT / "var")))

DEBUG = False
DEMO = env.flag("REUSSITE_DEMO")
SECRET_KEY = env.text("SECRET_KEY")
# Signs the messages between web and workers; its own key, so that it can be changed alone.
TASK_KEY = env.text("TASK_KEY", SECRET_KEY)
# Encrypt private notes: "name:base64 of 32 bytes", by commas; the first writes, all open (ADR 0020).
PRIVATE_NOTES_KEYS = env.text("REUSSITE_NOTES_KEYS", "")
# Hosts are looked up in the towns' domains; an unknown one gets a page that names no town.
ALLOWED_HOSTS = ["*"]
USE_X_FORWARDED_HOST = False
SECURE_PROXY = env.flag("REUSSITE_BEHIND_TLS_PROXY")

# --- applications, by kind of schema ------------------------------------------------------------
# auth and contenttypes are code that others import; they have a table in no schema at all (ADR 0003).
TABLELESS_APPS = ["django.contrib.auth", "django.contrib.contenttypes"]
PUBLIC_APPS = ["tenants", "core.exchange"]
EVERY_SITE_APPS = [
    "tenants.local",
    "core.people",
    "core.journal",
    "django.contrib.sessions",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
TOWN_APPS = [
    *EVERY_SITE_APPS,
    "core.partners",
    "core.children",
    "core.pathways",
    "core.notes",
    "core.protection",
    "core.meetings",
    "core.funding",
    "core.imports",
    "core.exports",
    "core.notifications",
    "core.reporting",
    "core.returns",
    "core.privacy",
]
NATIONAL_APPS = [*EVERY_SITE_APPS, "core.national"]
INSTALLED_APPS = [
    "tenants",  # before django_tenants: our `migrate` is the one that runs
    "django_tenants",
    "core.exchange",
    *TABLELESS_APPS,
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_htmx",
    "csp",
    "core.ui",  # before allauth: its pages are ours
    "core.people",
    "allauth",
    "rest_framework",
    "drf_spectacular",
    *(app for app in TOWN_APPS if app != "core.people"),
    "core.national",
]

HAS_MULTI_TYPE_TENANTS = True
MULTI_TYPE_DATABASE_FIELD = "kind"
TENANT_MODEL = "tenants.Town"
TENANT_DOMAIN_MODEL = "tenants.Domain"
PUBLIC_SCHEMA_URLCONF = "reussite.urls_unknown"
TENANT_TYPES = {
    "public": {"APPS": PUBLIC_APPS, "URLCONF": "reussite.urls_unknown"},
    "town": {"APPS": TOWN_APPS, "URLCONF": "reussite.urls_town"},
    "national": {"APPS": NATIONAL_APPS, "URLCONF": "reussite.urls_national"},
}
TENANT_SYNC_ROUTER = "tenants.routers.TownRouter"
DATABASE_ROUTERS = [TENANT_SYNC_ROUTER]

# --- database -----------------------------------------------------------------------------------
# The kind of process picks the login: web and workers `app`; `migrate` and `town` `owner`.
DATABASE_LOGIN = env.text("REUSSITE_LOGIN", "app")
DATABASES = {
    "default": {
        "ENGINE": "tenants.backend",
        **env.database(DATABASE_LOGIN),
        "CONN_MAX_AGE": 0,
        # A portal opened in one town could be read on from another; pools and poolers want none either.
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {
            # set_config is revoked, so the session's time zone has to come with the connection.
            "options": "-c TimeZone=UTC -c statement_timeout=30s"
            if DATABASE_LOGIN == "app"
            else "-c TimeZone=UTC",
            **(
                {
                    "pool": {
                        "min_size": 0,
                        "max_size": env.integer("DATABASE_POOL_SIZE", 10),
                        "max_lifetime": 600,
                        "timeout": 10,
                    }
                }
                if DATABASE_LOGIN == "app" and env.integer("DATABASE_POOL_SIZE", 10)
                else {}
            ),
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- cache, sessions, jobs ----------------------------------------------------------------------
REDIS_URL = env.text("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    # Rate limits and codes: inside the town's own schema, so that losing Redis opens no door.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "local_cacheentry",
        "KEY_FUNCTION": "tenants.cache.town_key",
        "REVERSE_KEY_FUNCTION": "tenants.cache.strip_town",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
    # What may be lost at any moment.
    "fast": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_FUNCTION": "tenants.cache.town_key",
        "REVERSE_KEY_FUNCTION": "tenants.cache.strip_town",
    },
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "reussite_session"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SECURE_PROXY
CSRF_COOKIE_SECURE = SECURE_PROXY
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "core.ui.views.csrf_failure"

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker for as long as it takes
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,  # above every time limit (tenants/schedule.py)
    "queue_order_strategy": "priority",  # as listed: urgent before normal before slow
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
}
CELERY_TASK_DEFAULT_QUEUE = "normal"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True  # with a prefetch of 1, a worker holds no message that another could take
CELERY_TASK_REJECT_ON_WORKER_LOST = False  # the outbox hands again, and counts; Redis would do so for ever
CELERY_TASK_SOFT_TIME_LIMIT = 300
CELERY_TASK_TIME_LIMIT = 330
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False  # they end, and write so in PostgreSQL
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000  # kB
CELERY_DB_REUSE_MAX = 200  # tasks a database connection: each town that it saw stays in its memory
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Europe/Paris"
CELERY_IMPORTS = ["tenants.jobs"]
# Ticks of the platform alone: what happens in towns is due in PostgreSQL (tenants/schedule.py).
CELERY_BEAT_SCHEDULE = {
    "heartbeat": {
        "task": "tenants.jobs.heartbeat",
        "schedule": 60.0,
        "options": {"queue": "urgent", "expires": 55},
    },
}

# --- web ----------------------------------------------------------------------------------------
MIDDLEWARE = [
    "reussite.probes.ProbesMiddleware",
    "reussite.tracing.TracingMiddleware",
    # Before the town: the pages of an unknown host and of a suspended town have headers and a stylesheet too.
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "tenants.middleware.TownMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.ui.middleware.MethodPageMiddleware",
    "core.people.middleware.SignInRequiredMiddleware",
]
ROOT_URLCONF = "reussite.urls_unknown"
WSGI_APPLICATION = "reussite.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.ui.context_processors.interface",
            ],
            "builtins": ["core.ui.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "core.ui.rendering.FormRenderer"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "tenants.storage.TownStorage"},
    "staticfiles": {
        "BACKEND": env.text("STATICFILES_BACKEND", "whitenoise.storage.CompressedManifestStaticFilesStorage")
    },
}
MEDIA_ROOT = VAR / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Europe/Paris"
USE_TZ = True
USE_I18N = True

# --- safety of pages ----------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if SECURE_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_SSL_REDIRECT = True

# What Django says of refusals (403, 404, 405) holds the whole address and, for a 403, a traceback: the line
# of the request says it already, by its route alone (reussite.tracing). A failure keeps its traceback.
LOGGING = logs.SETTINGS

# Without one, /metrics does not exist.
METRICS_TOKEN = env.text("REUSSITE_METRICS_TOKEN", "")

# --- mail ---------------------------------------------------------------------------------------
# Pages and jobs write mail into the town's schema; the worker sends it (tenants/local/mail.py).
EMAIL_BACKEND = "tenants.local.mail.TownEmailBackend"
SMTP_HOST = env.text("SMTP_HOST", "127.0.0.1")
SMTP_PORT = env.integer("SMTP_PORT", 1025)
SMTP_USER = env.text("SMTP_USER", "")
SMTP_PASSWORD = env.text("SMTP_PASSWORD", "")
SMTP_STARTTLS = env.flag("SMTP_STARTTLS")
DEFAULT_FROM_EMAIL = "ne-pas-repondre@reussite.invalid"

# --- SMS: off without a key --------------------------------------------------------------------
SMS_KEY = env.text("SMS_KEY", "")
SMS_SENDER = "integrations.sms.smsmode.Smsmode" if SMS_KEY else ""
SMS_OPTIONS = {"key": SMS_KEY, "sender": env.text("SMS_SENDER_NAME", "Reussite")}

# --- people -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["core.people.backends.PeopleBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
# What links in mail start with.
PUBLIC_SCHEME = "https" if SECURE_PROXY else "http"
PUBLIC_PORT = env.text("REUSSITE_PORT", "")
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "core.people.passwords.NotGuessableValidator"},
]
ACCOUNT_ADAPTER = "core.people.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# The address was proven by following the invitation's link.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# By code: allauth's links carry a primary key and a salt that all towns share.
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_FORMS = {
    "login": "core.people.forms.LoginForm",
    "reset_password": "core.people.forms.ResetPasswordForm",
    "confirm_password_reset_code": "core.people.forms.ConfirmResetCodeForm",
    "reset_password_from_key": "core.people.forms.NewPasswordForm",
    "change_password": "core.people.forms.ChangePasswordForm",
    "set_password": "core.people.forms.SetPasswordForm",
    "reauthenticate": "core.people.forms.ReauthenticateForm",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if SECURE_PROXY else 0
MFA_ADAPTER = "core.people.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "core.people.forms.SecondFactorForm",
    "reauthenticate": "core.people.forms.ConfirmSecondFactorForm",
    "activate_totp": "core.people.forms.ActivateCodeForm",
    "add_webauthn": "core.people.forms.AddPasskeyForm",
    "edit_webauthn": "core.people.forms.EditPasskeyForm",
    "login_webauthn": "core.people.forms.LoginPasskeyForm",
    "authenticate_webauthn": "core.people.forms.SecondPasskeyForm",
    "reauthenticate_webauthn": "core.people.forms.ConfirmPasskeyForm",
}

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,  # whose word counts for a visitor's address
}

# --- the kernel's hooks: names, so that `tenants` imports nothing above it -----------------------
UNKNOWN_HOST_VIEW = "core.ui.views.unknown_host"
SUSPENDED_VIEW = "core.ui.views.suspended"
# What the sections of a town's file become in its schema, in this order.
TOWN_APPLIERS: list[str] = [
    "core.people.configuration.apply",
    "core.partners.configuration.apply",
    "core.children.configuration.apply",
    "core.pathways.configuration.apply",
    "core.notes.configuration.apply",
]
# kind of outbox row -> dotted name of the task that carries it out
OUTBOX_TASKS: dict[str, str] = {
    "mail": "tenants.local.tasks.deliver_mail",
    "event": "core.notifications.tasks.tell",
    "import": "core.imports.tasks.work",
    "sms": "core.notifications.tasks.deliver_text",
    "job": "tenants.jobs.run_town_job",
    "platform_job": "tenants.jobs.run_platform_job",
}
# For how long a worker that says nothing keeps an effect; then it is given to another.
OUTBOX_LEASE = timedelta(seconds=40)
OUTBOX_FIRST_RETRY = timedelta(seconds=5)  # doubled at each try, up to an hour
# What the header Reussite-Kind of a message names: {"resendable": may come twice, "urgency": 0 to 9}.
MAIL_KINDS: dict[str, dict[str, Any]] = {
    "invitation": {"resendable": True, "urgency": 3},
    "account": {"resendable": True, "urgency": 1},  # codes: someone waits in front of the page
    "referral_draft": {"resendable": True, "urgency": 3},
    "signing": {"resendable": True, "urgency": 1},  # a link, then a code for who waits
    "school_word": {"resendable": True, "urgency": 3},
    "emergency": {"resendable": True, "urgency": 1},
    "convening": {"resendable": True, "urgency": 3},  # a calendar replaces the entry of the same number
    "notice": {"resendable": True, "urgency": 4},
    "digest": {"resendable": False, "urgency": 6},
}
# Night, week-ends and public holidays hold back what can wait; a demonstration shows it at once.
QUIET_TIMES = not DEMO
# modules that declare recurring jobs
_JOBS_OF = "pathways notes imports notifications exchange returns national".split()
SCHEDULED_JOBS: list[str] = ["tenants.jobs", *(f"core.{app}.jobs" for app in _JOBS_OF)]
TOWNS_FOLDER = Path(env.text("REUSSITE_TOWNS", str(ROOT / "infra" / "towns")))
