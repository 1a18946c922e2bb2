-- The resident first, needs that are no emergency, and what a human who calls an ambulance must say.
-- depends: 0002.escalation

-- ── the resident's own word ───────────────────────────────────────────────────────────────────────────

-- Somebody said that all is well: the sensors are asked again when it is due.
create table rechecks (
    alert_id text primary key references alerts (id),
    home_id text not null references homes (id),
    dedup_key text not null,
    answered_at timestamptz not null,
    due_at timestamptz not null,
    done_at timestamptz,
    verdict text check (verdict in ('well', 'doubt', 'blind', 'overtaken')),
    check ((done_at is null) = (verdict is null))
);
create index rechecks_due on rechecks (due_at) where done_at is null;
create index rechecks_by_home on rechecks (home_id, dedup_key, answered_at);

-- ── needs ─────────────────────────────────────────────────────────────────────────────────────────────

-- What a resident asks for that is no emergency. It has a due time and rings nobody.
create table needs (
    id text primary key,
    home_id text not null references homes (id) on delete cascade,
    kind text not null
        check (kind in ('meals', 'bathing', 'cleaning', 'mobility', 'medical', 'question', 'call_me', 'other')),
    text text not null default '',
    source text not null check (source in ('button', 'phone', 'web')),
    device text not null default '',
    pressed_at timestamptz, -- the latest press of the button that this need stands for
    presses integer not null default 0,
    created_at timestamptz not null,
    created_by text not null default '',
    due_at timestamptz not null,
    state text not null default 'open'
        check (state in ('open', 'taken', 'done', 'passed_on', 'declined', 'cancelled')),
    state_at timestamptz not null,
    state_by text not null default '',
    note text not null default '', -- the result, or why it was declined
    told_at timestamptz -- the station was written to: it is overdue
);
create index needs_by_home on needs (home_id, created_at desc);
create index needs_open on needs (due_at) where state in ('open', 'taken');

-- What happened to a need, in order; rows are only ever added.
create table need_entries (
    need_id text not null references needs (id) on delete cascade,
    n integer not null,
    at timestamptz not null,
    state text not null,
    by text not null default '',
    note text not null default '',
    primary key (need_id, n)
);
create function forbid_need_change() returns trigger language plpgsql as $$
begin
    raise exception 'what happened to a need is append-only';
end $$;
create trigger need_entries_append_only before update on need_entries
    for each row execute function forbid_need_change();

-- ── what a human who calls an ambulance must say ──────────────────────────────────────────────────────

alter table homes add column landmarks text not null default '';
alter table homes add column hospital text not null default '';
alter table residents add column health_consent boolean not null default false;
-- {"ambulance": "120", "fire": "119", "police": "110"}; what is missing comes from above, then from the country.
alter table organisations add column emergency_numbers jsonb not null default '{}';
alter table organisations add column works_from time not null default '08:00'; -- by the clock of its homes
alter table organisations add column works_to time not null default '18:00';
alter table organisations add check (works_from < works_to);
