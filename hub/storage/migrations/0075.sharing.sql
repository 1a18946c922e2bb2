-- What the residents keep from whom. Without a row, whoever the home is given to may see it; an emergency
-- opens everything to those who answer it, and that is written down.
create table home_sharing (
    home_id text not null references homes (id) on delete cascade,
    purpose text not null check (purpose in ('day', 'habits')),
    receiver text not null check (receiver in ('family', 'station', 'area', 'program')),
    given boolean not null,
    why text not null default '',
    changed_at timestamptz not null,
    changed_by text not null,
    primary key (home_id, purpose, receiver)
);
