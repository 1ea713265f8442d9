-- What people ask of runs. No engine asks any of this, and none of it locks a row that one writes.

-- name: list_runs
-- A page of runs, the newest first. Empty: there are no more.
select r.* from waymark.runs_shown_v1 r
 where ($1::text is null or r.workflow = $1)
   and ($2::text[] is null or r.status = any ($2))
   and ($3::text is null or r.tags @> array[$3])
   and ($4::bigint is null or r.created_at >= waymark.time_of($4))
   and ($5::text is null or position($5 in r.key) > 0 or position($5 in coalesce(r.error_text, '')) > 0)
   and ($6::uuid is null or r.parent = $6)
   and ($7::bigint is null
        or (r.created_at <= waymark.time_of($7) and (r.created_at, r.run) < (waymark.time_of($7), $8::uuid)))
 order by r.created_at desc, r.run desc limit $9;

-- name: list_failed_runs
-- The same of those that failed, by their own index. Empty: there are no more.
select r.* from waymark.runs_shown_v1 r
 where r.error_type is not null
   and ($1::text is null or r.workflow = $1)
   and ($2::text[] is null or r.status = any ($2))
   and ($3::text is null or r.tags @> array[$3])
   and ($4::bigint is null or r.created_at >= waymark.time_of($4))
   and ($5::text is null or position($5 in r.key) > 0 or position($5 in coalesce(r.error_text, '')) > 0)
   and ($6::uuid is null or r.parent = $6)
   and ($7::bigint is null
        or (r.created_at <= waymark.time_of($7) and (r.created_at, r.run) < (waymark.time_of($7), $8::uuid)))
 order by r.created_at desc, r.run desc limit $9;

-- name: list_parked_runs
-- The same of those that are parked, by their own index. Empty: there are no more.
select r.* from waymark.runs_shown_v1 r
 where r.reason is not null
   and ($1::text is null or r.workflow = $1)
   and ($2::text[] is null or r.status = any ($2))
   and ($3::text is null or r.tags @> array[$3])
   and ($4::bigint is null or r.created_at >= waymark.time_of($4))
   and ($5::text is null or position($5 in r.key) > 0 or position($5 in coalesce(r.error_text, '')) > 0)
   and ($6::uuid is null or r.parent = $6)
   and ($7::bigint is null
        or (r.created_at <= waymark.time_of($7) and (r.created_at, r.run) < (waymark.time_of($7), $8::uuid)))
 order by r.created_at desc, r.run desc limit $9;

-- name: read_run_row
-- One run as lists show it. Empty: there is no such run.
select r.* from waymark.runs_shown_v1 r where r.part = $1 and r.run = $2;

-- name: read_history
-- What happened to a run. Empty: nothing that is told.
select 'call' as kind, waymark.instant_of(c.started_at) as at, waymark.instant_of(c.finished_at) as until,
       c.call as number, c.attempt, c.action as name, c.ok, c.arguments, c.outcome as body, null as text
  from waymark.calls c where c.part = $1 and c.run = $2
union all
select 'attempt', waymark.instant_of(a.started_at), waymark.instant_of(a.finished_at),
       a.call, a.attempt, '', false, null, null, a.why
  from waymark.attempts a where a.part = $1 and a.run = $2
union all
select 'log', waymark.instant_of(l.at), null, l.n, 0, l.level, true, null, l.said, null
  from waymark.logs l where l.part = $1 and l.run = $2
union all
select d.did, waymark.instant_of(d.at), null, d.n, 0, d.who, true, null, null, d.said
  from waymark.control_log d where d.run = $2
 order by 2, 1, 4, 5;

-- name: read_state
-- A run with all its pages, as one commit left it. Empty: there is no such run.
select r.part, r.run, r.workflow, r.key, r.unit, d.arguments, d.seed, r.status, r.revision, r.root,
       waymark.instant_of(r.wake_at) as wake_at, r.outcome, r.reason, r.priority,
       waymark.instant_of(r.start_at) as start_at, waymark.instant_of(r.deadline_at) as deadline_at,
       array(select g.page from waymark.pages g where g.part = $1 and g.run = $2 order by g.page) as pages,
       array(select g.body from waymark.pages g where g.part = $1 and g.run = $2 order by g.page) as bodies
  from waymark.runs r join waymark.run_data d using (part, run)
 where r.part = $1 and r.run = $2;

-- name: list_workflows
-- Every workflow with runs, by name, found by hopping over the index from one name to the next. Empty: nobody has
-- started anything.
with recursive names as (
    (select workflow from waymark.runs order by workflow limit 1)
    union all
    select (select r.workflow from waymark.runs r where r.workflow > n.workflow order by r.workflow limit 1)
      from names n where n.workflow is not null
)
select n.workflow, last.unit, waymark.instant_of(last.created_at) as last_start
  from names n
  cross join lateral (
      select r.unit, r.created_at from waymark.runs r
       where r.workflow = n.workflow order by r.created_at desc limit 1
  ) last
 where n.workflow is not null
 order by n.workflow;

-- name: list_engines
-- Engines and their action workers. Empty: nobody executes anything.
select 'engine' as kind, e.engine as id, e.host, null::integer as pid, e.lease_until >= clock_timestamp() as alive,
       (select count(*) from waymark.partitions p where p.engine = e.engine)::integer as partitions,
       0 as slots, '{}'::text[] as actions, waymark.instant_of(e.beat_at) as seen_at
  from waymark.engines e
union all
select 'worker', w.worker, coalesce(e.host, ''), w.pid, coalesce(e.lease_until >= clock_timestamp(), false), 0,
       w.slots, w.actions, waymark.instant_of(w.seen_at)
  from waymark.workers w left join waymark.engines e on e.engine = w.engine
 order by 1, 3, 2;

-- name: note
-- Write down what somebody did to a run. Never a row.
insert into waymark.control_log (who, did, part, run, said) values ($1, $2, $3, $4, $5);

-- name: find_pause
-- A pause that the owner of a run has not looked at. Empty: nobody has asked for one.
select seq from waymark.inbox where part = $1 and run = $2 and kind = 6 limit 1;
