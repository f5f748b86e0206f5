-- Two roles and a database per service; safe to repeat.
--   <service>_owner  owns the database and runs the migrations
--   <service>        the running service: it reads and writes rows, and changes no table
-- No role can connect to the database of another service. Passwords are set apart from this, by initialise.sh.

SELECT format('CREATE ROLE %I LOGIN', role)
FROM unnest(string_to_array(:'services', ' ')) AS service, unnest(ARRAY[service, service || '_owner']) AS role
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role)
\gexec

SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING ''UTF8''', service, service || '_owner')
FROM unnest(string_to_array(:'services', ' ')) AS service
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = service)
\gexec

SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', service) FROM unnest(string_to_array(:'services', ' ')) AS service
\gexec

SELECT format('GRANT CONNECT ON DATABASE %I TO %I', service, service)
FROM unnest(string_to_array(:'services', ' ')) AS service
\gexec

-- Nobody has business in the database that everybody may enter by default.
REVOKE CONNECT ON DATABASE postgres FROM PUBLIC;
