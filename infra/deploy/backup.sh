#!/usr/bin/env bash
# A dump of the shared tables, and one of each town, so that one town can be restored alone.
#
#   DATABASE_ADMIN_URL=postgresql://postgres:…@host:5432/reussite infra/deploy/backup.sh /var/backups/reussite
#
# Runs as superuser: pg_dump calls set_config, which is closed to every other login. Town by town, since one dump of
# everything takes a lock on each table of each town. The files hold children's data: encrypt them, keep them apart.
set -euo pipefail
umask 077
folder="${1:?which folder?}/$(date -u +%Y-%m-%dT%H%M%SZ)"
mkdir -p "$folder.part"

psql -XAt -d "$DATABASE_ADMIN_URL" -c \
    "SELECT slug || ' ' || schema_name FROM public.tenants_town ORDER BY slug" >"$folder.part/towns.txt"
pg_dumpall -d "$DATABASE_ADMIN_URL" --roles-only --no-role-passwords >"$folder.part/roles.sql"
pg_dump -d "$DATABASE_ADMIN_URL" --format=custom --schema=public --file="$folder.part/public.dump"
while read -r slug schema; do
    pg_dump -d "$DATABASE_ADMIN_URL" --format=custom --schema="$schema" --file="$folder.part/$slug.dump"
done <"$folder.part/towns.txt"

mv "$folder.part" "$folder"
echo "$folder"
