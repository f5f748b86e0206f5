#!/usr/bin/env bash
# Put the databases back as a backup has them: restore.sh FOLDER [SERVICE ...]. What they hold now is lost.
#
# Stop the services first. Afterwards replay the ledger, or whoever was erased since the backup is back:
#     python -m gdpr replay-ledger LEDGER
#
# RUN         as in backup.sh
# INITIALISE  the script that makes databases and roles, where RUN finds it
set -euo pipefail

folder=${1:?Usage: restore.sh FOLDER [SERVICE ...]}
shift
services=${*:-relations contacts enrichment gdpr m365_sync gateway}
initialise=${INITIALISE:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../postgres" && pwd)/initialise.sh}

for service in $services; do
    if [ ! -s "$folder/$service.dump" ]; then
        echo "$folder has no copy of $service" >&2
        exit 1
    fi
done
for service in $services; do
    # The words of RUN are a command with its arguments.
    # shellcheck disable=SC2086
    ${RUN:-} psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname=postgres \
        --command="DROP DATABASE IF EXISTS \"$service\" WITH (FORCE)" </dev/null
done
# shellcheck disable=SC2086
${RUN:-} "$initialise" </dev/null
for service in $services; do
    # As the owner, so that the running service's rights follow by themselves.
    # shellcheck disable=SC2086
    ${RUN:-} pg_restore --exit-on-error --single-transaction --no-owner --no-privileges --no-comments \
        --role="${service}_owner" --dbname="$service" <"$folder/$service.dump"
done
