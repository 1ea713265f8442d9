-- What those ask who start runs and wait for them.

-- name: put_units
-- Keep units by hash. Never a row; one that is there already stays.
insert into waymark.units (code_hash, body) select * from unnest($1::bytea[], $2::bytea[]) on conflict do nothing;

-- name: get_unit
-- A unit by its hash. Empty: nobody has uploaded it.
select body from waymark.units where code_hash = $1;

-- name: start
-- Start a run, see start_v2. Always one row: the run of this key.
select waymark.start_v2($1, $2, $3, $4, $5, $6, $7) as run;

-- name: cancel
-- Leave a cancel for the owner of a run. Empty: there is no such run, or it has ended.
insert into waymark.inbox (part, run, kind, body)
select part, run, 2, $3 from waymark.runs where part = $1 and run = $2 and finished_at is null
returning seq;

-- name: resume
-- Ask the owner of a parked run to take it up again. Empty: there is no such run, or it is not parked.
insert into waymark.inbox (part, run, kind, body)
select part, run, 3, '' from waymark.runs where part = $1 and run = $2 and status = 'parked'
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
select r.part, r.run, r.workflow, r.key, r.unit, d.arguments, d.seed, r.status, r.revision, r.root,
       waymark.instant_of(r.wake_at) as wake_at, r.outcome, r.reason, r.priority
  from unnest($1::smallint[], $2::uuid[]) as w (part, run)
  join waymark.runs r on r.part = w.part and r.run = w.run
  join waymark.run_data d on d.part = w.part and d.run = w.run
 where r.finished_at is not null;
