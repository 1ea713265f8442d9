-- What the engine's core needs beyond the first line: sleepers that are in no engine's memory, and priority.
-- docs/adr/0012-simulated-engine-core.md has the reasons.

alter table waymark.runs add column priority integer not null default 0;
comment on column waymark.runs.priority is 'Higher goes first, among the runs that one engine holds.';
comment on column waymark.runs.wake_at is 'Set while the run sleeps in no engine''s memory: its next deadline, of the database''s clock.';

-- Only commits that evict a run, or take it up again, change wake_at. All others leave it null and stay on their page.
create index runs_asleep on waymark.runs (part, wake_at) where wake_at is not null;

comment on column waymark.inbox.kind is '1 start, 2 cancel, 3 resume, 4 strike.';
comment on column waymark.inbox.body is 'start, resume: empty. cancel: the reason. strike: what died. Both in UTF-8.';

create function waymark.start_v2(
    for_workflow text, with_key text, new_run uuid, of_unit bytea, with_arguments bytea, with_seed bytea,
    with_priority integer
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
            insert into waymark.runs (part, run, unit, workflow, key, priority)
                values (home, new_run, of_unit, for_workflow, with_key, with_priority);
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
comment on function waymark.start_v2 is 'start_v1, with a priority.';
