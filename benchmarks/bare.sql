-- The least SQL that keeps what a run comes to: its state and its history, by key, and nothing else. No fence, no
-- revision that is checked, no inbox, no index for listing. What a durable engine on Postgres cannot be faster than.

-- name: make
-- The tables, empty, of the columns that ours have. Never a row.
drop schema if exists bare cascade;
create schema bare;
create table bare.runs (
    like waymark.runs including defaults including storage, primary key (part, run)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);
create table bare.calls (like waymark.calls including defaults including storage, primary key (part, run, call));

-- name: start
-- New runs. Never a row.
insert into bare.runs (part, run, unit, workflow, key)
select w.part, w.run, $3, 'chain', w.run::text from unnest($1::smallint[], $2::uuid[]) as w (part, run);

-- name: write
-- The next state of some runs, with no call that has finished. Never a row.
update bare.runs r set revision = r.revision + 1, status = $3, root = w.root, started_at = now()
  from unnest($1::smallint[], $2::uuid[], $4::bytea[]) as w (part, run, root)
 where r.part = w.part and r.run = w.run;

-- name: write_with_calls
-- The next state of some runs, and a finished call of each: both in one statement. Never a row.
with written as (
    update bare.runs r set
        revision = r.revision + 1, status = $3, root = w.root, outcome = w.outcome,
        finished_at = case when $3 = 'finished' then now() end
      from unnest($1::smallint[], $2::uuid[], $4::bytea[], $5::bytea[]) as w (part, run, root, outcome)
     where r.part = w.part and r.run = w.run
)
insert into bare.calls (part, run, call, attempt, ok, started_at, finished_at, action, arguments, outcome)
select w.part, w.run, $6, 1, true, now(), now(), $7, $8, $9 from unnest($1::smallint[], $2::uuid[]) as w (part, run);

-- name: write_branches
-- The next state of one run, and a finished call for each of its branches of these numbers. Never a row.
with written as (
    update bare.runs r set revision = r.revision + 1, status = $3, root = $4, started_at = now()
     where r.part = $1 and r.run = $2
)
insert into bare.calls (part, run, call, attempt, ok, started_at, finished_at, action, arguments, outcome)
select $1, $2, c.call, 1, true, now(), now(), $6, $7, $8 from unnest($5::int[]) as c (call);
