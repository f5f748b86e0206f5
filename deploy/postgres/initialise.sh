#!/usr/bin/env bash
# Make every role, database and password on the server that PGHOST, PGPORT and PGUSER point at (a superuser).
# Safe to repeat: it makes what is missing and sets the passwords anew. PASSWORDS is a folder with a file per role.
set -euo pipefail

here=${SQL_FOLDER:-$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)}
services=${SERVICES:-relations contacts enrichment gdpr m365_sync gateway}
: "${PASSWORDS:?the folder with a file for each role}"

run() {
    psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --output=/dev/null "$@"
}

run --dbname=postgres --set=services="$services" --file="$here/roles.sql"
for service in $services; do
    run --dbname="$service" --set=service="$service" --set=owner="${service}_owner" --file="$here/database.sql"
    for role in "$service" "${service}_owner"; do
        # The password travels on standard input: neither a process list nor a log shows it.
        printf 'SET log_min_duration_statement = -1;\n\\set password `cat %q`\nALTER ROLE :"role" PASSWORD :%s;\n' \
            "$PASSWORDS/$role" "'password'" | run --dbname=postgres --set=role="$role" --file=-
    done
done
