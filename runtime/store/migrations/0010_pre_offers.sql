-- Calls that any host may run. An offer is written behind the commit that asks for its attempt, by a statement of its own
-- that is fenced like a commit: between the two nothing but a crash can come, and then the next owner offers the next
-- attempt. docs/adr/0030-action-workers-and-offers.md has the reasons.

alter table waymark.inbox add column call bigint;
comment on column waymark.inbox.call is 'outcome: the call that it answers. Null for every other kind.';

alter table waymark.logs add column call bigint, add column attempt integer, add column logger text;
comment on column waymark.logs.call is 'The call whose action logged it. Null: the run itself did.';

create function waymark.offer_v1(
    owner uuid, fence_parts smallint[], fence_epochs bigint[],
    parts smallint[], runs uuid[], calls bigint[], attempts integer[], kinds smallint[], priorities integer[],
    actions text[], bodies bytea[], timeouts bigint[], holds bigint[], revisions bigint[]
) returns table (part smallint, run uuid, call bigint, verdict text)
language plpgsql
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    held smallint[];
    each record;
begin
    perform waymark.guard_v1();
    held := array(
        select p.part from waymark.partitions p
        join unnest(fence_parts, fence_epochs) as f (part, epoch) on p.part = f.part
        where p.engine = owner and p.epoch = f.epoch
        order by p.part for share of p
    );
    -- For want of room: at least once, so an older attempt's claimer may be at work, and its answer finds no ticket.
    return query
        with taken as (
            insert into waymark.offers as o
                (part, run, call, attempt, kind, queue, priority, action, arguments, timeout_ms)
            select w.part, w.run, w.call, w.attempt, w.kind, '', w.priority, w.action, w.body, w.timeout_ms
            from unnest(parts, runs, calls, attempts, kinds, priorities, actions, bodies, timeouts)
                as w (part, run, call, attempt, kind, priority, action, body, timeout_ms)
            where w.kind = 1 and w.part = any (held)
            order by w.part, w.run, w.call
            on conflict (part, run, call) do update set
                attempt = excluded.attempt,
                claimed_by = case when o.attempt = excluded.attempt then o.claimed_by end,
                claim_until = case when o.attempt = excluded.attempt then o.claim_until end
            where o.attempt <= excluded.attempt
            returning o.part, o.run, o.call
        )
        select t.part, t.run, t.call, 'offered' from taken t;
    -- Transactional: the ticket of an earlier attempt becomes this one's, unless somebody is answering it.
    for each in
        select * from unnest(parts, runs, calls, attempts, kinds, priorities, actions, bodies, timeouts, holds, revisions)
            as w (part, run, call, attempt, kind, priority, action, body, timeout_ms, hold_ms, revision)
        where w.kind = 2 and w.part = any (held)
        order by w.part, w.run, w.call
    loop
        part := each.part;
        run := each.run;
        call := each.call;
        verdict := 'busy';
        -- Waits for a commit of the run, which may settle the call; and a commit waits for us.
        perform 1 from waymark.runs r
        where r.part = each.part and r.run = each.run and r.revision = each.revision for share;
        if not found then
            return next;
            continue;
        end if;
        perform 1 from waymark.offers o where o.part = each.part and o.run = each.run and o.call = each.call;
        if found then
            perform 1 from waymark.offers o
            where o.part = each.part and o.run = each.run and o.call = each.call for update skip locked;
            if found then
                update waymark.offers o set
                    attempt = each.attempt,
                    claimed_by = case when each.hold_ms > 0 then owner end,
                    claim_until = case when each.hold_ms > 0
                        then clock_timestamp() + each.hold_ms * interval '1 millisecond' end
                where o.part = each.part and o.run = each.run and o.call = each.call and o.attempt < each.attempt;
                verdict := 'offered';
            end if;
        else
            -- A statement of its own, so it sees what an answer that has just taken the ticket left behind.
            perform 1 from waymark.inbox i
            where i.part = each.part and i.kind = 9 and i.run = each.run and i.call = each.call;
            if not found then
                insert into waymark.offers
                    (part, run, call, attempt, kind, queue, priority, action, arguments, timeout_ms, claimed_by, claim_until)
                values (
                    each.part, each.run, each.call, each.attempt, 2, '', each.priority, each.action, each.body,
                    each.timeout_ms, case when each.hold_ms > 0 then owner end,
                    case when each.hold_ms > 0 then clock_timestamp() + each.hold_ms * interval '1 millisecond' end
                );
                verdict := 'offered';
            end if;
        end if;
        return next;
    end loop;
end
$$;
comment on function waymark.offer_v1 is
    'Put calls of the owner''s partitions up for any host; `holds`: transactional ones that the owner takes itself, for so '
    'many milliseconds. busy: somebody is answering an earlier attempt, or has, or the run has another revision; ask again. One without an answer is in a '
    'partition that is not the owner''s.';

create function waymark.claim_v1(claimer uuid, known text[], free integer, hold_ms bigint, first smallint)
returns table (
    part smallint, run uuid, call bigint, attempt integer, kind smallint, action text, arguments bytea, timeout_ms bigint
)
language plpgsql
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    left_over integer := free;
    taken integer;
begin
    perform waymark.guard_v1();
    -- From some partition on and around: claimers that begin elsewhere do not meet. In the order of the index, so that a
    -- long line of offers is not sorted for each handful of them.
    for turn in 1 .. 2 loop
        return query
            update waymark.offers o set
                claimed_by = claimer, claim_until = clock_timestamp() + hold_ms * interval '1 millisecond'
            where (o.part, o.run, o.call) in (
                select f.part, f.run, f.call from waymark.offers f
                where f.claimed_by is null and f.action = any (known)
                    and f.part between case turn when 1 then first else 0 end and case turn when 1 then 255 else first - 1 end
                order by f.part, f.priority desc, f.offered_at limit left_over for update skip locked
            )
            returning o.part, o.run, o.call, o.attempt, o.kind, o.action, o.arguments, o.timeout_ms;
        get diagnostics taken = row_count;
        left_over := left_over - taken;
        exit when left_over <= 0;
    end loop;
end
$$;
comment on function waymark.claim_v1 is 'Take up to `free` offers of actions that the claimer knows, for `hold_ms`.';

create function waymark.answer_v1(
    claimer uuid, parts smallint[], runs uuid[], calls bigint[], attempts integer[], bodies bytea[]
) returns table (part smallint, run uuid, call bigint)
language plpgsql
set enable_seqscan = off
as $$
#variable_conflict use_column
begin
    perform waymark.guard_v1();
    -- In the order in which owners lock them.
    perform 1 from waymark.offers o
    join unnest(parts, runs, calls) as w (part, run, call) on o.part = w.part and o.run = w.run and o.call = w.call
    order by o.part, o.run, o.call for update of o;
    return query
        with gone as (
            delete from waymark.offers o using unnest(parts, runs, calls, attempts) as w (part, run, call, attempt)
            where o.part = w.part and o.run = w.run and o.call = w.call and o.attempt = w.attempt and o.claimed_by = claimer
            returning o.part, o.run, o.call
        ), left_there as (
            insert into waymark.inbox (part, run, kind, call, body)
            select g.part, g.run, 9, g.call, w.body from gone g
            join unnest(parts, runs, calls, bodies) as w (part, run, call, body)
                on g.part = w.part and g.run = w.run and g.call = w.call
        )
        select g.part, g.run, g.call from gone g;
end
$$;
comment on function waymark.answer_v1 is
    'Delete the claimer''s offers at these attempts, and leave an outcome in the inbox for each that was there.';

create function waymark.withdraw_v1(
    owner uuid, under bigint, of_part smallint, of_run uuid, of_call bigint, lapsed boolean
) returns text
language plpgsql
set enable_seqscan = off
as $$
begin
    perform waymark.guard_v1();
    perform 1 from waymark.partitions p where p.part = of_part and p.engine = owner and p.epoch = under for share;
    if not found then
        return 'fenced';
    end if;
    perform 1 from waymark.offers o where o.part = of_part and o.run = of_run and o.call = of_call;
    if found then
        -- Whoever holds the row is answering. We do not wait: a worker may stall between its DELETE and its COMMIT.
        perform 1 from waymark.offers o
        where o.part = of_part and o.run = of_run and o.call = of_call
            and (not lapsed or o.claimed_by is not null and o.claim_until < clock_timestamp())
        for update skip locked;
        if not found then
            return 'busy';
        end if;
        delete from waymark.offers o where o.part = of_part and o.run = of_run and o.call = of_call;
        return 'withdrawn';
    end if;
    perform 1 from waymark.inbox i where i.part = of_part and i.kind = 9 and i.run = of_run and i.call = of_call;
    return case when found then 'answered' else 'withdrawn' end;
end
$$;
comment on function waymark.withdraw_v1 is
    'Take an offer back. withdrawn: nobody will answer it any more. busy: somebody is answering it just now, or (if only a '
    'lapsed one was meant) its claimer lives. answered: its outcome is in the inbox.';
