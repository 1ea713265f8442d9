-- What those ask who start runs and wait for them.

-- name: put_units
-- Keep units by hash. Never a row; one that is there already stays.
insert into waymark.units (code_hash, body) select * from unnest($1::bytea[], $2::bytea[]) on conflict do nothing;

-- name: get_unit
-- A unit by its hash. Empty: nobody has uploaded it.
select body from waymark.units where code_hash = $1;

-- name: start_one
-- Start one run that has nothing but a priority, see start_v2. Always one row: the run of this key.
select waymark.start_v2($1, $2, $3, $4, $5, $6, $7) as run;

-- name: start
-- Start runs, see start_many_v1. Always one row: the runs of these keys, in their order.
select waymark.start_many_v1($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) as runs;

-- name: start_copied
-- Start the runs of a batch that was copied, see start_copied_v1. Always one row: their runs, in the order of the batch.
select waymark.start_copied_v1($1) as runs;

-- name: cancel
-- Leave a cancel for the owner of a run. Empty: there is no such run, or it has ended.
insert into waymark.inbox (part, run, kind, body)
select part, run, 2, $3 from waymark.runs where part = $1 and run = $2 and finished_at is null
returning seq;

-- name: resume
-- Ask the owner of a run that was set aside or paused to take it up again. Empty: there is no such run, or it has ended.
-- A pause may still be on its way to the row, so one that runs gets the entry, too.
insert into waymark.inbox (part, run, kind, body)
select part, run, 3, '' from waymark.runs where part = $1 and run = $2 and finished_at is null
returning seq;

-- name: pause
-- Ask the owner of a run to execute nothing of it until it is resumed. Empty: there is no such run, or it has ended.
insert into waymark.inbox (part, run, kind, body)
select part, run, 6, '' from waymark.runs where part = $1 and run = $2 and finished_at is null
returning seq;

-- name: retry
-- Ask the owner of a failed run to go on before its failure. Empty: there is no such run, or it has not failed, or it was
-- cancelled, and nothing is kept of it.
insert into waymark.inbox (part, run, kind, body)
select part, run, 7, '' from waymark.runs
 where part = $1 and run = $2 and status = 'failed' and error_type is distinct from 'CancelledError'
returning seq;

-- name: send
-- Leave a message for the owner of a run. Empty: there is no such run, or it has ended.
insert into waymark.inbox (part, run, kind, body)
select part, run, 5, $3 from waymark.runs where part = $1 and run = $2 and finished_at is null
returning seq;

-- name: find_run
-- The run of a workflow's key. Empty: nobody started it.
select run from waymark.ids where part = $1 and workflow = $2 and key = $3;

-- name: read_ended_runs
-- Those of some runs that have ended. Empty: go on waiting.
select r.part, r.run, r.status, r.outcome, r.reason
  from unnest($1::smallint[], $2::uuid[]) as w (part, run)
 cross join lateral (
    select * from waymark.runs r
     where r.part = w.part and r.run = w.run and r.finished_at is not null offset 0
  ) r;
