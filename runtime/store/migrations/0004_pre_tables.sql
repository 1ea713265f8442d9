-- Every table that the protocols of docs/adr/0019-schema-and-protocols.md name, so that none of them has to change what
-- runs already stand in. A table that nothing fills yet costs nothing. Keys begin with the partition; what is only
-- appended is in partitions by day, which are dropped whole.

-- --- runs: what listing, searching, children, queues and schedules ask of them. Set at the start, and never changed. ---

alter table waymark.runs
    add column queue text,
    add column parent_part smallint,
    add column parent uuid,
    add column schedule text,
    add column tags text[];
comment on column waymark.runs.queue is 'The limited queue that it was started into. Null: none.';
comment on column waymark.runs.parent is 'The run that started it, in the partition `parent_part`. Null: a client did.';
comment on column waymark.runs.schedule is 'The schedule that started it. Null: none.';
comment on column waymark.runs.tags is 'What people find it by. Null and not empty where there are none.';
comment on column waymark.inbox.kind is '1 start, 2 cancel, 3 resume, 4 strike, 5 message.';
comment on column waymark.inbox.body is
    'start, resume: empty. cancel: the reason. strike: what died. Both in UTF-8. message: topic and value, see messages.py.';

-- A run without parent, schedule or tags has no entry in these, so they cost it nothing.
create index runs_of_parent on waymark.runs (parent) where parent is not null;
create index runs_of_schedule on waymark.runs (schedule, created_at desc) where schedule is not null;
create index runs_by_tag on waymark.runs using gin (tags) where tags is not null;

-- --- owners ---

alter table waymark.partitions add column wanted_by uuid;
comment on column waymark.partitions.wanted_by is
    'The engine that has asked for it. Its owner hands it over between two commits, if it agrees that it is not its own.';

create table waymark.workers (
    worker uuid primary key,
    engine uuid not null,
    pid integer not null,
    slots integer not null,
    actions text[] not null,
    started_at timestamptz not null default clock_timestamp(),
    seen_at timestamptz not null default clock_timestamp()
) with (fillfactor = 50);
comment on table waymark.workers is 'Processes that run actions, as their engines see them: for people. One row a process.';
comment on column waymark.workers.actions is 'What is registered there, by key.';

-- --- messages between partitions ---

create table waymark.outbox (
    part smallint not null,
    n bigint generated always as identity,
    run uuid not null,
    to_part smallint not null,
    to_run uuid not null,
    kind smallint not null,
    body bytea not null,
    primary key (part, n)
) with (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0
);
comment on table waymark.outbox is
    'What runs of this partition send to others: written with the state that sends it, moved to the inbox of its target '
    'by the owner of `part`, in the order of `n`. In one database that is one transaction.';
comment on column waymark.outbox.kind is 'Of the inbox entry that comes of it.';

create table waymark.deliveries (
    part smallint not null,
    from_part smallint not null,
    n bigint not null,
    primary key (part, from_part)
) with (fillfactor = 50);
comment on table waymark.deliveries is
    'The last entry of another database''s outbox that has arrived here: what is moved once more after a crash is '
    'recognised, also when its entry was consumed long ago.';

-- --- actions ---

create table waymark.offers (
    part smallint not null,
    run uuid not null,
    call bigint not null,
    attempt integer not null,
    kind smallint not null,
    queue text not null,
    priority integer not null default 0,
    action text not null,
    arguments bytea not null,
    timeout_ms bigint not null,
    offered_at timestamptz not null default clock_timestamp(),
    claimed_by uuid,
    claim_until timestamptz,
    cancel boolean not null default false,
    primary key (part, run, call)
) with (
    fillfactor = 70,
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0
);
comment on table waymark.offers is
    'Calls that any host may run: those that cannot start where they were asked for, and all transactional ones. The row '
    'is the ticket: whoever deletes it decides, by an answer or by a withdrawal. Its life is in docs/reference/machines.md.';
comment on column waymark.offers.kind is '1 for want of room, 2 transactional.';
comment on column waymark.offers.cancel is 'Its claimer is to stop, and gives it back.';
alter table waymark.offers alter column arguments set storage external;
-- What a claimer looks for. Those that are claimed are not in it, however long they take.
create index offers_open on waymark.offers (part, priority desc, offered_at) where claimed_by is null;

-- --- limited queues ---

create table waymark.queues (
    part smallint not null,
    queue text not null,
    running_max integer,
    running_max_of_key integer,
    starts_max integer,
    starts_in interval,
    changed_at timestamptz not null default clock_timestamp(),
    primary key (part, queue)
);
comment on table waymark.queues is 'Limits of queues. `part` is the home of the queue, whose owner admits its runs. A queue without a row has none.';
comment on column waymark.queues.running_max is 'So many runs at a time; null: any number.';
comment on column waymark.queues.running_max_of_key is 'So many at a time of one key.';
comment on column waymark.queues.starts_max is 'So many starts in each `starts_in`.';

create table waymark.queue_entries (
    part smallint not null,
    queue text not null,
    run_part smallint not null,
    run uuid not null,
    key text not null default '',
    priority integer not null default 0,
    seq bigint generated always as identity,
    admitted_at timestamptz,
    primary key (part, queue, run_part, run)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
comment on table waymark.queue_entries is
    'Runs that wait in a limited queue, or were admitted by it and have not ended. Their order (priority, then fair '
    'between keys, then seq) is in the memory of the home''s owner, who reads them all when it takes over: no index.';

-- --- schedules ---

create table waymark.schedules (
    part smallint not null,
    schedule text not null,
    workflow text not null,
    unit bytea not null,
    arguments bytea not null,
    plan bytea not null,
    state text not null default 'active' check (state in ('active', 'paused', 'deleted')),
    revision bigint not null default 0,
    next_at timestamptz,
    fired_at timestamptz,
    priority integer not null default 0,
    created_at timestamptz not null default clock_timestamp(),
    primary key (part, schedule)
) with (fillfactor = 70);
comment on table waymark.schedules is 'What starts runs by itself. The instant of a fire is the id of its run, so any number of schedulers may fire it.';
comment on column waymark.schedules.plan is 'Instants, time zone, jitter, overlap and catch-up, encoded: nobody searches them.';
comment on column waymark.schedules.next_at is 'When to look at it again. Null: paused or deleted.';
-- The one question of schedulers. A schedule changes once a fire, so an entry of an index does not matter.
create index schedules_due on waymark.schedules (part, next_at) where next_at is not null;

-- --- points that runs can be forked from ---

create table waymark.points (
    part smallint not null,
    run uuid not null,
    point integer not null,
    name text,
    revision bigint not null,
    root bytea not null,
    kept_at timestamptz not null default clock_timestamp(),
    primary key (part, run, point)
);
comment on table waymark.points is 'States of runs that were kept: named checkpoints, or the last few. Others are not to be had any more.';
alter table waymark.points alter column root set storage external;

create table waymark.point_pages (
    part smallint not null,
    run uuid not null,
    point integer not null,
    page bigint not null,
    body bytea not null,
    primary key (part, run, point, page)
);
comment on table waymark.point_pages is 'The pages of a kept point: copies, since a commit replaces pages in place. Runs that keep no points pay nothing.';
alter table waymark.point_pages alter column body set storage external;

-- --- for people ---

create table waymark.stats (
    minute timestamptz not null,
    engine uuid not null,
    workflow text not null,
    started integer not null default 0,
    finished integer not null default 0,
    failed integer not null default 0,
    parked integer not null default 0,
    took_ms bigint not null default 0,
    took_ms_max bigint not null default 0,
    primary key (minute, engine, workflow)
);
comment on table waymark.stats is 'What happened in a minute: one row an engine and workflow, so that nobody counts runs.';
comment on column waymark.stats.took_ms is 'Of those that ended, from start to end, in all.';

create table waymark.control_log (
    n bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    who text not null,
    did text not null,
    part smallint,
    run uuid,
    said text
);
comment on table waymark.control_log is 'What people did to runs, schedules and queues: cancelled, resumed, retried, paused.';
-- The history of one run. Most entries are of one.
create index control_log_of_run on waymark.control_log (run) where run is not null;

-- --- what is appended, by day ---

alter table waymark.calls rename to calls_before;
alter index waymark.calls_pkey rename to calls_before_pkey;

create table waymark.calls (
    part smallint not null,
    run uuid not null,
    call bigint not null,
    attempt integer not null,
    ok boolean not null,
    started_at timestamptz not null,
    finished_at timestamptz not null,
    action text not null,
    arguments bytea not null,
    outcome bytea not null,
    day date not null default (now() at time zone 'utc')::date,
    primary key (part, run, call, day)
) partition by range (day);
comment on table waymark.calls is 'Finished calls of actions, for people: one row a call, appended with the commit that applies its outcome. An open call is in the run''s state.';
comment on column waymark.calls.attempt is 'How many it took.';
comment on column waymark.calls.day is 'When it was written, in UTC. Not when it was made: a row must never belong to a day that was dropped.';
alter table waymark.calls alter column arguments set storage external, alter column outcome set storage external;

create table waymark.attempts (
    part smallint not null,
    run uuid not null,
    call bigint not null,
    attempt integer not null,
    started_at timestamptz not null,
    finished_at timestamptz not null,
    why text not null,
    day date not null default (now() at time zone 'utc')::date,
    primary key (part, run, call, attempt, day)
) partition by range (day);
comment on table waymark.attempts is 'Attempts that another one followed, for people. The last attempt of a call is in `calls`.';

create table waymark.logs (
    part smallint not null,
    run uuid not null,
    n bigint generated always as identity,
    at timestamptz not null,
    level text not null,
    said bytea not null,
    day date not null default (now() at time zone 'utc')::date,
    primary key (part, run, n, day)
) partition by range (day);
comment on table waymark.logs is 'What runs print and log. Bytes, since a program may say what a text column cannot hold.';

create table waymark.stream_items (
    part smallint not null,
    run uuid not null,
    stream text not null,
    n bigint not null,
    item bytea not null,
    at timestamptz not null default clock_timestamp(),
    day date not null default (now() at time zone 'utc')::date,
    primary key (part, run, stream, n, day)
) partition by range (day);
comment on table waymark.stream_items is 'What runs publish to those who listen, numbered by the run.';
comment on column waymark.stream_items.n is 'Of its stream, without gaps: who was cut off goes on behind the last one that it saw.';
alter table waymark.stream_items alter column item set storage external;

create function waymark.by_day_v1() returns text[]
language sql immutable parallel safe
return array['calls', 'attempts', 'logs', 'stream_items'];
comment on function waymark.by_day_v1 is 'The tables that have a partition for each day.';

-- Defined by whoever migrates, so that engines need no right to make tables.
create function waymark.make_days_v1(first date, days integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    made integer := 0;
    name text;
    day date;
    child text;
begin
    foreach name in array waymark.by_day_v1() loop
        for day in select first + n from generate_series(0, days - 1) n loop
            child := format('%s_%s', name, to_char(day, 'YYYY_MM_DD'));
            continue when to_regclass('waymark.' || child) is not null;
            -- One at a time, also among engines that start together.
            perform pg_advisory_xact_lock(33602696382607980);
            continue when to_regclass('waymark.' || child) is not null;
            execute format('create table waymark.%I (like waymark.%I including all excluding identity)', child, name);
            -- Attached and not created as one: that locks out nobody who writes.
            execute format('alter table waymark.%I attach partition waymark.%I for values from (%L) to (%L)',
                           name, child, day, day + 1);
            execute format('comment on table waymark.%I is %L', child, format('The %s of one day.', name));
            made := made + 1;
        end loop;
    end loop;
    return made;
end
$$;
comment on function waymark.make_days_v1 is 'Make the partitions of these days where they are missing. How many were made.';

create function waymark.drop_days_v1(before date) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    dropped integer := 0;
    name text;
    child text;
begin
    -- Whoever holds one of them would hold us, and behind us everybody who writes: give up soon, and try again.
    perform set_config('lock_timeout', '1s', true);
    foreach name in array waymark.by_day_v1() loop
        for child in
            select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
            where i.inhparent = ('waymark.' || name)::regclass and c.relname < format('%s_%s', name, to_char(before, 'YYYY_MM_DD'))
                and c.relname ~ '_\d{4}_\d\d_\d\d$'
        loop
            execute format('drop table waymark.%I', child);
            dropped := dropped + 1;
        end loop;
        execute format('delete from waymark.%I where day < %L', name || '_undated', before);
    end loop;
    return dropped;
end
$$;
revoke execute on function waymark.drop_days_v1 from public;
comment on function waymark.drop_days_v1 is 'Drop the partitions of days before this one. How many were dropped.';

-- Nobody has to have made a day for its rows to be written: those go here, and a commit never fails for it.
create table waymark.calls_undated partition of waymark.calls default;
comment on table waymark.calls_undated is 'Calls of days that nobody has made a partition for.';
create table waymark.attempts_undated partition of waymark.attempts default;
comment on table waymark.attempts_undated is 'Attempts of days that nobody has made a partition for.';
create table waymark.logs_undated partition of waymark.logs default;
comment on table waymark.logs_undated is 'Logs of days that nobody has made a partition for.';
create table waymark.stream_items_undated partition of waymark.stream_items default;
comment on table waymark.stream_items_undated is 'Items of days that nobody has made a partition for.';
select waymark.make_days_v1((now() at time zone 'utc')::date, 14);

insert into waymark.calls (part, run, call, attempt, ok, started_at, finished_at, action, arguments, outcome)
    select part, run, call, attempt, ok, started_at, finished_at, action, arguments, outcome from waymark.calls_before;
drop table waymark.calls_before;
