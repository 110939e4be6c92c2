"""Settings of one installation, read from the environment. Nothing here is meant to be edited in place.

PHOIHOP_HOME       data directory (default ./var)
DATABASE_URL       login role's database; without it the embedded PostgreSQL under PHOIHOP_HOME is used
DATABASE_OWNER_URL owner role's database, for init and migrate
PORT               port of the web process (default 8000); the live process takes the next one
PHOIHOP_ORIGIN     public origin, such as https://phoihop.example.vn (default http://localhost:$PORT)
PHOIHOP_LIVE_URL   where browsers find the live stream (default: the next port on the same host)
PHOIHOP_PROXIES    how many reverse proxies stand in front and set X-Forwarded-For and -Proto (default 0)
PHOIHOP_S3         store files in https://KEY:SECRET@host:port/bucket?region=… (default: PHOIHOP_HOME/files)
PHOIHOP_CLAMD      ask a ClamAV daemon about every upload: unix:/path/to/socket or tcp:host:port (default: none)
PHOIHOP_DEMO       1 while the demonstration region is served; only on loopback
PHOIHOP_TWO_STEP   roles that must sign in with a second step, such as "leader,records_clerk", or "all" (default: each
                   office's administrator decides)
PHOIHOP_OIDC_ISSUER, _CLIENT_ID, _CLIENT_SECRET, _NAME   an OpenID Connect provider people may sign in with
                   (_CLIENT_SECRET_FILE names a file instead); without an issuer there is none
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from phoihop.config.keys import secret_key
from phoihop.config.postgres import place
from phoihop.config.sign_in import passkey_host, provider_from
from phoihop.core.isolation import LOGIN, OWNER, Closed, Identity, Internal, Reference

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("PHOIHOP_HOME", "var")).resolve()
PORT = int(os.environ.get("PORT", "8000"))
DEMO = os.environ.get("PHOIHOP_DEMO") == "1"
ORIGIN = os.environ.get("PHOIHOP_ORIGIN", f"http://localhost:{PORT}")
LIVE_URL = os.environ.get("PHOIHOP_LIVE_URL", f"http://localhost:{PORT + 1}/live/")
SECURE = ORIGIN.startswith("https://")
if DEMO and urlsplit(ORIGIN).hostname not in {"localhost", "127.0.0.1", "::1"}:
    raise ImproperlyConfigured("The demonstration has accounts with a known password: serve it on loopback only.")

SECRET_KEY = secret_key(HOME)
DEBUG = False
ALLOWED_HOSTS = [urlsplit(ORIGIN).hostname or "localhost", "localhost", "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = [ORIGIN]


# Values travel apart from the statement, and a statement seen again is not parsed and planned again.
_PREPARED: dict[str, object] = {"server_side_binding": True, "prepare_threshold": 2}


def _database(url: str | None, role: str) -> dict[str, object]:
    common: dict[str, object] = {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": False,  # core.wire looks, without asking
        "ATOMIC_REQUESTS": False,
        "DISABLE_SERVER_SIDE_CURSORS": False,
        "TIME_ZONE": "UTC",
        "OPTIONS": dict(_PREPARED),
    }
    if not url:
        return {**common, "NAME": "phoihop", "USER": role, "HOST": str(place(HOME).sockets)}
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must read postgresql://user:password@host:port/name")
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    host = unquote(query.pop("host", "")) or unquote(parts.hostname or "")
    if role == OWNER:  # an administrator's address, too, makes tables that belong to the owner
        query["options"] = f"-c role={OWNER}"
    return {
        **common,
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or role),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": {**_PREPARED, **{key: unquote(value) for key, value in query.items()}},
    }


DATABASES = {
    "default": _database(os.environ.get("DATABASE_URL"), LOGIN),
    "owner": _database(os.environ.get("DATABASE_OWNER_URL"), OWNER),
}
DATABASES["owner"]["CONN_MAX_AGE"] = 0
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "django_vite",
    "csp",
    "procrastinate.contrib.django",
    "phoihop.core",
    "phoihop.ui",
    "phoihop.audit",
    "phoihop.offices",
    "phoihop.territory",
    "phoihop.files",
    "phoihop.documents",
    "phoihop.exchange",
    "phoihop.notify",
    "phoihop.lists",
    "phoihop.distribution",
    "phoihop.casefiles",
    "phoihop.dispatches",
    "phoihop.demo",
    "phoihop.api",
    "phoihop.administration",
    "phoihop.home",
    "phoihop.config",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

# Who may touch the tables of other packages (core.isolation).
ISOLATION_OF_OTHERS = {
    "contenttypes": Reference(),
    "auth": Closed(),
    "sessions": Identity(),
    "account": Identity(),
    "mfa": Identity(),
    "usersessions": Identity(),
    "socialaccount": Identity(),
    "procrastinate": Internal(),
}

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "phoihop.offices.middleware.ActingMiddleware",
    "phoihop.config.middleware.ErrorMiddleware",
    "phoihop.config.middleware.ReadOnlyMiddleware",
]

ROOT_URLCONF = "phoihop.config.urls"
WSGI_APPLICATION = "phoihop.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "phoihop.ui.context.shell",
            ],
            "builtins": ["django_cotton.templatetags.cotton", "django.templatetags.i18n"],
        },
    }
]

# Sign-in. Everything it stores is reached through the gate role.
AUTH_USER_MODEL = "offices.Account"
AUTHENTICATION_BACKENDS = ["phoihop.offices.backends.GateBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "phoihop.offices.passwords.LengthValidator"},
    {"NAME": "phoihop.offices.passwords.GuessableValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_ADAPTER = "phoihop.offices.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "phoihop.offices.forms.SignInForm",
    "change_password": "phoihop.offices.forms.PasswordForm",
    "reauthenticate": "phoihop.offices.forms.ConfirmPasswordForm",
}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/300s/key",  # the key is an account at one address (offices.adapter)
    "login_failed_everywhere": "30/900s/key",
    "reauthenticate": "10/m/user",
}
TWO_STEP_ROLES = frozenset(os.environ.get("PHOIHOP_TWO_STEP", "").replace(",", " ").split())
# A passkey is bound to the name of a host: browsers want https, or localhost, and never a bare address.
PASSKEY_HOST = passkey_host(ORIGIN)
MFA_ADAPTER = "phoihop.offices.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["recovery_codes", "totp", *(["webauthn"] if PASSKEY_HOST else [])]
MFA_PASSKEY_LOGIN_ENABLED = bool(PASSKEY_HOST)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE  # only ever localhost: see PASSKEY_HOST
MFA_TOTP_ISSUER = "Phối Hợp"
MFA_TOTP_TOLERANCE = 1  # half a minute either way: an office without internet has clocks of its own
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "authenticate": "phoihop.offices.forms.CodeForm",
    "reauthenticate": "phoihop.offices.forms.ConfirmCodeForm",
    "activate_totp": "phoihop.offices.forms.NewAppForm",
    "add_webauthn": "phoihop.offices.forms.NewPasskeyForm",
}
SOCIALACCOUNT_ADAPTER = "phoihop.offices.identity.IdentityAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form may not lead off this host (form-action); the answer is bound to the session
SOCIALACCOUNT_PROVIDERS = {"openid_connect": provider_from(os.environ)}
OIDC_OFFERED = bool(SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"])
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("PHOIHOP_PROXIES", "0"))
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
SESSION_ENGINE = "phoihop.offices.sessions"
SESSION_COOKIE_NAME = "phoihop_session"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "phoihop_csrf"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
CACHES = {"default": {"BACKEND": "phoihop.offices.caches.GateDatabaseCache", "LOCATION": "offices_cache"}}

# What a page may load: from this host, and nothing inline.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [
            SELF,
            *([] if LIVE_URL.startswith("/") else ["{0.scheme}://{0.netloc}".format(urlsplit(LIVE_URL))]),
        ],
        "worker-src": [SELF],
        "font-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
CSRF_FAILURE_VIEW = "phoihop.ui.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
X_FRAME_OPTIONS = "DENY"

# Uploads. Whole requests may be large; ordinary form fields may not.
ATTACHMENT_MAX_BYTES = 150 * 1024 * 1024
REQUEST_MAX_BYTES = 2 * ATTACHMENT_MAX_BYTES
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
FILE_UPLOAD_HANDLERS = ["phoihop.files.uploading.CappedUploadHandler"]
FILES_ROOT = HOME / "files"
FILES_S3 = os.environ.get("PHOIHOP_S3") or None
CLAMD = os.environ.get("PHOIHOP_CLAMD", "")
PREVIEWS_ROOT = HOME / "previews"
UNHELD_UPLOADS_MAX_COUNT = 100  # of one position, sent in and not yet part of a draft or document
UNHELD_UPLOADS_MAX_BYTES = 2 * 1024**3
PARTIAL_UPLOADS_MAX_BYTES = 20 * 1024**3  # of one office, announced and not yet whole
KEYS_ROOT = HOME / "keys"
RUN_ROOT = HOME / "run"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Tiếng Việt")), ("en", _("Tiếng Anh"))]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "phoihop_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "/static/"
STATICFILES_DIRS: list[str] = []
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/build/assets/"  # their names carry a hash of their content
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "manifest_path": PACKAGE / "ui" / "static" / "build" / "manifest.json",
        "static_url_prefix": "build",
    }
}

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_ON_APP_READY = None

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"procrastinate": {"level": "WARNING"}},
}
