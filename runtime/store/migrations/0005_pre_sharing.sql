-- Partitions change hands between engines that live, and calls are written to the partition of their day.

create function waymark.want_v1(asker uuid, wanted smallint[]) returns void
language plpgsql as $$
begin
    perform waymark.guard_v1();
    -- In the order of commits, so that nobody waits for each other. Nothing is written where nothing changes.
    perform 1 from waymark.partitions p
    where p.part = any (wanted) and p.engine is distinct from asker and p.wanted_by is distinct from asker
    order by p.part for no key update;
    update waymark.partitions p set wanted_by = asker
    where p.part = any (wanted) and p.engine is not null and p.engine <> asker and p.wanted_by is distinct from asker;
end
$$;
comment on function waymark.want_v1 is 'Ask the owners of these partitions for them. Who asks last is remembered.';

create function waymark.hand_over_v1(owner uuid, parts smallint[], epochs bigint[], heir uuid) returns setof smallint
language plpgsql as $$
begin
    perform waymark.guard_v1();
    -- The heir's lease must run, and go on running until we are done: who ends it waits for this row.
    perform 1 from waymark.engines e where e.engine = heir and e.lease_until >= clock_timestamp() for share;
    if not found then
        return;
    end if;
    -- Waits for our own open commits, which hold these rows FOR SHARE; one that comes later is fenced off.
    perform 1 from waymark.partitions p where p.part = any (parts) and p.engine = owner order by p.part for update;
    return query
        update waymark.partitions p set engine = heir, epoch = p.epoch + 1, wanted_by = null
        from unnest(parts, epochs) as g (part, epoch)
        where p.part = g.part and p.engine = owner and p.epoch = g.epoch and p.wanted_by = heir
        returning p.part;
end
$$;
comment on function waymark.hand_over_v1 is
    'Give partitions that are the owner''s under these epochs to the engine that has asked for them and lives, under the '
    'next epoch. Answers those that were given.';

-- As it was, but for the key of `calls`, of which the day is a part now.
create or replace function waymark.commit_v1(
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
            on conflict do nothing;
    end if;
end
$$;
comment on function waymark.commit_v1 is
    'One batch of an owner: all of it or nothing. WM001: a partition has another owner or epoch; its number is in the '
    'detail. WM002: a run has another revision; part:run is in the detail.';
