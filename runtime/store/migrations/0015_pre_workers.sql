-- Action workers introduce themselves, so that people see them, and a call whose action its own host does not know finds
-- one that does. docs/adr/0036-what-is-simulated.md has the reasons.

alter table waymark.workers add column transactional text[] not null default '{}';
comment on column waymark.workers.transactional is
    'Those of its actions whose rows are committed with their outcome: they are offered with a ticket.';
comment on column waymark.workers.seen_at is 'When its engine said last that it is ready; four times a minute.';
