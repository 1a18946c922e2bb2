-- What is learnt of each home, night by night, and how the nightly learning goes.
-- depends: 0013.claims

alter table homes add column up_by time; -- agreed at the beginning: the resident is up by then

create table learnt (
    home_id text primary key references homes (id) on delete cascade,
    learnt_to timestamptz not null, -- every event that happened before is taken in
    learnt_at timestamptz not null,
    days integer not null, -- learnt from so many
    nights integer not null, -- counts the nights that changed anything
    quiet bytea not null, -- how usual quiet is: arrays
    others bytea not null, -- bathroom, bed, mornings, and where the walk through the signs stands
    usual bytea not null, -- the few limits that the watch compares with
    sha256 bytea not null, -- of quiet, others and usual
    left_out jsonb not null default '[]' -- the latest days that were not learnt, and why
);

-- How a night's learning goes: a row a night, while it runs and after it.
create table learning_runs (
    id bigint generated always as identity primary key,
    started_at timestamptz not null,
    ended_at timestamptz,
    homes integer not null default 0,
    days integer not null default 0,
    left_out integer not null default 0,
    failed integer not null default 0
);

-- When the hub itself could not hear: quiet of these times is nobody's.
create table deaf_times (
    since timestamptz not null,
    until timestamptz not null
);
create index deaf_times_by_end on deaf_times (until);

create trigger homes_up_by_told after update of up_by on homes for each row execute function tell_of_home();
-- An answer of the resident is a fact for the watch.
create trigger rechecks_told after insert or update of answered_at on rechecks
    for each row execute function tell_of_home();
