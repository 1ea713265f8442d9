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
-- Engines that may still own partitions, and those that others leave partitions to, since their lease runs. Empty: all
-- partitions are free, or their owners never registered.
select e.engine, e.host, e.lock from waymark.engines e
 where e.lease_until >= clock_timestamp() or exists (select from waymark.partitions p where p.engine = e.engine)
 order by e.engine;

-- name: end_lease
-- End the lease of an engine that is dead. Never a row, whether it was known or not.
update waymark.engines set lease_until = '-infinity' where engine = $1;

-- name: acquire
-- Take partitions, see acquire_v1. Empty: all of them have other owners who live.
select part, epoch from waymark.acquire_v1($1, $2, $3);

-- name: end_halted
-- End connections of engines that stopped after sending a commit and before sending its end. The server has executed it,
-- holds its locks, and bounds the wait for the end by none of its timeouts. $1: for how many milliseconds nothing of ours
-- can take so long. Another role's are not ours to end, and asking for that would be an error. Empty: there are none.
select a.pid, pg_terminate_backend(a.pid) as ended
  from pg_stat_activity a
 where a.datname = current_database() and a.application_name like 'waymark% lane%' and a.pid <> pg_backend_pid()
   and a.state = 'active' and a.wait_event = 'ClientRead' and pg_has_role(a.usesysid, 'USAGE')
   and a.query_start < clock_timestamp() - $1 * interval '1 millisecond'
   and exists (select from pg_locks l where l.pid = a.pid and l.relation = 'waymark.partitions'::regclass);

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
-- SQLSTATE WM001 or WM002. Columns of numbers and ids come as texts: see literals.py.
select waymark.commit_v2(
    $1, $2::text::smallint[], $3::text::bigint[],
    $4::text::smallint[], $5::text::uuid[], $6::text::bigint[], $7::text::text[], $8, $9::text::bigint[], $10, $11, $12, $13,
    $14::text::smallint[], $15::text::uuid[], $16::text::bigint[], $17,
    $18::text::smallint[], $19::text::uuid[], $20::text::bigint[],
    $21::text::smallint[], $22::text::bigint[],
    $23::text::smallint[], $24::text::uuid[], $25::text::bigint[], $26::text::integer[], $27::text::boolean[],
    $28::text::bigint[], $29::text::bigint[], $30::text::text[], $31, $32, $33,
    $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47
) as sent;

-- name: read_inbox
-- The oldest entries that no commit has consumed, and the runs of starts beyond $3. Empty: there is nothing to do.
-- $1 has a bit for each partition: a list of them would be searched for each entry, and costs the driver more than that.
-- Entries of other owners may stand before ours: after so many ($4) of theirs each of our partitions is asked by itself.
with oldest as materialized (
    select part, seq, run, kind, body from waymark.inbox order by seq limit $4
), ours as materialized (
    select * from oldest where get_bit($1::bytea, part) = 1 limit $2
), apart as (
    select i.*
      from generate_series(0, 255) as p (part)
     cross join lateral (
        select part, seq, run, kind, body from waymark.inbox i where i.part = p.part::smallint order by i.part, i.seq limit $2
     ) i
     where get_bit($1::bytea, p.part) = 1
       and case when (select count(*) from ours) < $2 then (select count(*) from oldest) >= $4 end
     order by i.seq limit $2
)
select i.part, i.seq, i.run, i.kind, i.body,
       r.workflow, r.key, r.unit, r.arguments, r.seed, r.status, r.revision, r.root,
       waymark.instant_of(r.wake_at) as wake_at, r.outcome, r.reason, r.priority,
       waymark.instant_of(r.start_at) as start_at, waymark.instant_of(r.deadline_at) as deadline_at
  from (
    select * from apart
    union all
    select * from ours where not exists (select from apart)
  ) i
  left join lateral (
    select r.*, d.arguments, d.seed from waymark.runs r join waymark.run_data d using (part, run)
     where i.kind = 1 and i.seq > $3 and r.part = i.part and r.run = i.run offset 0
  ) r on true
 order by i.seq;

-- name: read_letters
-- The same without starts, for an owner that has no room for more runs. Empty: there is nothing to do.
with oldest as materialized (
    select part, seq, run, kind, body from waymark.inbox where kind <> 1 order by seq limit $3
), ours as materialized (
    select * from oldest where get_bit($1::bytea, part) = 1 limit $2
), apart as (
    select i.*
      from generate_series(0, 255) as p (part)
     cross join lateral (
        select part, seq, run, kind, body from waymark.inbox i
         where i.part = p.part::smallint and i.kind <> 1 order by i.part, i.seq limit $2
     ) i
     where get_bit($1::bytea, p.part) = 1
       and case when (select count(*) from ours) < $2 then (select count(*) from oldest) >= $3 end
     order by i.seq limit $2
)
select * from apart
union all
select * from ours where not exists (select from apart)
 order by seq;

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
-- Sleeping runs that wake until $2, after those of the page before. Empty: nobody else wakes so soon. The bound is a
-- parameter, and never clock_timestamp(), with which every sleeper would be looked at. A run that has ended has no
-- wake_at.
select r.part, r.run, r.workflow, r.key, r.unit, d.arguments, d.seed, r.status, r.revision, r.root,
       waymark.instant_of(r.wake_at) as wake_at, r.outcome, r.reason, r.priority,
       waymark.instant_of(r.start_at) as start_at, waymark.instant_of(r.deadline_at) as deadline_at
  from (
    select * from waymark.runs r
     where r.part = any ($1) and r.wake_at <= waymark.time_of($2) and r.finished_at is null
       and r.wake_at >= coalesce(waymark.time_of($4), '-infinity')
       and ($4 is null or (r.wake_at, r.part, r.run) > (waymark.time_of($4), $5::smallint, $6::uuid))
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
