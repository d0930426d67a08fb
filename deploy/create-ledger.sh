#!/bin/sh
# Run once by the postgresql image, on an empty volume: the ledger's own role and database.
set -eu
psql --set ON_ERROR_STOP=1 --set password="$LEDGER_PASSWORD" --username "$POSTGRES_USER" <<'SQL'
CREATE ROLE forbear LOGIN PASSWORD :'password';
CREATE DATABASE forbear OWNER forbear;
SQL
