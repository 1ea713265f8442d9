-- The tables of the first line through the house. Everything of waymark's is in the schema `waymark`.
--
-- Every key begins with the partition, so that one statement names one distribution value and a partition can move to
-- another database whole. Only the owner of a partition writes its runs, pages and calls; everybody else inserts into
-- its inbox. docs/adr/0005-store-port-and-first-schema.md has the reasons.

comment on schema waymark is 'Durable workflows: runs, their state, and who owns them. Made and changed by waymark alone.';

create table waymark.engines (
    engine uuid primary key,
    host text not null default '',
    lock text not null default '',
    beat_at timestamptz not null default clock_timestamp(),
    lease_until timestamptz not null
) with (fillfactor = 50);
comment on table waymark.engines is
    'Engines that live: one row an engine, rewritten by each heartbeat. Apart from `partitions`, whose rows every commit '
    'locks: heartbeats on those would wait for commits, and commits for heartbeats.';
comment on column waymark.engines.host is 'Where it runs. Only engines of the same host can prove it dead.';
comment on column waymark.engines.lock is 'A file of that host which it keeps locked while it lives.';
comment on column waymark.engines.lease_until is
    'Afterwards others may take its partitions. Whoever does sets it to -infinity first: only partitions of such engines '
    'are taken, and a heartbeat that comes late finds its lease gone.';

create table waymark.partitions (
    part smallint primary key check (part between 0 and 255),
    engine uuid,
    epoch bigint not null default 0
);
comment on table waymark.partitions is 'Who may write the runs of a partition. 256 rows for ever; a row changes only when its owner does.';
comment on column waymark.partitions.engine is 'Null: nobody. One without a row in `engines`, or with its lease at -infinity: as good as nobody.';
comment on column waymark.partitions.epoch is
    'Raised by every change of hands. A commit locks the row FOR SHARE where engine and epoch are the writer''s: epoch alone '
    'would let through an owner whose grant was lost in a failover and given to another with the same number.';
insert into waymark.partitions (part) select generate_series(0, 255);

create table waymark.units (
    code_hash bytea primary key,
    body bytea not null,
    added_at timestamptz not null default clock_timestamp()
);
comment on table waymark.units is 'Bytecode by content hash. Never changed; uploaded before the first run that needs it.';
alter table waymark.units alter column body set storage external;  -- the format compresses where that pays

create table waymark.ids (
    part smallint not null,
    workflow text not null,
    key text not null,
    run uuid not null,
    primary key (part, workflow, key)
);
comment on table waymark.ids is 'The run that a workflow''s caller-visible id stands for; what makes a start idempotent.';

create table waymark.runs (
    part smallint not null,
    run uuid not null,
    revision bigint not null default 0,
    wake_at timestamptz,
    created_at timestamptz not null default clock_timestamp(),
    started_at timestamptz,
    finished_at timestamptz,
    status text not null default 'queued' check (status in ('queued', 'running', 'finished', 'failed', 'parked')),
    unit bytea not null,
    workflow text not null,
    key text not null,
    root bytea not null default '',
    outcome bytea,
    reason text,
    error_type text,
    error_text text,
    primary key (part, run)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);
comment on table waymark.runs is
    'One row a run, rewritten by each of its commits: narrow, half-filled pages, and no index on what commits change, so '
    'that an update stays on its page (HOT).';
comment on column waymark.runs.revision is 'Raised by every commit, which names the one it expects: a stale state changes nothing.';
comment on column waymark.runs.wake_at is 'The next deadline, of the database''s clock. Null: none, or its owner has it in memory.';
comment on column waymark.runs.started_at is 'When its first state was committed.';
comment on column waymark.runs.status is 'queued: no state yet. running: it executes or waits. parked: set aside, see `reason`. finished and failed are final.';
comment on column waymark.runs.unit is 'Code hash of the program that the run is pinned to.';
comment on column waymark.runs.root is 'Encoded state, with what is small in it; the rest is in `pages`. Empty before the first commit.';
comment on column waymark.runs.outcome is 'Encoded value or error, once ended. Here and not in `run_data`: the ending commit writes this row anyway.';
comment on column waymark.runs.reason is 'Why it is parked.';
comment on column waymark.runs.error_type is 'For listing: the exception''s class. Made printable and cut; the exact one is in `outcome`.';
comment on column waymark.runs.error_text is 'For listing: the exception''s text, likewise.';
alter table waymark.runs alter column root set storage external, alter column outcome set storage external;

-- For listing. Not on status, nor with a predicate on it: it changes twice in a run's life, and both updates would leave
-- their page. error_type and reason change only in runs that somebody will look at.
create index runs_by_workflow on waymark.runs (workflow, created_at desc);
create index runs_by_time on waymark.runs (created_at desc);
create index runs_failed on waymark.runs (created_at desc) where error_type is not null;
create index runs_parked on waymark.runs (created_at desc) where reason is not null;

create table waymark.run_data (
    part smallint not null,
    run uuid not null,
    arguments bytea not null,
    seed bytea not null,
    primary key (part, run)
);
comment on table waymark.run_data is 'What a run was started with: written once, and out of the way of the row that changes.';
comment on column waymark.run_data.seed is 'Of the run''s random numbers.';
alter table waymark.run_data alter column arguments set storage external;

create table waymark.pages (
    part smallint not null,
    run uuid not null,
    page bigint not null,
    body bytea not null,
    primary key (part, run, page)
) with (autovacuum_vacuum_scale_factor = 0.02);
comment on table waymark.pages is
    'Parts of a run''s state that are not in its root: private to the run and numbered. A commit writes those that changed '
    'and deletes those it replaces, so nothing is ever collected.';
alter table waymark.pages alter column body set storage external;

create table waymark.inbox (
    part smallint not null,
    seq bigint generated always as identity,
    run uuid not null,
    kind smallint not null,
    body bytea not null,
    at timestamptz not null default clock_timestamp(),
    primary key (part, seq)
) with (
    -- Rows live for milliseconds. Dead ones slow down every poll, so vacuum comes after 2,000 of them, at full speed.
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0
);
comment on table waymark.inbox is 'What others want of a run. Its owner deletes an entry in the commit that applies it.';
comment on column waymark.inbox.seq is
    'The order of arrival, nearly: a number is drawn before its transaction commits, so a lower one may appear later. '
    'Never read by "greater than the last one seen".';
comment on column waymark.inbox.kind is '1 start, 2 cancel.';
comment on column waymark.inbox.body is 'start: empty. cancel: the reason in UTF-8.';

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
    primary key (part, run, call)
);
comment on table waymark.calls is 'Finished calls of actions, for people: one row a call, appended with the commit that applies its outcome. An open call is in the run''s state.';
comment on column waymark.calls.attempt is 'How many it took.';
alter table waymark.calls alter column arguments set storage external, alter column outcome set storage external;
