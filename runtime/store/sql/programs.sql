-- Programs by the name of their workflow.

-- name: name_unit
-- Say which program a workflow has now, see name_unit_v1. Always one row, without meaning.
select waymark.name_unit_v1($1, $2);

-- name: get_newest_unit
-- The program that a workflow has now. Empty: nobody has started one of it from Python.
select unit from waymark.workflows where workflow = $1;
