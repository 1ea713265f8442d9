-- What lies in outboxes for runs of other databases.

-- name: read_outbox
-- Entries of these partitions for those, the oldest first. Empty: nothing is meant for that database.
select part, n, run, to_part, to_run, kind, body, joined, workflow, key, unit, arguments, seed, priority, request
  from waymark.outbox where part = any ($1) and to_part = any ($2) order by part, n limit $3;

-- name: receive
-- Take entries of another database in, see receive_v1. Always one row: the partitions whose inboxes have something new.
select waymark.receive_v1($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) as parts;

-- name: drop_sent
-- Delete entries that have arrived elsewhere. Never a row, also where somebody else has deleted them.
delete from waymark.outbox o using unnest($1::smallint[], $2::bigint[]) as g (part, n)
 where o.part = g.part and o.n = g.n;

-- name: record_sent
-- Remember that their sender has deleted them. Never a row.
update waymark.received r set confirmed_at = clock_timestamp()
  from unnest($1::smallint[], $2::smallint[], $3::bigint[]) as g (part, from_part, n)
 where r.part = g.part and r.from_part = g.from_part and r.n = g.n;
