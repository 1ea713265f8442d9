-- What becomes of rows that nobody needs any more.

-- name: collect
-- Delete some runs that have ended, see collect_v1. Always one row; `reached` is null when there was nothing to delete.
select c.collected, waymark.instant_of(c.reached) as reached
  from waymark.collect_v1(waymark.time_of($1), waymark.time_of($2), $3) c;

-- name: count_collectable
-- How many runs a collection would delete. Always one row.
select waymark.count_collectable_v1(waymark.time_of($1)) as runs;

-- name: read_old_days
-- Partitions of days before the one that $1 is in. Empty: there are none.
select unnest(waymark.days_before_v1((waymark.time_of($1) at time zone 'utc')::date)) as child;

-- name: drop_day
-- Drop such a partition, see drop_day_v1. Always one row: whether it was there. 55P03: somebody reads it.
select waymark.drop_day_v1($1, (waymark.time_of($2) at time zone 'utc')::date) as dropped;

-- name: sweep_undated
-- Delete old rows of no day's partition, and old counts. Always one row: how many.
select waymark.sweep_undated_v1((waymark.time_of($1) at time zone 'utc')::date) as swept;

-- name: put_stats
-- Add to what an engine has done in a minute. Never a row.
insert into waymark.stats as s (minute, engine, workflow, started, finished, failed, parked, took_ms, took_ms_max)
select date_trunc('minute', waymark.time_of($1)), $2, * from unnest(
    $3::text[], $4::integer[], $5::integer[], $6::integer[], $7::integer[], $8::bigint[], $9::bigint[]
)
on conflict (minute, engine, workflow) do update set
    started = s.started + excluded.started, finished = s.finished + excluded.finished,
    failed = s.failed + excluded.failed, parked = s.parked + excluded.parked,
    took_ms = s.took_ms + excluded.took_ms, took_ms_max = greatest(s.took_ms_max, excluded.took_ms_max);
