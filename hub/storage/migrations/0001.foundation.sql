-- The first schema: places and people, events, alerts with their file, notifications, accounts.
-- Instants are timestamptz (UTC); SQL that decides takes the time as a parameter and never calls now().

-- ── places ────────────────────────────────────────────────────────────────────────────────────────────

create table organisations (
    id text primary key check (id ~ '^[a-z0-9-]{1,32}$'),
    tier text not null check (tier in ('station', 'centre', 'county')),
    parent_id text references organisations (id),
    name text not null,
    name_en text not null default '',
    area_code text not null default '' check (area_code ~ '^([0-9]{12})?$'),
    zone text not null default 'Asia/Shanghai'
);

create table homes (
    id text primary key check (id ~ '^[a-z0-9-]{1,32}$'),
    organisation_id text not null references organisations (id),
    name text not null,
    address text not null default '',
    entry_note text not null default '',
    zone text not null default 'Asia/Shanghai',
    status text not null default 'commissioning' check (status in ('commissioning', 'live', 'paused')),
    first_called text not null default 'family' check (first_called in ('family', 'station')),
    supervision interval not null default '180 seconds',
    created_at timestamptz not null
);
create index homes_by_organisation on homes (organisation_id);

create table residents (
    id text primary key,
    home_id text not null references homes (id) on delete cascade,
    name text not null,
    born_on date,
    capability smallint check (capability between 0 and 4),
    circumstances text[] not null default '{}',
    health_note text not null default ''
);

create index residents_by_home on residents (home_id);

create table contacts (
    id text primary key,
    home_id text references homes (id) on delete cascade,
    organisation_id text references organisations (id) on delete cascade,
    name text not null,
    role text not null check (role in ('family', 'neighbour', 'doctor', 'duty')),
    language text not null default 'zh' check (language in ('zh', 'en')),
    rank smallint not null default 1,
    active boolean not null default true,
    check ((home_id is null) <> (organisation_id is null))
);
create index contacts_by_home on contacts (home_id);
create index contacts_by_organisation on contacts (organisation_id);

create table contact_methods (
    id text primary key,
    contact_id text not null references contacts (id) on delete cascade,
    channel text not null check (channel in ('voice', 'sms')),
    address text not null,
    rank smallint not null default 1,
    verified_at timestamptz,
    active boolean not null default true
);
create index contact_methods_by_contact on contact_methods (contact_id);

create table edges (
    home_id text not null references homes (id) on delete cascade,
    id text not null check (id ~ '^[a-z0-9-]{1,32}$'),
    state text not null default 'new' check (state in ('new', 'online', 'stopping', 'lost')),
    session bigint not null default 0,
    boot text not null default '',
    version text not null default '',
    clock text not null default 'unsynced',
    config_version integer not null default 0,
    heard_at timestamptz,
    health jsonb not null default '{}',
    primary key (home_id, id)
);

create table devices (
    home_id text not null,
    edge_id text not null,
    id text not null,
    vendor text not null default '',
    model text not null default '',
    name text not null default '',
    room text not null default '',
    kinds text[] not null default '{}',
    heartbeat interval,
    outer_door boolean not null default false,
    battery_powered boolean not null default true,
    placed boolean not null default true,
    heard_at timestamptz,
    battery real,
    battery_low boolean,
    link real,
    available boolean,
    primary key (home_id, edge_id, id),
    foreign key (home_id, edge_id) references edges (home_id, id) on delete cascade
);

-- ── events ────────────────────────────────────────────────────────────────────────────────────────────

-- One life of an edge agent's outbox, and what of it is committed: what the hub's `ack` says.
create table streams (
    id integer generated always as identity primary key,
    home_id text not null,
    edge_id text not null,
    name text not null,
    upto bigint not null default 0,
    ranges int8multirange not null default '{}',
    unique (home_id, edge_id, name),
    foreign key (home_id, edge_id) references edges (home_id, id) on delete cascade
);

-- (stream_id, seq) happens once; occurred_at is in the key because a hypertable asks for it.
create table events (
    home_id text not null,
    stream_id integer not null,
    seq bigint not null,
    occurred_at timestamptz not null,
    received_at timestamptz not null,
    device text not null,
    kind text not null,
    value double precision,
    flags smallint not null default 0, -- 1 late, 2 historic, 4 clock held over, 8 clock unsynchronised, 16 implausible
    attributes jsonb,
    primary key (stream_id, seq, occurred_at)
);
create index events_by_home on events (home_id, occurred_at desc);
create index events_by_arrival on events (received_at);

create table quarantine (
    id bigint generated always as identity primary key,
    received_at timestamptz not null,
    source text not null, -- broker, twilio, web
    topic text not null,
    reason text not null,
    payload bytea not null, -- its first 4 kB
    size integer not null
);
create index quarantine_by_time on quarantine (received_at desc);

-- What was refused or ignored, counted by day: small however much of it comes.
create table refusals (
    day date not null,
    reason text not null,
    home_id text not null default '',
    n bigint not null default 0,
    primary key (day, reason, home_id)
);

-- ── judging ───────────────────────────────────────────────────────────────────────────────────────────

-- What the detectors remember of a home. Includes every event with received_at <= as_of.
create table home_states (
    home_id text primary key references homes (id) on delete cascade,
    as_of timestamptz not null,
    state bytea not null
);

-- ── alerts ────────────────────────────────────────────────────────────────────────────────────────────

create table alerts (
    id text primary key,
    home_id text not null references homes (id),
    risk text not null,
    severity text not null check (severity in ('advice', 'warning', 'emergency')),
    status text not null default 'triggered'
        check (status in ('triggered', 'acknowledged', 'on_the_way', 'on_site', 'resolved')),
    dedup_key text not null,
    room text not null default '',
    device text not null default '',
    late boolean not null default false,
    drill boolean not null default false,
    reason jsonb not null, -- {"text": msgid, "values": {...}}
    occurred_at timestamptz not null,
    triggered_at timestamptz not null,
    cleared_at timestamptz,
    acknowledged_at timestamptz,
    acknowledged_by text,
    resolved_at timestamptz,
    resolved_by text,
    outcome text,
    policy jsonb not null, -- frozen when the alert was raised
    progress jsonb not null default '{}', -- where in the policy, see escalation
    due_at timestamptz, -- when escalation looks at it next; null: nothing more to do
    version integer not null default 1
);
create unique index alerts_open on alerts (home_id, dedup_key) where status <> 'resolved';
create index alerts_due on alerts (due_at) where due_at is not null;
create index alerts_by_home on alerts (home_id, triggered_at desc);

-- The alert's file: append-only; every entry carries the hash of the one before it.
create table alert_entries (
    alert_id text not null references alerts (id),
    n integer not null,
    at timestamptz not null,
    kind text not null,
    data jsonb not null,
    hash bytea not null,
    primary key (alert_id, n)
);
create function forbid_change() returns trigger language plpgsql as $$
begin
    raise exception 'an alert''s file is append-only';
end $$;
create trigger alert_entries_append_only before update or delete on alert_entries
    for each row execute function forbid_change();

-- One try to tell one person by one method.
create table attempts (
    id text primary key,
    n bigint not null generated always as identity, -- their order, also within one moment
    alert_id text not null references alerts (id),
    contact_id text not null,
    contact_name text not null,
    role text not null,
    channel text not null check (channel in ('voice', 'sms')),
    address text not null,
    language text not null default 'zh',
    purpose text not null default 'answer' check (purpose in ('answer', 'inform')),
    status text not null default 'queued' check (status in
        ('queued', 'sending', 'unknown', 'accepted', 'ringing', 'talking', 'sent', 'delivered',
         'answered', 'declined', 'unanswered', 'voicemail', 'busy', 'failed', 'withdrawn')),
    round integer not null default 1,
    step integer not null default 0,
    provider text not null default '',
    provider_id text unique,
    provider_seq integer not null default -1,
    error_code text,
    tries smallint not null default 0,
    reason text not null default '',
    created_at timestamptz not null,
    not_before timestamptz not null,
    sending_at timestamptz,
    accepted_at timestamptz,
    ended_at timestamptz,
    check_at timestamptz -- when the provider is asked, should no callback come
);
create index attempts_by_alert on attempts (alert_id, n);
create index attempts_to_send on attempts (not_before) where status = 'queued';
create index attempts_to_check on attempts (check_at) where check_at is not null;

-- Everything that a provider told us, once: (attempt, token) is the receipt's identity.
create table callbacks (
    attempt_id text not null references attempts (id),
    token text not null,
    received_at timestamptz not null,
    data jsonb not null,
    primary key (attempt_id, token)
);

-- ── accounts ──────────────────────────────────────────────────────────────────────────────────────────

create table users (
    id text primary key,
    login text not null unique,
    name text not null,
    role text not null check (role in ('family', 'operator', 'supervisor', 'integrator', 'administrator')),
    organisation_id text references organisations (id), -- for operators and supervisors: their subtree
    password_hash text not null,
    language text not null default 'zh',
    active boolean not null default true,
    created_at timestamptz not null
);

create table user_homes (
    user_id text not null references users (id) on delete cascade,
    home_id text not null references homes (id) on delete cascade,
    primary key (user_id, home_id)
);

create table sessions (
    token_hash bytea primary key,
    user_id text not null references users (id) on delete cascade,
    csrf text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null
);

create table tokens (
    token_hash bytea primary key,
    user_id text not null references users (id) on delete cascade,
    name text not null,
    created_at timestamptz not null,
    expires_at timestamptz
);

create table sign_in_failures (
    login text not null,
    address text not null,
    at timestamptz not null
);
create index sign_in_failures_by_time on sign_in_failures (at);

create table audit_log (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    user_id text,
    action text not null,
    home_id text,
    detail jsonb not null default '{}'
);
create index audit_log_by_home on audit_log (home_id, at desc);

-- ── who must hear of what ─────────────────────────────────────────────────────────────────────────────

-- The ingest worker keeps homes in memory: it is told whenever one changes, whoever changed it.
create function tell_of_home() returns trigger language plpgsql as $$
begin
    perform pg_notify('anju_homes', coalesce(to_jsonb(new) ->> 'home_id', to_jsonb(new) ->> 'id'));
    return null;
end $$;
create trigger homes_told after insert or update of status, zone, supervision on homes
    for each row execute function tell_of_home();
create trigger edges_told after insert on edges for each row execute function tell_of_home();
