-- Escalation in full: policies, alerts of an area, who took them, all channels, answers that are counted.
-- depends: 0001.foundation

-- ── people and how to reach them ──────────────────────────────────────────────────────────────────────

alter table contacts drop constraint contacts_role_check;
alter table contacts add check (role in ('resident', 'family', 'neighbour', 'volunteer', 'doctor', 'duty'));
alter table contact_methods drop constraint contact_methods_channel_check;
alter table contact_methods add check (channel in ('voice', 'sms', 'email', 'push', 'chat'));

-- ── alerts ────────────────────────────────────────────────────────────────────────────────────────────

-- An alert is about a home, or about an area: a village without power, a rota with a gap, a number to check.
alter table alerts alter column home_id drop not null;
alter table alerts add column organisation_id text references organisations (id);
alter table alerts add check ((home_id is null) <> (organisation_id is null));
create unique index alerts_open_of_area on alerts (organisation_id, dedup_key)
    where status <> 'resolved' and organisation_id is not null;

alter table alerts add column incident_id text references alerts (id); -- the area's alert that covers this one
alter table alerts add column held_until timestamptz; -- nobody is called before: why is in the file
alter table alerts add column cause text not null default ''; -- of a false alarm, from a fixed list
alter table alerts add column answered_at timestamptz; -- the first time that a human took it
alter table alerts add column answered_tier text; -- home, station, centre, county
alter table alerts add column arrived_at timestamptz; -- the first time that somebody was on site
alter table alerts add column eta_at timestamptz; -- when who is on the way expects to be there
create index alerts_by_incident on alerts (incident_id) where incident_id is not null;
create index alerts_by_time on alerts (triggered_at);

-- Who took an alert: an emergency may ask for more than one.
create table alert_takers (
    alert_id text not null references alerts (id),
    taker text not null, -- contact:<id>, user:<id> or name:<name>: one person counts once
    name text not null,
    via text not null, -- voice, sms, link, web, api
    tier text not null default 'home',
    at timestamptz not null,
    left_at timestamptz, -- said afterwards that they cannot go
    primary key (alert_id, taker)
);

-- ── attempts ──────────────────────────────────────────────────────────────────────────────────────────

alter table attempts drop constraint attempts_channel_check;
alter table attempts add check (channel in ('voice', 'sms', 'email', 'push', 'chat'));
-- ask: the resident is asked how they are; news: what became of an alert that they were told about
alter table attempts drop constraint attempts_purpose_check;
alter table attempts add check (purpose in ('answer', 'inform', 'ask', 'news'));
alter table attempts add column tried_providers text[] not null default '{}';
alter table attempts add column tier text not null default 'home';
create index attempts_by_address on attempts (address, created_at);

-- ── policies ──────────────────────────────────────────────────────────────────────────────────────────

-- The plan of a home, or of all homes below an organisation; the nearest one holds, else the built-in plan.
create table plans (
    id text primary key,
    home_id text unique references homes (id) on delete cascade,
    organisation_id text unique references organisations (id) on delete cascade,
    plan jsonb not null,
    version integer not null default 1,
    saved_at timestamptz not null,
    saved_by text not null,
    accepted text[] not null default '{}', -- warnings that whoever saved it accepted by name
    check ((home_id is null) <> (organisation_id is null))
);
