#!/usr/bin/env bash
# Copy every database, and the ledger of erasures, into a folder of its own: backup.sh FOLDER
#
# RUN     what the PostgreSQL commands are run with, such as "docker compose --file deploy/compose.yaml exec -T
#         --user postgres postgres"; empty: here, with PGHOST, PGPORT and PGUSER
# LEDGER  the command that prints the ledger, such as "docker compose --file deploy/compose.yaml exec -T gdpr-worker
#         python -m gdpr export-ledger"; empty: the ledger is exported some other way
set -euo pipefail
umask 077

folder=${1:?Usage: backup.sh FOLDER}
services=${SERVICES:-relations contacts enrichment gdpr m365_sync gateway}
unfinished=$folder.unfinished

if [ -e "$folder" ]; then
    echo "$folder is there already: every backup has a folder of its own" >&2
    exit 1
fi
rm -rf "$unfinished"
mkdir -p "$unfinished"
for service in $services; do
    # The words of RUN and LEDGER are commands with their arguments.
    # shellcheck disable=SC2086
    ${RUN:-} pg_dump --format=custom --dbname="$service" </dev/null >"$unfinished/$service.dump"
done
if [ -n "${LEDGER:-}" ]; then
    # shellcheck disable=SC2086
    $LEDGER </dev/null >"$unfinished/ledger.jsonl"
fi
# Whoever finds the folder under its own name finds it whole.
mv "$unfinished" "$folder"
