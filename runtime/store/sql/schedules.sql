-- What schedulers and people ask of schedules.

-- name: write_schedule
-- Write a schedule and what it starts, see write_schedule_v1. Always one row: whether it stood at that revision.
select waymark.write_schedule_v1(
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22
) as written;

-- name: get_schedule
-- A schedule by its workflow and name. Empty: it was never registered.
select id, workflow, schedule, unit, arguments, plan, state, revision, waymark.instant_of(due) as due,
       waymark.instant_of(next_at) as look_at, waymark.instant_of(waiting) as waiting,
       case when isfinite(since) then waymark.instant_of(since) else 0 end as since,
       waymark.instant_of(fired_at) as fired_at, last_key, priority,
       waymark.instant_of(created_at) as created_at, waymark.instant_of(updated_at) as updated_at
  from waymark.schedules where part = $1 and workflow = $2 and schedule = $3;

-- name: list_schedules
-- Schedules that are in one of these states, by workflow and name. Empty: there are none.
select id, workflow, schedule, unit, arguments, plan, state, revision, waymark.instant_of(due) as due,
       waymark.instant_of(next_at) as look_at, waymark.instant_of(waiting) as waiting,
       case when isfinite(since) then waymark.instant_of(since) else 0 end as since,
       waymark.instant_of(fired_at) as fired_at, last_key, priority,
       waymark.instant_of(created_at) as created_at, waymark.instant_of(updated_at) as updated_at
  from waymark.schedules where state = any ($1) order by workflow, schedule;

-- name: read_due_schedules
-- Schedules to look at until $2. Empty: none is due so soon.
select id, workflow, schedule, unit, arguments, plan, state, revision, waymark.instant_of(due) as due,
       waymark.instant_of(next_at) as look_at, waymark.instant_of(waiting) as waiting,
       case when isfinite(since) then waymark.instant_of(since) else 0 end as since,
       waymark.instant_of(fired_at) as fired_at, last_key, priority,
       waymark.instant_of(created_at) as created_at, waymark.instant_of(updated_at) as updated_at
  from waymark.schedules
 where part = any ($1) and next_at <= waymark.time_of($2) and state = 'active'
 order by next_at, workflow, schedule limit $3;

-- name: read_runs_of_schedule
-- Runs of a schedule that have not ended, of those started since $3, the first ones first. Empty: it is at rest.
select part, run, waymark.instant_of(created_at) as created_at from waymark.runs
 where schedule = $2 and workflow = $1 and created_at >= waymark.time_of($3) and finished_at is null
 order by created_at limit $4;
