-- What people see of runs, and a start that needs no Python.

alter table waymark.runs add column if not exists status_text text;
comment on column waymark.runs.status_text is 'What the program last said of itself by `self.set_status`. Null: nothing.';

create table waymark.workflows (
    workflow text primary key,
    unit bytea not null,
    seen_at timestamptz not null default clock_timestamp()
);
comment on table waymark.workflows is
    'The newest program of each workflow: what a start by name alone takes. Written by who starts runs with another one.';
comment on column waymark.workflows.unit is 'Code hash of its entry unit.';

create function waymark.name_unit_v1(of_workflow text, by_unit bytea) returns void
language plpgsql as $$
begin
    perform waymark.guard_v1();
    -- Nothing is written where nothing changes: every process of an application says the same.
    if exists (select from waymark.workflows w where w.workflow = of_workflow and w.unit = by_unit) then
        return;
    end if;
    insert into waymark.workflows as w (workflow, unit) values (of_workflow, by_unit)
        on conflict (workflow) do update set unit = excluded.unit, seen_at = excluded.seen_at
        where w.unit <> excluded.unit;
end
$$;
comment on function waymark.name_unit_v1 is 'Say which program a workflow has now. Who says so last is right.';

create view waymark.runs_shown_v1 as
    select r.part, r.run, r.workflow, r.key, r.status, r.priority, r.created_at, r.started_at, r.finished_at, r.wake_at,
           r.tags, r.parent, r.schedule, r.unit, r.reason, r.error_type, r.error_text, r.status_text
      from waymark.runs r;
comment on view waymark.runs_shown_v1 is 'What lists of runs show: none of their state.';

create function waymark.new_run_v1() returns uuid
language sql volatile parallel safe
return encode(
    set_byte(
        overlay(
            uuid_send(gen_random_uuid())
            placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6
        ),
        6, (get_byte(uuid_send(gen_random_uuid()), 6) & 15) | 112
    ), 'hex'
)::uuid;
comment on function waymark.new_run_v1 is 'A UUID of version 7: new rows share index pages.';

create function waymark.start_run(
    workflow text, id text default null, arguments jsonb default '{}', priority integer default 0
) returns uuid
language plpgsql as $$
declare
    made constant uuid := waymark.new_run_v1();
    program bytea;
begin
    if workflow is null or arguments is null or jsonb_typeof(arguments) <> 'object' or id = '' then
        raise exception 'a run is started with the name of its workflow, an id that is not empty or null, and its arguments as a JSON object'
            using errcode = '22023';
    end if;
    select w.unit into program from waymark.workflows w where w.workflow = start_run.workflow;
    if program is null then
        raise exception 'no program of the workflow % is known here', workflow using errcode = 'WM004',
            hint = 'start one run of it from Python, so that its program is in the database';
    end if;
    return waymark.start_v2(workflow, coalesce(id, made::text), made, program, convert_to(arguments::text, 'UTF8'),
                            uuid_send(gen_random_uuid()), priority);
end
$$;
comment on function waymark.start_run is
    'For everybody: start a run in this transaction, from any language. With an id, starting twice gives the same run. '
    'Answers the run; `arguments` are those of `run()` by name, as JSON.';
