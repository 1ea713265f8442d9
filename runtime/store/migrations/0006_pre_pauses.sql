-- Runs that people pause and take up again, that start later, and that have a time within which they must end.

alter table waymark.runs
    add column start_at timestamptz,
    add column deadline_at timestamptz,
    drop constraint runs_status_check,
    add constraint runs_status_check
        check (status in ('queued', 'running', 'finished', 'failed', 'parked', 'paused')) not valid;
comment on column waymark.runs.start_at is
    'Not before that. Null: at once. Until then the row has it as `wake_at`, too, and the inbox has no entry that starts it.';
comment on column waymark.runs.deadline_at is 'It is cancelled if it has not ended by then. Null: it may take any time.';
comment on column waymark.runs.status is
    'queued: no state yet. running: it executes or waits. parked: set aside, see `reason`. paused: by hand; nothing of it is '
    'executed until it is resumed or cancelled. finished and failed are final, but a failed run may be tried again.';
comment on column waymark.inbox.kind is
    '1 start, 2 cancel, 3 resume, 4 strike, 5 message, 6 pause, 7 retry; others in runtime/model.py, `InboxKind`.';
comment on column waymark.inbox.body is
    'start, resume, pause, retry: empty. cancel: the reason. strike: what died. Both in UTF-8. message: topic and value, see '
    'messages.py.';
