-- Runs that start others, and messages between runs: what a run sends is written with its state, and moved afterwards.
-- docs/adr/0026-policies-and-child-runs.md has the reasons.

alter table waymark.outbox
    add column joined boolean not null default false,
    add column workflow text,
    add column key text,
    add column unit bytea,
    add column arguments bytea,
    add column seed bytea,
    add column priority integer,
    add column request bigint;
alter table waymark.outbox alter column arguments set storage external, alter column body set storage external;
comment on column waymark.outbox.kind is 'Of the inbox entry that comes of it; 10: nothing but to watch a run that is there.';
comment on column waymark.outbox.joined is 'Also for a run that was there already under the id, and that the sender shares.';
comment on column waymark.outbox.workflow is 'Of a run that is to start, as are the next six.';
comment on column waymark.outbox.unit is 'For where no newer program of the workflow is known.';
comment on column waymark.outbox.request is 'What the outcome of the run is an answer to.';

create table waymark.watchers (
    part smallint not null,
    run uuid not null,
    to_part smallint not null,
    to_run uuid not null,
    request bigint not null,
    asked uuid not null,
    primary key (part, run, to_part, to_run, request)
);
comment on table waymark.watchers is
    'Runs that wait for the outcome of one that has not ended. The commit that ends it answers them by its outbox.';
comment on column waymark.watchers.asked is 'The number that the watcher has given it. Another than `run`: it was there already.';
create index watchers_by_asked on waymark.watchers (part, asked) where asked <> run;

create function waymark.deliver_v1(
    from_part smallint, from_run uuid, to_part smallint, to_run uuid, of_kind smallint, with_body bytea, is_joined boolean,
    of_workflow text, with_key text, of_unit bytea, with_arguments bytea, with_seed bytea, with_priority integer,
    of_request bigint
) returns smallint
language plpgsql as $$
declare
    target uuid;
    ended timestamptz;
    came_to bytea;
    born boolean := false;
begin
    if of_kind in (1, 10) then
        loop
            if of_kind = 1 then
                insert into waymark.ids (part, workflow, key, run) values (to_part, of_workflow, with_key, to_run)
                    on conflict (part, workflow, key) do nothing;
                if found then
                    born := true;
                    insert into waymark.runs (part, run, unit, workflow, key, priority, parent_part, parent) values (
                        to_part, to_run,
                        coalesce((select w.unit from waymark.workflows w where w.workflow = of_workflow), of_unit),
                        of_workflow, with_key, with_priority, from_part, from_run);
                    insert into waymark.run_data (part, run, arguments, seed)
                        values (to_part, to_run, with_arguments, with_seed);
                    insert into waymark.inbox (part, run, kind, body) values (to_part, to_run, 1, '');
                end if;
            end if;
            select i.run into target from waymark.ids i
                where i.part = to_part and i.workflow = of_workflow and i.key = with_key;
            exit when target is null and of_kind = 10;
            -- A commit that ends it waits for this, and then finds who watches.
            select r.finished_at, r.outcome into ended, came_to from waymark.runs r
                where r.part = to_part and r.run = target for share;
            exit when found;
            -- It was collected between the two statements: then its id is free by now.
        end loop;
        if target is null then
            -- Nobody knows any more what it came to; who waits is told so.
            insert into waymark.outbox (part, run, to_part, to_run, kind, body)
                values (to_part, deliver_v1.to_run, from_part, from_run, 8, int8send(of_request));
        elsif ended is not null then
            insert into waymark.outbox (part, run, to_part, to_run, kind, body)
                values (to_part, target, from_part, from_run, 8, int8send(of_request) || came_to);
        else
            insert into waymark.watchers (part, run, to_part, to_run, request, asked)
                values (to_part, target, from_part, from_run, of_request, deliver_v1.to_run)
                on conflict do nothing;
        end if;
        return case when born then to_part end;
    end if;
    target := to_run;
    if is_joined then
        select w.run into target from waymark.watchers w
            where w.part = deliver_v1.to_part and w.asked = deliver_v1.to_run and w.asked <> w.run limit 1;
        target := coalesce(target, to_run);
    end if;
    insert into waymark.inbox (part, run, kind, body)
        select r.part, r.run, of_kind, with_body from waymark.runs r
        where r.part = deliver_v1.to_part and r.run = target and r.finished_at is null;
    return case when found then to_part end;
end
$$;
comment on function waymark.deliver_v1 is
    'Bring one entry of an outbox to its run, in the database of that: start it, leave an entry in its inbox, or watch it. '
    'Answers the partition whose inbox has something new; null: none has.';

create function waymark.move_outbox_v1(of_parts smallint[], most integer, out parts smallint[], out moved integer)
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
declare
    entry record;
    reached smallint;
begin
    perform waymark.guard_v1();
    parts := '{}';
    moved := 0;
    for entry in
        select o.* from waymark.outbox o
        where o.part = any (of_parts)
            and not exists (select from waymark.home h where o.to_part <> all (h.parts))
        order by o.part, o.n limit most for update of o
    loop
        reached := waymark.deliver_v1(entry.part, entry.run, entry.to_part, entry.to_run, entry.kind, entry.body,
                                      entry.joined, entry.workflow, entry.key, entry.unit, entry.arguments, entry.seed,
                                      entry.priority, entry.request);
        if reached is not null and reached <> all (parts) then
            parts := parts || reached;
        end if;
        delete from waymark.outbox o where o.part = entry.part and o.n = entry.n;
        moved := moved + 1;
    end loop;
end
$$;
comment on function waymark.move_outbox_v1 is
    'Move what lies in the outboxes of these partitions to runs of this database, the oldest first. Answers the partitions '
    'whose inboxes have something new, and how many were moved. In one transaction: each arrives once.';

create function waymark.commit_v2(
    owner uuid, fence_parts smallint[], fence_epochs bigint[],
    run_parts smallint[], run_ids uuid[], run_expected bigint[], run_status text[], run_roots bytea[],
    run_wake_at bigint[], run_outcomes bytea[], run_reasons text[], run_error_types text[], run_error_texts text[],
    put_parts smallint[], put_runs uuid[], put_pages bigint[], put_bodies bytea[],
    drop_parts smallint[], drop_runs uuid[], drop_pages bigint[],
    consumed_parts smallint[], consumed_seqs bigint[],
    call_parts smallint[], call_runs uuid[], call_numbers bigint[], call_attempts integer[], call_ok boolean[],
    call_started_at bigint[], call_finished_at bigint[], call_actions text[], call_arguments bytea[], call_outcomes bytea[],
    run_status_texts text[],
    sent_parts smallint[], sent_runs uuid[], sent_to_parts smallint[], sent_to_runs uuid[], sent_kinds smallint[],
    sent_bodies bytea[], sent_joined boolean[], sent_workflows text[], sent_keys text[], sent_units bytea[],
    sent_arguments bytea[], sent_seeds bytea[], sent_priorities integer[], sent_requests bigint[]
) returns boolean
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
    ended uuid[];
    answers bigint := 0;
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
                error_text = w.error_text,
                status_text = coalesce(w.status_text, r.status_text)
            from unnest(run_parts, run_ids, run_expected, run_status, run_roots, run_wake_at, run_outcomes, run_reasons,
                        run_error_types, run_error_texts, run_status_texts)
                as w (part, run, expected, status, root, wake_at, outcome, reason, error_type, error_text, status_text)
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
        -- What was applied first is what happened, but for a run that failed and was tried again.
        insert into waymark.calls (part, run, call, attempt, ok, started_at, finished_at, action, arguments, outcome)
            select c.part, c.run, c.call, c.attempt, c.ok, waymark.time_of(c.started_at), waymark.time_of(c.finished_at),
                   c.action, c.arguments, c.outcome
            from unnest(call_parts, call_runs, call_numbers, call_attempts, call_ok, call_started_at, call_finished_at,
                        call_actions, call_arguments, call_outcomes)
                as c (part, run, call, attempt, ok, started_at, finished_at, action, arguments, outcome)
            on conflict (part, run, call, day) do update set
                attempt = excluded.attempt, ok = excluded.ok, started_at = excluded.started_at,
                finished_at = excluded.finished_at, arguments = excluded.arguments, outcome = excluded.outcome
                where excluded.attempt > calls.attempt;
    end if;
    if cardinality(sent_runs) > 0 then
        insert into waymark.outbox (part, run, to_part, to_run, kind, body, joined, workflow, key, unit, arguments, seed,
                                    priority, request)
            select s.part, s.run, s.to_part, s.to_run, s.kind, s.body, s.joined, s.workflow, s.key, s.unit, s.arguments,
                   s.seed, s.priority, s.request
            from unnest(sent_parts, sent_runs, sent_to_parts, sent_to_runs, sent_kinds, sent_bodies, sent_joined,
                        sent_workflows, sent_keys, sent_units, sent_arguments, sent_seeds, sent_priorities, sent_requests)
                with ordinality
                as s (part, run, to_part, to_run, kind, body, joined, workflow, key, unit, arguments, seed, priority,
                      request, ord)
            order by s.ord;
    end if;
    ended := array(select w.run from unnest(run_ids, run_status) as w (run, status) where w.status in ('finished', 'failed'));
    if cardinality(ended) > 0 then
        -- Who begins to watch meanwhile holds the row of the run FOR SHARE: it was waited for above.
        with answered as (
            delete from waymark.watchers w using unnest(run_parts, run_ids) as e (part, run)
            where w.part = e.part and w.run = e.run and e.run = any (ended)
            returning w.part, w.run, w.to_part, w.to_run, w.request
        ), left_there as (
            insert into waymark.outbox (part, run, to_part, to_run, kind, body)
                select a.part, a.run, a.to_part, a.to_run, 8, int8send(a.request) || o.outcome
                from answered a
                join unnest(run_ids, run_outcomes) as o (run, outcome) on o.run = a.run
                returning 1
        )
        select count(*) into answers from left_there;
    end if;
    return cardinality(sent_runs) > 0 or answers > 0;
end
$$;
comment on function waymark.commit_v2 is
    'commit_v1, with what runs send to others and say of themselves. Answers whether there is something in an outbox now.';
