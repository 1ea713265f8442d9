-- What runs send to others, see docs/adr/0026.

-- name: move_outbox
-- Bring what lies in outboxes to its runs, see move_outbox_v1. Always one row: whom it reached, and how many there were.
select parts, moved from waymark.move_outbox_v1($1, $2);
