-- Many starts in one statement: those of one process that come at the same time, and bulk starts, which are copied in.
-- And of several databases, which of them is home to what.

create function waymark.after_v1(since timestamptz, microseconds bigint) returns timestamptz
language sql stable strict parallel safe
return since + (microseconds / 1000000) * interval '1 second' + (microseconds % 1000000) * interval '1 microsecond';
comment on function waymark.after_v1 is 'So much later. In two steps, as in `time_of`.';

create function waymark.start_many_v1(
    for_workflows text[], with_keys text[], new_runs uuid[], of_units bytea[], with_arguments bytea[], with_seeds bytea[],
    with_priorities integer[], into_queues text[], parent_parts smallint[], parent_runs uuid[], by_schedules text[],
    with_tags text[], at_instants bigint[], after_us bigint[], timeouts_us bigint[], replacing boolean[]
) returns uuid[]
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_nestloop = off  -- what is new is joined with what was said: a thousand rows with a thousand
as $$
declare
    known uuid[];
    fresh uuid[] := '{}';
    claim record;
begin
    perform waymark.guard_v1();
    for claim in
        select s.workflow, s.key, s.run, waymark.partition_of(s.workflow, s.key) as part
        from unnest(for_workflows, with_keys, new_runs, replacing) as s (workflow, key, run, replace)
        where s.replace order by 4, 1, 2
    loop
        -- Of two who take the same id over, the second waits here, and finds the first one's run, which has not ended.
        update waymark.ids i set run = claim.run
        where i.part = claim.part and i.workflow = claim.workflow and i.key = claim.key and i.run <> claim.run
            and exists (select from waymark.runs r where r.part = i.part and r.run = i.run and r.finished_at is not null);
        if found then
            fresh := fresh || claim.run;
        end if;
    end loop;
    loop
        with said as (
            select s.*, waymark.partition_of(s.workflow, s.key) as part, clock_timestamp() as heard_at,
                   coalesce(waymark.time_of(s.at), waymark.after_v1(clock_timestamp(), s.delay_us)) as start_at
            from unnest(for_workflows, with_keys, new_runs, of_units, with_arguments, with_seeds, with_priorities,
                        into_queues, parent_parts, parent_runs, by_schedules, with_tags, at_instants, after_us, timeouts_us)
                with ordinality
                as s (workflow, key, run, unit, arguments, seed, priority, queue, parent_part, parent, schedule, tags, at,
                      delay_us, timeout_us, n)
        ), added as (
            -- Waits for other transactions that are adding one of these keys; always in one order, so that two who
            -- start the same ones do not wait for each other.
            insert into waymark.ids (part, workflow, key, run)
                select s.part, s.workflow, s.key, s.run from said s order by s.part, s.workflow, s.key, s.n
                on conflict (part, workflow, key) do nothing
                returning run
        ), new as (
            select s.*, (s.start_at > s.heard_at) is true as is_later
            from said s join (select run from added union all select unnest(fresh)) f using (run)
        ), run_rows as (
            insert into waymark.runs (part, run, unit, workflow, key, priority, queue, parent_part, parent, schedule, tags,
                                      start_at, wake_at, deadline_at)
                select n.part, n.run, n.unit, n.workflow, n.key, n.priority, n.queue, n.parent_part, n.parent, n.schedule,
                       n.tags::text[], case when n.is_later then n.start_at end, case when n.is_later then n.start_at end,
                       waymark.after_v1(case when n.is_later then n.start_at else n.heard_at end, n.timeout_us)
                from new n
        ), data_rows as (
            insert into waymark.run_data (part, run, arguments, seed)
                select n.part, n.run, n.arguments, n.seed from new n
        )
        -- One that starts later sleeps until then, and is found as sleepers are.
        insert into waymark.inbox (part, run, kind, body)
            select n.part, n.run, 1, '' from new n where not n.is_later order by n.n;
        fresh := '{}';
        known := array(
            select (
                select i.run from waymark.ids i
                where i.part = waymark.partition_of(s.workflow, s.key) and i.workflow = s.workflow and i.key = s.key
            )
            from unnest(for_workflows, with_keys) with ordinality as s (workflow, key, n) order by s.n
        );
        if array_position(known, null) is null then
            return known;
        end if;
        -- A row in the way was deleted between the two statements.
    end loop;
end
$$;
comment on function waymark.start_many_v1 is
    'Add runs and the inbox entries that start them, of different workflows and keys. Answers for each, in this order, the '
    'run of its workflow and key, which is an earlier one if there is one. `with_tags` has texts of arrays.';

create unlogged table waymark.arrivals (
    batch uuid not null,
    n integer not null,
    workflow text not null,
    key text not null,
    run uuid not null,
    unit bytea not null,
    arguments bytea not null,
    seed bytea not null,
    priority integer not null,
    queue text,
    parent_part smallint,
    parent uuid,
    schedule text,
    tags text,
    at bigint,
    delay_us bigint,
    timeout_us bigint,
    replace boolean not null,
    primary key (batch, n)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
comment on table waymark.arrivals is
    'Where bulk starts are copied to. The transaction that copies a batch starts it and deletes it, so nobody ever sees a '
    'row; hence without a log.';

create function waymark.start_copied_v1(of_batch uuid) returns uuid[]
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
declare
    started uuid[];
begin
    select waymark.start_many_v1(
        array_agg(a.workflow order by a.n), array_agg(a.key order by a.n), array_agg(a.run order by a.n),
        array_agg(a.unit order by a.n), array_agg(a.arguments order by a.n), array_agg(a.seed order by a.n),
        array_agg(a.priority order by a.n), array_agg(a.queue order by a.n), array_agg(a.parent_part order by a.n),
        array_agg(a.parent order by a.n), array_agg(a.schedule order by a.n), array_agg(a.tags order by a.n),
        array_agg(a.at order by a.n), array_agg(a.delay_us order by a.n), array_agg(a.timeout_us order by a.n),
        array_agg(a.replace order by a.n)
    ) into started from waymark.arrivals a where a.batch = of_batch;
    delete from waymark.arrivals a where a.batch = of_batch;
    return started;
end
$$;
comment on function waymark.start_copied_v1 is 'start_many_v1 for a batch that was copied to `arrivals`, in the order of its numbers.';

-- The oldest entries of all come first, also of a hundred thousand that are started at once: without it they would all be
-- read and sorted for each handful.
create index inbox_by_seq on waymark.inbox (seq);
-- Of the few engines that died over a run: asked for by everybody who takes partitions over. Other entries are not in it.
create index inbox_strikes on waymark.inbox (part, seq) where kind = 4;

create table waymark.home (
    one boolean primary key default true check (one),
    parts smallint[] not null,
    said_at timestamptz not null default clock_timestamp()
);
comment on table waymark.home is
    'The partitions that live in this database, of several that share them out. One row, written by who opened it first: '
    'another division would look for runs, and start them again, where they are not.';

create function waymark.settle_home_v1(asked smallint[]) returns smallint[]
language plpgsql as $$
declare
    kept smallint[];
begin
    loop
        select h.parts into kept from waymark.home h;
        if found then
            return kept;
        end if;
        insert into waymark.home (parts) values (asked) on conflict do nothing;
    end loop;
end
$$;
comment on function waymark.settle_home_v1 is 'What this database is home to: what was asked for, if nobody has said so before.';

-- Entries of outboxes are moved between databases in three statements: taken in over there, deleted here, and confirmed
-- over there. What is moved once more, after a crash or by two who move the same, is recognised. Numbers of entries can
-- appear out of order, so the last one alone (`deliveries`, which nothing ever used) would not do.
drop table waymark.deliveries;
create table waymark.received (
    part smallint not null,
    from_part smallint not null,
    n bigint not null,
    confirmed_at timestamptz,
    primary key (part, from_part, n)
);
comment on table waymark.received is 'Entries of other databases'' outboxes that have arrived here.';
comment on column waymark.received.confirmed_at is
    'When the sender had deleted it. An hour later nobody can still be bringing it, and the row goes.';

create function waymark.receive_v1(
    from_parts smallint[], ns bigint[], from_runs uuid[], to_parts smallint[], to_runs uuid[], kinds smallint[],
    bodies bytea[], joined boolean[], workflows text[], keys text[], units bytea[], arguments bytea[], seeds bytea[],
    priorities integer[], requests bigint[]
) returns smallint[]
language plpgsql
set enable_seqscan = off
as $$
declare
    entry record;
    reached smallint;
    parts smallint[] := '{}';
begin
    perform waymark.guard_v1();
    delete from waymark.received r
    where r.part = any (to_parts) and r.from_part = any (from_parts) and r.confirmed_at < clock_timestamp() - interval '1 hour';
    for entry in
        select * from unnest(from_parts, ns, from_runs, to_parts, to_runs, kinds, bodies, joined, workflows, keys, units,
                             arguments, seeds, priorities, requests)
            as e (from_part, n, from_run, to_part, to_run, kind, body, joined, workflow, key, unit, arguments, seed,
                  priority, request)
        order by e.from_part, e.n
    loop
        -- Waits for another who brings the same.
        insert into waymark.received (part, from_part, n) values (entry.to_part, entry.from_part, entry.n)
            on conflict do nothing;
        continue when not found;
        reached := waymark.deliver_v1(entry.from_part, entry.from_run, entry.to_part, entry.to_run, entry.kind, entry.body,
                                      entry.joined, entry.workflow, entry.key, entry.unit, entry.arguments, entry.seed,
                                      entry.priority, entry.request);
        if reached is not null and reached <> all (parts) then
            parts := parts || reached;
        end if;
    end loop;
    return parts;
end
$$;
comment on function waymark.receive_v1 is
    'Take in entries of another database''s outboxes, each once. Answers the partitions whose inboxes have something new.';
