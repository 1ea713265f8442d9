-- How those who wait learn that there is something to look at.

-- name: notify
-- Say payloads on channels. Always one row for each, without meaning.
select pg_notify(channel, payload) from unnest($1::text[], $2::text[]) as m (channel, payload);

-- name: look_for_entries
-- Those of some partitions whose inbox holds anything. Empty: there is nothing to do.
select p.part from unnest($1::smallint[]) as p (part)
 cross join lateral (select from waymark.inbox i where i.part = p.part order by i.part, i.seq limit 1) i;
