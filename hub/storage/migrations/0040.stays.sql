-- Agreed absences and visitors: what people tell of a home, so that an empty or a busy one is understood.
-- depends: 0002.escalation 0003.rota
create table stays (
    id bigint generated always as identity primary key,
    home_id text not null references homes (id) on delete cascade,
    kind text not null check (kind in ('away', 'visitor')),
    since timestamptz not null,
    until timestamptz not null,
    by text not null,
    told_at timestamptz not null,
    ended_at timestamptz, -- somebody ended it before its time
    check (since < until)
);
create index stays_by_home on stays (home_id, until desc);

-- Where a key hangs and how it is reached: shown only while an alert is open, and every look is written down.
alter table homes add column key_safe text not null default '';
-- The published number of an organisation, for families.
alter table organisations add column telephone text not null default '';
-- Whether the board sounds for warnings too; for emergencies it always does.
alter table users add column warning_sound boolean not null default true;
