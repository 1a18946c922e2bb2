-- Installed means answered: the walk test of a home, in which every sensor is triggered once.
-- depends: 0050.rounds

create table walk_tests (
    home_id text primary key references homes (id) on delete cascade,
    started_at timestamptz not null,
    started_by text not null
);
-- Why a home was taken live before everything was proven; the words are somebody's own.
alter table homes add column unproven_why text not null default '';
