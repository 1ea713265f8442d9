-- What the database has of our schema, and how it comes by the rest.

-- name: look_for_ledger
-- Whether anything was ever migrated here. Always one row.
select to_regclass('waymark.migrations') is not null as has_ledger;

-- name: read_migrations
-- Every migration that was applied. Empty: none was.
select name, checksum from waymark.migrations order by name;

-- name: put_lock_timeout
-- Wait so many milliseconds for a lock, in this transaction. Always one row.
select set_config('lock_timeout', $1, true);

-- name: lock_migrations
-- Wait until no other process migrates this database; the lock ends with the transaction. The number is "waymark" in
-- ASCII. Always one row.
select pg_advisory_xact_lock(33602696382607979);

-- name: make_ledger
-- Make the schema and the table of migrations, where missing. Never a row.
create schema if not exists waymark;
create table if not exists waymark.migrations (
    name text primary key,
    checksum text not null,
    applied_at timestamptz not null default clock_timestamp()
);
comment on table waymark.migrations is 'Files of waymark/runtime/store/migrations that were applied here.';
comment on column waymark.migrations.checksum is 'sha256 of the file, to notice one that was edited afterwards.';

-- name: record_migration
-- Remember that a migration was applied. Never a row.
insert into waymark.migrations (name, checksum) values ($1, $2);

-- name: settle_home
-- The partitions that this database is home to, see settle_home_v1. Always one row.
select waymark.settle_home_v1($1) as parts;
