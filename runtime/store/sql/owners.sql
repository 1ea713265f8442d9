-- What an engine asks for its partitions.

-- name: check_session
-- What a fresh connection is like. Always one row.
select current_setting('transaction_isolation') as isolation, current_setting('server_version_num')::int as version,
       pg_is_in_recovery() as is_standby, current_setting('transaction_read_only') = 'on' as reads_only;

-- name: read_clock
-- The database's clock. Always one row.
select waymark.instant_of(clock_timestamp()) as instant;

-- name: register
-- Introduce an engine, whose lease begins with its first acquire. Never a row.
insert into waymark.engines (engine, host, lock, lease_until) values ($1, $2, $3, clock_timestamp())
    on conflict (engine) do update set host = excluded.host, lock = excluded.lock;

-- name: make_days
-- Make partitions for what is written in the next two weeks, see make_days_v1. Always one row: how many were made.
select waymark.make_days_v1((now() at time zone 'utc')::date, 14) as made;

-- name: read_engines
-- Engines that may still own partitions. Empty: all partitions are free, or their owners never registered.
select e.engine, e.host, e.lock from waymark.engines e
 where exists (select from waymark.partitions p where p.engine = e.engine)
 order by e.engine;

-- name: end_lease
-- End the lease of an engine that is dead. Never a row, whether it was known or not.
update waymark.engines set lease_until = '-infinity' where engine = $1;

-- name: acquire
-- Take partitions, see acquire_v1. Empty: all of them have other owners who live.
select part, epoch from waymark.acquire_v1($1, $2, $3);

-- name: extend_lease
-- Extend a lease. Empty: it is over, or somebody took a partition after it was; the engine drops everything.
update waymark.engines
   set beat_at = clock_timestamp(), lease_until = clock_timestamp() + $2 * interval '1 millisecond'
 where engine = $1 and lease_until >= clock_timestamp()
returning engine;

-- name: read_peers
-- The engines whose lease runs, without a part; and who asks for which partition of this one. Empty: nobody lives.
select null::smallint as part, engine from waymark.engines where lease_until >= clock_timestamp()
union all
select part, wanted_by from waymark.partitions where engine = $1 and wanted_by is not null;

-- name: want_partitions
-- Ask for partitions of others, see want_v1. Always one row, without meaning.
select waymark.want_v1($1, $2);

-- name: hand_over
-- Give partitions to who asked for them, see hand_over_v1. Empty: none was ours under its epoch, or nobody asks any more.
select part from waymark.hand_over_v1($1, $2, $3, $4) as part;

-- name: release
-- Give up every partition. Always one row, without meaning.
select waymark.release_v1($1);

-- name: settle_commit
-- Wait until no transaction holds these partitions: afterwards a commit of unknown outcome is either there or will be
-- refused. Empty: there are no such partitions.
select part from waymark.partitions where part = any ($1) order by part for update;

-- name: commit
-- Write a batch, see commit_v2. Always one row: whether something was left in an outbox; a refusal is an error with the
-- SQLSTATE WM001 or WM002.
select waymark.commit_v2(
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
    $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47
) as sent;

-- name: read_inbox
-- The oldest entries that no commit has consumed. Empty: there is nothing to do.
select part, seq, run, kind, body from waymark.inbox
 where part = any ($1) and ($3 or kind <> 1)
 order by seq limit $2;

-- name: read_strikes
-- Every strike that no commit has consumed. Empty: no engine died while it executed a run of these partitions.
select part, seq, run, kind, body from waymark.inbox where part = any ($1) and kind = 4 order by seq;

-- name: strike
-- Note that an engine died while it executed this run. Empty: there is no such run, or it has ended.
insert into waymark.inbox (part, run, kind, body)
select part, run, 4, $3 from waymark.runs where part = $1 and run = $2 and finished_at is null
returning seq;

-- name: read_live_runs
-- Runs with state that have not ended and do not sleep. Empty: these partitions are at rest.
select r.part, r.run, r.workflow, r.key, r.unit, d.arguments, d.seed, r.status, r.revision, r.root,
       waymark.instant_of(r.wake_at) as wake_at, r.outcome, r.reason, r.priority,
       waymark.instant_of(r.start_at) as start_at, waymark.instant_of(r.deadline_at) as deadline_at
  from waymark.runs r
  join waymark.run_data d using (part, run)
 where r.part = any ($1) and r.finished_at is null and r.root <> '' and r.wake_at is null
 order by r.part, r.run;

-- name: read_due_runs
-- Sleeping runs that wake until $2. Empty: nobody wakes so soon. The bound is a parameter, and never clock_timestamp(),
-- with which every sleeper would be looked at. A run that has ended has no wake_at.
select r.part, r.run, r.workflow, r.key, r.unit, d.arguments, d.seed, r.status, r.revision, r.root,
       waymark.instant_of(r.wake_at) as wake_at, r.outcome, r.reason, r.priority,
       waymark.instant_of(r.start_at) as start_at, waymark.instant_of(r.deadline_at) as deadline_at
  from (
    select * from waymark.runs r
     where r.part = any ($1) and r.wake_at <= waymark.time_of($2) and r.finished_at is null
     order by r.wake_at, r.part, r.run limit $3
  ) r
  -- `offset 0` here and elsewhere: row by row, by key. A plan that is made for any values would read the table whole.
 cross join lateral (select * from waymark.run_data d where d.part = r.part and d.run = r.run offset 0) d
 order by r.wake_at, r.part, r.run;

-- name: get_runs
-- Those of some runs that exist. Empty: none does.
select r.part, r.run, r.workflow, r.key, r.unit, d.arguments, d.seed, r.status, r.revision, r.root,
       waymark.instant_of(r.wake_at) as wake_at, r.outcome, r.reason, r.priority,
       waymark.instant_of(r.start_at) as start_at, waymark.instant_of(r.deadline_at) as deadline_at
  from unnest($1::smallint[], $2::uuid[]) as w (part, run)
 cross join lateral (select * from waymark.runs r where r.part = w.part and r.run = w.run offset 0) r
 cross join lateral (select * from waymark.run_data d where d.part = w.part and d.run = w.run offset 0) d;

-- name: load_pages
-- The pages of a run. Empty: its state is all in its root, or there is no such run.
select page, body from waymark.pages where part = $1 and run = $2;

-- name: count_pages
-- How many pages some runs hold. Always one row.
select count(*) as pages from waymark.pages where run = any ($1);

-- name: read_calls
-- The finished calls of a run. Empty: none has finished.
select part, run, call, action, attempt, waymark.instant_of(started_at) as started_at,
       waymark.instant_of(finished_at) as finished_at, ok, arguments, outcome
  from waymark.calls where part = $1 and run = $2 order by call;
