-- Less noise: who asked for silence, what holds an alert back, and what a person was spared.
-- depends: 0002.escalation

-- What keeps an alert back, as rule:what, say grouped:<alert> or silence:<id>; null: nothing does.
alter table alerts add column held_by text;
create index alerts_held on alerts (held_by) where held_by is not null and status <> 'resolved';
create index alerts_of_a_storm on alerts (triggered_at)
    where home_id is not null and status <> 'resolved' and severity = 'warning'
      and risk in ('home_silent', 'power_cut');

-- A hush that somebody asked for; it always ends. No risks named: all that are no emergencies.
create table silences (
    id bigint generated always as identity primary key,
    home_id text references homes (id) on delete cascade,
    organisation_id text references organisations (id) on delete cascade,
    risks text[] not null default '{}',
    since timestamptz not null,
    until timestamptz not null,
    by text not null,
    why text not null check (why <> ''),
    created_at timestamptz not null,
    ended_by text,
    check ((home_id is null) <> (organisation_id is null)),
    check (until > since)
);
create index silences_by_end on silences (until);

-- How quiet a home, or an organisation with all below it, wants to be; the nearest value that is set holds.
create table noise_levels (
    home_id text unique references homes (id) on delete cascade,
    organisation_id text unique references organisations (id) on delete cascade,
    quiet_from time, -- local; the same as quiet_until: no quiet hours
    quiet_until time,
    calls_an_hour smallint check (calls_an_hour >= 1),
    calls_a_night smallint check (calls_a_night >= 1),
    check ((home_id is null) <> (organisation_id is null)),
    check ((quiet_from is null) = (quiet_until is null))
);

-- Warnings of which a person was spared a call: one written message tells of all that wait.
create table digest_items (
    id bigint generated always as identity primary key,
    contact_id text not null,
    alert_id text not null references alerts (id),
    at timestamptz not null,
    attempt_id text references attempts (id) -- the message that told of it; null: it waits
);
create index digest_items_waiting on digest_items (contact_id, at) where attempt_id is null;
create index digest_items_by_alert on digest_items (alert_id, contact_id);
alter table attempts add column body text; -- what a message says that is not made of one alert alone
