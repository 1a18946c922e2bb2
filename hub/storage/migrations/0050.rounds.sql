-- Services find people: who is called on how often, who was, what a rule suggests, and who holds a request.
-- depends: 0013.claims

-- ── who is called on ──────────────────────────────────────────────────────────────────────────────────

-- Where somebody is. The latest row holds; rows are only ever added, so that any month can be counted again.
create table resident_standings (
    resident_id text not null references residents (id) on delete cascade,
    since timestamptz not null,
    standing text not null
        check (standing in ('home', 'away', 'hospital', 'moved', 'institution', 'deceased')),
    by text not null default '',
    primary key (resident_id, since)
);

-- How often a group is called on in an area; what is missing comes from above, then from the code's table.
create table visit_intervals (
    organisation_id text not null references organisations (id) on delete cascade,
    visit_group text not null check (visit_group in (
        'high_risk', 'lives_alone', 'empty_nest', 'left_behind', 'disabled', 'severe_disability',
        'lost_only_child'
    )),
    days smallint not null check (days between 1 and 366),
    primary key (organisation_id, visit_group)
);

-- A human was at the door, or spoke to somebody. What sensors saw is never a row here.
create table visits (
    id text primary key,
    home_id text not null references homes (id) on delete cascade,
    at timestamptz not null,
    kind text not null check (kind in ('door', 'phone', 'video')),
    by text not null,
    user_id text not null,
    not_well text[] not null default '{}', -- what was found not to be well; empty: all is well
    changed boolean not null default false, -- something great has changed: come again within a day
    note text not null default '',
    entered_at timestamptz not null,
    paper text not null default '', -- which sheet it was copied from
    void_at timestamptz,
    void_by text not null default '',
    void_why text not null default '',
    check ((void_at is null) = (void_by = ''))
);
create index visits_by_home on visits (home_id, at desc);
create index visits_by_time on visits (at);

-- Whom the visitor saw or spoke to.
create table visit_residents (
    visit_id text not null references visits (id) on delete cascade,
    resident_id text not null references residents (id) on delete cascade,
    primary key (visit_id, resident_id)
);
create index visit_residents_by_resident on visit_residents (resident_id);

-- ── what a rule suggests and a human decides ──────────────────────────────────────────────────────────

create table suggestions (
    id text primary key,
    home_id text not null references homes (id) on delete cascade,
    rule text not null,
    reason jsonb not null,
    made_at timestamptz not null,
    state text not null default 'open' check (state in ('open', 'accepted', 'declined')),
    decided_at timestamptz,
    decided_by text not null default '',
    why text not null default '', -- it was declined
    need_id text references needs (id) on delete set null -- what came of it
);
create unique index suggestions_open on suggestions (home_id, rule) where state = 'open';
create index suggestions_by_home on suggestions (home_id, rule, decided_at);

-- ── who holds a request ───────────────────────────────────────────────────────────────────────────────

-- Null: the home's own station. Passing it on moves it; it is never over by that.
alter table needs add column holder_id text references organisations (id);
alter table need_entries add column holder_id text references organisations (id);
alter table needs drop constraint needs_kind_check;
alter table needs add constraint needs_kind_check check (kind in (
    'meals', 'bathing', 'cleaning', 'mobility', 'medical', 'emergency', 'question', 'call_me', 'other'
));
alter table needs drop constraint needs_source_check;
alter table needs add constraint needs_source_check check (source in ('button', 'phone', 'web', 'visit', 'rule'));
create index needs_by_holder on needs (holder_id) where state in ('open', 'taken');
