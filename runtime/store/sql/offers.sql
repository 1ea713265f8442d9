-- Offers: calls that any host may run, see machines/offers.py.

-- name: offer
-- Put calls up for anybody, or back under another attempt; see offer_v1. Empty: none of them was taken in.
select part, run, call, verdict from waymark.offer_v1($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: claim_offers
-- Take offers to run them here, see claim_v1. Empty: there is nothing that fits.
select part, run, call, attempt, kind, action, arguments, timeout_ms from waymark.claim_v1($1, $2, $3, $4, $5);

-- name: renew_offers
-- Say that their claimer is at work. Those that are still its own come back. Empty: all of them are lost to it.
update waymark.offers o set claim_until = clock_timestamp() + $6 * interval '1 millisecond'
  from unnest($2::smallint[], $3::uuid[], $4::bigint[], $5::integer[]) as w (part, run, call, attempt)
 where o.part = w.part and o.run = w.run and o.call = w.call and o.attempt = w.attempt and o.claimed_by = $1
returning o.part, o.run, o.call;

-- name: answer_offers
-- Delete offers and leave what they came to in the inboxes of their runs, see answer_v1. Those whose ticket was there
-- come back. Empty: nobody waits for any of them.
select part, run, call from waymark.answer_v1($1, $2, $3, $4, $5, $6);

-- name: withdraw_offer
-- Take an offer back, see withdraw_v1. Always one row.
select waymark.withdraw_v1($1, $2, $3, $4, $5, $6) as verdict;

-- name: read_tickets
-- Offers of transactional calls. Empty: no such call of these partitions can still write anything.
select part, run, call from waymark.offers where part = any ($1) and kind = 2;

-- name: read_lapsed_offers
-- Offers whose claimer has not been heard of in time. Empty: all claimers live.
select part, run, call, attempt from waymark.offers
 where part = any ($1) and claimed_by is not null and claim_until < now();

-- name: read_outcomes
-- Every answer that no commit has consumed, oldest first. Empty: none has come.
select part, seq, run, kind, body from waymark.inbox where part = any ($1) and kind = 9 order by seq;

-- name: take_ticket
-- Delete the offer of an attempt, in the transaction of its action. Empty: it was withdrawn, or is another's by now.
delete from waymark.offers where part = $1 and run = $2 and call = $3 and attempt = $4 and claimed_by = $5 returning call;

-- name: put_outcome
-- Leave an answer for the owner of a run. Never a row.
insert into waymark.inbox (part, run, kind, call, body) values ($1, $2, 9, $3, $4);

-- name: note_attempts
-- Keep how attempts ended that another one may follow, for people. Never a row.
insert into waymark.attempts (part, run, call, attempt, started_at, finished_at, why)
    select w.part, w.run, w.call, w.attempt, waymark.time_of(w.began), waymark.time_of(w.ended), w.why
      from unnest($1::smallint[], $2::uuid[], $3::bigint[], $4::integer[], $5::bigint[], $6::bigint[], $7::text[])
           as w (part, run, call, attempt, began, ended, why)
    on conflict do nothing;

-- name: note_logs
-- Keep what actions have logged, for people. Never a row.
insert into waymark.logs (part, run, call, attempt, at, level, logger, said)
    select w.part, w.run, w.call, w.attempt, waymark.time_of(w.at), w.level, w.logger, w.said
      from unnest($1::smallint[], $2::uuid[], $3::bigint[], $4::integer[], $5::bigint[], $6::text[], $7::text[], $8::bytea[])
           as w (part, run, call, attempt, at, level, logger, said);

-- name: read_attempts
-- Attempts of a run that another one followed. Empty: there were none.
select part, run, call, attempt, waymark.instant_of(started_at) as started_at,
       waymark.instant_of(finished_at) as finished_at, why
  from waymark.attempts where part = $1 and run = $2 order by call, attempt;

-- name: read_action_logs
-- What the actions of a run have logged. Empty: nothing.
select call, attempt, waymark.instant_of(at) as at, level, logger, said
  from waymark.logs where part = $1 and run = $2 and call is not null order by n;

-- name: put_worker
-- Say that a process that runs actions is ready. Never a row.
insert into waymark.workers as w (worker, engine, pid, slots, actions, transactional) values ($1, $2, $3, $4, $5, $6)
    on conflict (worker) do update set
        slots = excluded.slots, actions = excluded.actions, transactional = excluded.transactional,
        seen_at = clock_timestamp();

-- name: drop_workers
-- Forget the processes of an engine that are no more, and those that nobody has spoken for since yesterday. Never a row.
delete from waymark.workers w
 where (w.engine = $1 and w.worker <> all ($2::uuid[])) or w.seen_at < clock_timestamp() - interval '1 day';

-- name: find_knowing
-- A worker of another engine that lives and has this action. Empty: nobody else knows it.
select $2::text = any (w.transactional) as transactional
  from waymark.workers w join waymark.engines e on e.engine = w.engine
 where w.engine <> $1 and e.lease_until >= clock_timestamp() and $2 = any (w.actions)
 limit 1;
