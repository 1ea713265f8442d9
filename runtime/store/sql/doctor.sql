-- What `waymark doctor` and `waymark db status` ask, and what a connection is asked before anything relies on it.

-- name: check_rights
-- What the role lacks to run workflows here. Empty: nothing.
select 'USAGE on schema waymark' as lacks where not has_schema_privilege('waymark', 'usage')
union all
select format('%s on %s', string_agg(p.right_, ', ' order by p.n), t.oid::regclass)
  from pg_class t
  cross join unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) with ordinality as p (right_, n)
 where t.relnamespace = to_regnamespace('waymark') and t.relkind in ('r', 'p') and not t.relispartition
   and t.relname <> 'migrations' and not has_table_privilege(t.oid, p.right_)
 group by t.oid
union all
select format('EXECUTE on %s', f.oid::regproc)
  from pg_proc f
 where f.pronamespace = to_regnamespace('waymark') and f.proname !~ '^drop_' and not has_function_privilege(f.oid, 'execute');

-- name: check_settings
-- How this connection is set up. Always one row.
select current_setting('statement_timeout') as statement_timeout, current_setting('lock_timeout') as lock_timeout,
       current_setting('idle_in_transaction_session_timeout') as idle_in_transaction_session_timeout,
       current_setting('fsync') = 'on' and current_setting('full_page_writes') = 'on' as survives_crashes,
       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as connections_max,
       exists (select from pg_language where lanname = 'plpgsql') as has_plpgsql,
       current_user as role, pg_backend_pid() as backend;

-- name: count_connections
-- The server's connections, and those of ours by what they call themselves. Always one row at least.
select coalesce(substring(application_name from '^waymark.*'), '') as name, count(*) as connections
  from pg_stat_activity where backend_type = 'client backend' group by 1 order by 1;

-- name: look_at_engines
-- The engines that this database knows, and how far their heartbeats are ahead of its clock. Always one row.
select count(*) filter (where lease_until >= clock_timestamp()) as live,
       coalesce(extract(epoch from max(beat_at) - clock_timestamp()), 0)::float8 as ahead_s,
       coalesce(extract(epoch from max(lease_until) filter (where lease_until < 'infinity') - clock_timestamp()), 0)::float8
           as leased_s
  from waymark.engines;

-- name: look_at_days
-- How many of the next two days have no partition of their own. Always one row.
select count(*) as missing
  from unnest(waymark.by_day_v1()) as t (name) cross join generate_series(0, 1) as d (n)
 where to_regclass(format('waymark.%s_%s', t.name, to_char((now() at time zone 'utc')::date + d.n, 'YYYY_MM_DD'))) is null;

-- name: look_for_room
-- Write a megabyte where bulk starts arrive, to be rolled back. Never a row.
insert into waymark.arrivals (batch, n, workflow, key, run, unit, arguments, seed, priority, replace)
select gen_random_uuid(), 0, '', '', gen_random_uuid(), '', string_agg(sha256(n::text::bytea), ''), '', 0, false
  from generate_series(1, 32768) n;

-- name: look_at_backend
-- Which backend answers. Always one row.
select pg_backend_pid() as backend;

-- name: count_rows
-- What there is of each table, by the statistics of its last vacuum; days as one. Empty: there are no tables.
select coalesce(regexp_replace(c.relname, '_(\d{4}_\d\d_\d\d|undated)$', ''), c.relname) as name,
       sum(greatest(c.reltuples, 0))::bigint as rows, sum(pg_total_relation_size(c.oid))::bigint as bytes
  from pg_class c
 where c.relnamespace = to_regnamespace('waymark') and c.relkind = 'r'
 group by 1;

-- name: count_inbox
-- Entries that no commit has consumed. Always one row.
select count(*) as entries from waymark.inbox;
