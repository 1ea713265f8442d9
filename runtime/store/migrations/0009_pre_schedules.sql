-- Schedules that fire, and what becomes of runs that have ended.

-- --- schedules ---

-- Nothing has filled the table yet. Two workflows may have schedules of one name, and those may share a partition.
alter table waymark.schedules
    drop constraint schedules_pkey,
    add column id uuid not null,
    add column due timestamptz,
    add column waiting timestamptz,
    add column since timestamptz not null default '-infinity',
    add column last_key text,
    add column updated_at timestamptz not null default clock_timestamp(),
    add primary key (part, workflow, schedule);
comment on column waymark.schedules.due is 'The next instant of its plan. Null: there is none any more.';
comment on column waymark.schedules.next_at is 'When to look at it again: `due` and its jitter, or sooner for one that waits. Null: never, as while it is paused.';
comment on column waymark.schedules.waiting is 'An instant that waits for the end of the run before it.';
comment on column waymark.schedules.since is 'Runs of it from before then have all ended, so that nobody looks through them again.';
comment on column waymark.schedules.fired_at is 'When it last started a run.';
comment on column waymark.schedules.last_key is 'The id of the run that it started last.';
comment on column waymark.schedules.arguments is 'Of its runs, encoded.';

create function waymark.write_schedule_v1(
    of_part smallint, of_workflow text, of_name text, with_id uuid, expected bigint,
    to_unit bytea, to_arguments bytea, to_plan bytea, to_state text, to_due bigint, to_look_at bigint, to_waiting bigint,
    to_since bigint, to_fired_at bigint, to_last_key text, to_priority integer,
    start_keys text[], start_runs uuid[], start_seeds bytea[], cancel_parts smallint[], cancel_runs uuid[], cancel_why bytea
) returns boolean
language plpgsql as $$
declare
    started uuid;
    n integer;
begin
    perform waymark.guard_v1();
    if expected is null then
        insert into waymark.schedules (part, schedule, workflow, unit, arguments, plan, state, next_at, priority, id, due, since)
            values (of_part, of_name, of_workflow, to_unit, to_arguments, to_plan, to_state, waymark.time_of(to_look_at),
                    to_priority, with_id, waymark.time_of(to_due), waymark.time_of(to_since))
            on conflict do nothing;
    else
        -- Two who fire the same instant: the second one waits here, and finds another revision.
        update waymark.schedules s set
            unit = to_unit, arguments = to_arguments, plan = to_plan, state = to_state, revision = s.revision + 1,
            next_at = waymark.time_of(to_look_at), fired_at = waymark.time_of(to_fired_at), priority = to_priority,
            due = waymark.time_of(to_due), waiting = waymark.time_of(to_waiting), since = waymark.time_of(to_since),
            last_key = to_last_key, updated_at = clock_timestamp()
        where s.part = of_part and s.workflow = of_workflow and s.schedule = of_name and s.revision = expected;
    end if;
    if not found then
        return false;
    end if;
    for n in 1 .. cardinality(start_keys) loop
        started := waymark.start_v2(of_workflow, start_keys[n], start_runs[n], to_unit, to_arguments, start_seeds[n], to_priority);
        if started = start_runs[n] then  -- and not an earlier run of the same instant
            update waymark.runs r set schedule = of_name
            where r.part = waymark.partition_of(of_workflow, start_keys[n]) and r.run = started;
        end if;
    end loop;
    insert into waymark.inbox (part, run, kind, body)
        select r.part, r.run, 2, cancel_why from unnest(cancel_parts, cancel_runs) as c (part, run)
        join waymark.runs r on r.part = c.part and r.run = c.run
        where r.finished_at is null;
    return true;
end
$$;
comment on function waymark.write_schedule_v1 is
    'Write a schedule that stands at the expected revision (null: that is not there), start its runs and cancel others, '
    'all in one. False: it stands elsewhere, and nothing was done.';

-- --- what is kept for a while ---

create function waymark.collect_v1(ended_before timestamptz, from_then timestamptz, runs_max integer)
returns table (collected integer, reached timestamptz)
language plpgsql
set enable_seqscan = off
as $$
declare
    parts smallint[];
    run_ids uuid[];
    n integer;
begin
    perform waymark.guard_v1();
    -- Ended runs are nobody's: no commit writes to them. Whoever collects beside us has locked its own.
    select array_agg(c.part), array_agg(c.run), count(*), max(c.created_at) into parts, run_ids, n, reached
    from (
        select r.part, r.run, r.created_at from waymark.runs r
        where r.created_at >= from_then and r.created_at < ended_before and r.finished_at < ended_before
        order by r.created_at limit runs_max for update of r skip locked
    ) c;
    collected := n;
    if n = 0 then
        return next;
        return;
    end if;
    -- The id first: who starts it anew waits for this transaction, and then finds neither id nor run.
    delete from waymark.ids i using unnest(parts, run_ids) as c (part, run), waymark.runs r
    where r.part = c.part and r.run = c.run
        and i.part = r.part and i.workflow = r.workflow and i.key = r.key and i.run = r.run;
    delete from waymark.pages g using unnest(parts, run_ids) as c (part, run) where g.part = c.part and g.run = c.run;
    delete from waymark.point_pages g using unnest(parts, run_ids) as c (part, run) where g.part = c.part and g.run = c.run;
    delete from waymark.points g using unnest(parts, run_ids) as c (part, run) where g.part = c.part and g.run = c.run;
    delete from waymark.offers o using unnest(parts, run_ids) as c (part, run) where o.part = c.part and o.run = c.run;
    delete from waymark.control_log l using unnest(run_ids) as c (run) where l.run = c.run;
    delete from waymark.run_data d using unnest(parts, run_ids) as c (part, run) where d.part = c.part and d.run = c.run;
    delete from waymark.runs r using unnest(parts, run_ids) as c (part, run) where r.part = c.part and r.run = c.run;
    return next;
end
$$;
comment on function waymark.collect_v1 is
    'Delete some runs that ended before a time and were started since another, oldest first, with all that is theirs. How '
    'many, and when the last of them was started. What waits in the inbox for one is answered by its owner as ever.';

create function waymark.count_collectable_v1(ended_before timestamptz) returns bigint
language sql stable
return (select count(*) from waymark.runs r where r.created_at < ended_before and r.finished_at < ended_before);
comment on function waymark.count_collectable_v1 is 'How many runs `collect_v1` would delete in all.';

create function waymark.days_before_v1(before date) returns text[]
language sql stable
return array(
    select c.relname::text from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    join pg_class p on p.oid = i.inhparent
    join pg_namespace n on n.oid = p.relnamespace
    where n.nspname = 'waymark' and p.relname = any (waymark.by_day_v1())
        and c.relname ~ '_\d{4}_\d\d_\d\d$' and right(c.relname, 10) < to_char(before, 'YYYY_MM_DD')
    order by 1
);
comment on function waymark.days_before_v1 is 'The partitions of days before this one, which retention drops.';

-- As drop_days_v1, of one partition: a lock is held for one at a time, and what was dropped stays so if the next is busy.
create function waymark.drop_day_v1(child text, before date) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    -- Whoever reads the table would hold us, and behind us everybody who writes: give up soon, and try again.
    perform set_config('lock_timeout', '200ms', true);
    if child <> all (waymark.days_before_v1(before)) then
        return false;  -- somebody else was first
    end if;
    execute format('drop table waymark.%I', child);
    return true;
end
$$;
revoke execute on function waymark.drop_day_v1 from public;
comment on function waymark.drop_day_v1 is 'Drop one partition of a day before this one. SQLSTATE 55P03: it is being read.';

create function waymark.sweep_undated_v1(before date) returns bigint
language plpgsql as $$
declare
    swept bigint := 0;
    n bigint;
    name text;
begin
    foreach name in array waymark.by_day_v1() loop
        execute format('delete from waymark.%I where day < %L', name || '_undated', before);
        get diagnostics n = row_count;
        swept := swept + n;
    end loop;
    delete from waymark.stats where minute < before;
    get diagnostics n = row_count;
    return swept + n;
end
$$;
comment on function waymark.sweep_undated_v1 is 'Delete what is older than a day and in no partition that could be dropped. How many rows.';
