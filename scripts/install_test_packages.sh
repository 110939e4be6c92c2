#!/bin/sh
# Installs what the checks need besides Python packages: a browser, gettext, Debian's PostgreSQL, tesseract, which
# reads Vietnamese off scans, pdfsig, which judges our signatures independently, and a token in software.
set -eu
missing=""
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 \
    || command -v google-chrome >/dev/null 2>&1 || missing="$missing chromium"
command -v xgettext >/dev/null 2>&1 || missing="$missing gettext"
ls /usr/lib/postgresql/1[5-9]/bin/postgres >/dev/null 2>&1 || missing="$missing postgresql"
tesseract --list-langs 2>/dev/null | grep -qx vie || missing="$missing tesseract-ocr tesseract-ocr-vie"
[ -x /usr/sbin/clamd ] || command -v clamd >/dev/null 2>&1 || missing="$missing clamav-daemon"
command -v pdfsig >/dev/null 2>&1 || missing="$missing poppler-utils"
command -v softhsm2-util >/dev/null 2>&1 || missing="$missing softhsm2"
command -v soffice >/dev/null 2>&1 || missing="$missing libreoffice-writer-nogui"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "make test cần các gói:$missing" >&2
    echo "Cài bằng quyền root, ví dụ: sudo apt-get install$missing" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086  # a list of package names
apt-get install -y -qq --no-install-recommends $missing >/dev/null
