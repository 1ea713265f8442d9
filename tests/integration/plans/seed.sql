-- Many runs, as a database has them after some weeks: most have ended, others sleep, some are under way. $1 is how many.
-- A run's number says everything: its partition is n modulo 256, its id is made of n.

create function run_of(n bigint) returns uuid language sql immutable return md5('run' || n)::uuid;

insert into waymark.units (code_hash, body) values ('unit', 'body') on conflict do nothing;
insert into waymark.runs (part, run, revision, wake_at, created_at, started_at, finished_at, status, unit, workflow, key, root, outcome)
    select n % 256, run_of(n), 5,
           case when n % 10 in (6, 7) then now() + interval '1 hour' + n * interval '1 second' end,
           now() - n * interval '1 second', now() - n * interval '1 second',
           case when n % 10 < 6 then now() - n * interval '1 second' end,
           case when n % 10 < 5 then 'finished' when n % 10 = 5 then 'failed' when n % 10 = 9 then 'queued' else 'running' end,
           'unit', 'workflow' || n % 20, n::text, case when n % 10 = 9 then ''::bytea else sha256(n::text::bytea) end,
           case when n % 10 < 6 then 'outcome'::bytea end
    from generate_series(1, {rows}) n;
insert into waymark.run_data (part, run, arguments, seed)
    select n % 256, run_of(n), sha256(n::text::bytea), 'seed' from generate_series(1, {rows}) n;
insert into waymark.ids (part, workflow, key, run)
    select n % 256, 'workflow' || n % 20, n::text, run_of(n) from generate_series(1, {rows}) n;
insert into waymark.pages (part, run, page, body)
    select n % 256, run_of(n), page, sha256(n::text::bytea)
    from generate_series(1, {rows}) n, generate_series(1, 2) page where n % 10 between 6 and 8;
insert into waymark.calls (part, run, call, attempt, ok, started_at, finished_at, action, arguments, outcome)
    select n % 256, run_of(n), 1, 1, true, now(), now(), 'shop:pay', 'a', 'o' from generate_series(1, {rows}) n where n % 4 = 0;
insert into waymark.inbox (part, run, kind, body)
    select n % 256, run_of(n), case n % 3 when 0 then 5 else 1 end, '' from generate_series(1, {rows}) n where n % 10 = 9;
insert into waymark.offers (part, run, call, attempt, kind, queue, action, arguments, timeout_ms, claimed_by, claim_until)
    select n % 256, run_of(n), 1, 1, 1, '', 'shop:pay', 'a', 1000,
           case when n % 20 = 9 then run_of(n) end, case when n % 20 = 9 then now() + interval '1 hour' end
    from generate_series(1, {rows}) n where n % 10 = 9;
update waymark.partitions set engine = run_of(0), epoch = 1;
insert into waymark.engines (engine, lease_until) values (run_of(0), now() + interval '1 day');
analyze waymark.units, waymark.runs, waymark.run_data, waymark.ids, waymark.pages, waymark.calls, waymark.inbox,
        waymark.offers, waymark.partitions, waymark.engines;
