-- The statements of owners and clients, as functions: one round trip each, and safe behind a pooler that gives every
-- statement another connection. A function never changes once released. A new need is a `_v2` beside the `_v1`, so that
-- older engines go on while newer ones start.

create function waymark.partition_of(workflow text, key text) returns smallint
language sql immutable strict parallel safe
return get_byte(sha256(convert_to(workflow || chr(31) || key, 'UTF8')), 0)::smallint;
comment on function waymark.partition_of is 'The home of a run, for ever. `waymark.runtime.model.partition_of` is the same in Python.';

create function waymark.instant_of(at timestamptz) returns bigint
language sql immutable strict parallel safe
return (extract(epoch from at) * 1000000)::bigint;
comment on function waymark.instant_of is 'Microseconds since the Unix epoch.';

create function waymark.time_of(instant bigint) returns timestamptz
language sql stable strict parallel safe
return timestamptz '1970-01-01 00:00:00+00'
    -- In two steps, since intervals are multiplied as floating point numbers, which end at 2^53 microseconds.
    + (instant / 1000000) * interval '1 second' + (instant % 1000000) * interval '1 microsecond';
comment on function waymark.time_of is 'The inverse of `instant_of`.';

create function waymark.guard_v1() returns void
language plpgsql as $$
begin
    -- Every function below relies on its statements' seeing what others have committed meanwhile.
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'waymark needs READ COMMITTED, and this transaction is %', current_setting('transaction_isolation')
            using errcode = 'WM003';
    end if;
    -- What is told to be done must be durable, whatever the default of the role or the database.
    if current_setting('synchronous_commit') not in ('on', 'remote_apply') then
        perform set_config('synchronous_commit', 'on', true);
    end if;
    -- Behind a pooler the connection cannot bring its own.
    if current_setting('lock_timeout') = '0' then
        perform set_config('lock_timeout', '5s', true);
    end if;
end
$$;
comment on function waymark.guard_v1 is 'What every writing transaction needs of its session; for this transaction only.';

create function waymark.start_v1(
    for_workflow text, with_key text, new_run uuid, of_unit bytea, with_arguments bytea, with_seed bytea
) returns uuid
language plpgsql as $$
declare
    home constant smallint := waymark.partition_of(for_workflow, with_key);
    known uuid;
begin
    perform waymark.guard_v1();
    loop
        -- Waits for another transaction that is adding this key.
        insert into waymark.ids (part, workflow, key, run) values (home, for_workflow, with_key, new_run)
            on conflict (part, workflow, key) do nothing;
        if found then
            insert into waymark.runs (part, run, unit, workflow, key)
                values (home, new_run, of_unit, for_workflow, with_key);
            insert into waymark.run_data (part, run, arguments, seed) values (home, new_run, with_arguments, with_seed);
            insert into waymark.inbox (part, run, kind, body) values (home, new_run, 1, '');
            return new_run;
        end if;
        select i.run into known from waymark.ids i where i.part = home and i.workflow = for_workflow and i.key = with_key;
        if found then
            return known;
        end if;
        -- The row in the way was deleted between the two statements.
    end loop;
end
$$;
comment on function waymark.start_v1 is 'Add a run and the inbox entry that starts it. Answers the run of this workflow and key, which is an earlier one if there is one.';

create function waymark.is_taken_v1(engine uuid) returns boolean
language sql stable parallel safe
return exists (select from waymark.engines e where e.engine = is_taken_v1.engine and e.lease_until > '-infinity');
comment on function waymark.is_taken_v1 is 'Whether an engine''s partitions are its own: nobody has declared its lease over.';

create function waymark.acquire_v1(taker uuid, wanted smallint[], ttl_ms bigint)
returns table (part smallint, epoch bigint)
language plpgsql as $$
declare
    late uuid[];
    takeable smallint[];
begin
    perform waymark.guard_v1();
    -- Waits for the heartbeat of somebody who is late; if it comes after all, the row is found alive and left out.
    -- Ours is locked in the same order as theirs, so that two who take over from each other cannot deadlock.
    late := array(
        select e.engine from waymark.engines e
        where e.engine = taker or (
            e.lease_until < clock_timestamp()
            and e.engine in (select p.engine from waymark.partitions p where p.part = any (wanted))
        )
        order by e.engine for update
    );
    update waymark.engines e set lease_until = '-infinity'
    where e.engine = any (late) and e.engine <> taker and e.lease_until < clock_timestamp();
    -- Waits for the open commits of the old owners, which hold these rows FOR SHARE.
    takeable := array(
        select p.part from waymark.partitions p
        where p.part = any (wanted) and p.engine is distinct from taker and not waymark.is_taken_v1(p.engine)
        order by p.part for update
    );
    -- Asked anew, now that the rows are ours: while we waited somebody else may have taken them.
    update waymark.partitions p set engine = taker, epoch = p.epoch + 1
    where p.part = any (takeable) and p.engine is distinct from taker and not waymark.is_taken_v1(p.engine);
    -- Last, because a lease that runs while we wait would be short.
    insert into waymark.engines as e (engine, lease_until)
        values (taker, clock_timestamp() + ttl_ms * interval '1 millisecond')
        on conflict (engine) do update set beat_at = excluded.beat_at, lease_until = excluded.lease_until;
    -- The rows of the long dead; a day, so that an engine which was only suspended is still known when it comes back.
    delete from waymark.engines e
    where e.lease_until = '-infinity' and e.beat_at < clock_timestamp() - interval '1 day'
        and not exists (select from waymark.partitions p where p.engine = e.engine);
    return query select p.part, p.epoch from waymark.partitions p where p.part = any (wanted) and p.engine = taker;
end
$$;
comment on function waymark.acquire_v1 is 'Take what is free or whose owner''s lease is over, under a new epoch, and keep what is ours. Answers all of `wanted` that is ours now.';

create function waymark.release_v1(owner uuid) returns void
language plpgsql as $$
begin
    perform waymark.guard_v1();
    delete from waymark.engines e where e.engine = owner;
    perform 1 from waymark.partitions p where p.engine = owner order by p.part for update;
    update waymark.partitions p set engine = null where p.engine = owner;
end
$$;
comment on function waymark.release_v1 is 'Give up every partition. The epoch rises when somebody takes it.';

create function waymark.commit_v1(
    owner uuid, fence_parts smallint[], fence_epochs bigint[],
    run_parts smallint[], run_ids uuid[], run_expected bigint[], run_status text[], run_roots bytea[],
    run_wake_at bigint[], run_outcomes bytea[], run_reasons text[], run_error_types text[], run_error_texts text[],
    put_parts smallint[], put_runs uuid[], put_pages bigint[], put_bodies bytea[],
    drop_parts smallint[], drop_runs uuid[], drop_pages bigint[],
    consumed_parts smallint[], consumed_seqs bigint[],
    call_parts smallint[], call_runs uuid[], call_numbers bigint[], call_attempts integer[], call_ok boolean[],
    call_started_at bigint[], call_finished_at bigint[], call_actions text[], call_arguments bytea[], call_outcomes bytea[]
) returns void
language plpgsql
-- Arrays of a handful of rows against tables of millions: always by index, and planned once a session.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
declare
    held smallint[];
    written uuid[];
begin
    perform waymark.guard_v1();
    -- FOR SHARE, since a takeover's update passes FOR KEY SHARE. Behind a takeover it waits, and then finds nothing.
    held := array(
        select p.part from waymark.partitions p
        join unnest(fence_parts, fence_epochs) as f (part, epoch) on p.part = f.part
        where p.engine = owner and p.epoch = f.epoch
        order by p.part for share of p
    );
    if cardinality(held) <> cardinality(fence_parts) then
        raise exception 'the batch is fenced off' using errcode = 'WM001', detail = array_to_string(
            array(select f from unnest(fence_parts) f where f <> all (held)), ',');
    end if;

    if cardinality(run_ids) > 0 then
        with changed as (
            update waymark.runs r set
                revision = r.revision + 1,
                status = w.status,
                root = w.root,
                wake_at = waymark.time_of(w.wake_at),
                started_at = coalesce(r.started_at, now()),
                finished_at = case when w.status in ('finished', 'failed') then coalesce(r.finished_at, now()) end,
                outcome = w.outcome,
                reason = w.reason,
                error_type = w.error_type,
                error_text = w.error_text
            from unnest(run_parts, run_ids, run_expected, run_status, run_roots, run_wake_at, run_outcomes, run_reasons,
                        run_error_types, run_error_texts)
                as w (part, run, expected, status, root, wake_at, outcome, reason, error_type, error_text)
            where r.part = w.part and r.run = w.run and r.revision = w.expected
            returning r.run
        )
        select coalesce(array_agg(c.run), '{}') into written from changed c;
        if cardinality(written) <> cardinality(run_ids) then
            raise exception 'a run has another revision' using errcode = 'WM002', detail = array_to_string(
                array(select w.part || ':' || w.run from unnest(run_parts, run_ids) as w (part, run) where w.run <> all (written)), ',');
        end if;
    end if;

    if cardinality(drop_pages) > 0 then
        delete from waymark.pages g using unnest(drop_parts, drop_runs, drop_pages) as d (part, run, page)
        where g.part = d.part and g.run = d.run and g.page = d.page;
    end if;
    if cardinality(put_pages) > 0 then
        insert into waymark.pages (part, run, page, body)
            select * from unnest(put_parts, put_runs, put_pages, put_bodies)
            on conflict (part, run, page) do update set body = excluded.body;
    end if;
    if cardinality(consumed_seqs) > 0 then
        delete from waymark.inbox i using unnest(consumed_parts, consumed_seqs) as c (part, seq)
        where i.part = c.part and i.seq = c.seq;
    end if;
    if cardinality(call_numbers) > 0 then
        -- A call that is there already stays as it is: what was applied first is what happened.
        insert into waymark.calls (part, run, call, attempt, ok, started_at, finished_at, action, arguments, outcome)
            select c.part, c.run, c.call, c.attempt, c.ok, waymark.time_of(c.started_at), waymark.time_of(c.finished_at),
                   c.action, c.arguments, c.outcome
            from unnest(call_parts, call_runs, call_numbers, call_attempts, call_ok, call_started_at, call_finished_at,
                        call_actions, call_arguments, call_outcomes)
                as c (part, run, call, attempt, ok, started_at, finished_at, action, arguments, outcome)
            on conflict (part, run, call) do nothing;
    end if;
end
$$;
comment on function waymark.commit_v1 is
    'One batch of an owner: all of it or nothing. WM001: a partition has another owner or epoch; its number is in the '
    'detail. WM002: a run has another revision; part:run is in the detail.';
