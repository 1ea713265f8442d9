-- An engine that has no room for more runs reads only what is not a start. However many starts wait, those are found at
-- once.
create index inbox_letters on waymark.inbox (seq) where kind <> 1;
comment on index waymark.inbox_letters is 'What is for runs that exist: few entries, beside any number of starts that wait.';
