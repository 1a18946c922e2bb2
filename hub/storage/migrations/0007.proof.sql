-- Proof that escalation works: nightly pre-flight, drills, signs of life, the last audit.
-- depends: 0002.escalation

-- ── pre-flight: who would be reached in the next two weeks ────────────────────────────────────────────

create table preflight_runs (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    until timestamptz not null, -- it looked so far ahead
    homes integer not null,
    took interval not null
);
create table preflight_findings (
    run_id bigint not null references preflight_runs (id) on delete cascade,
    n integer not null,
    organisation_id text not null references organisations (id) on delete cascade,
    home_id text references homes (id) on delete cascade, -- none: about the organisation itself
    kind text not null, -- unreachable, unverified, single, rota_gap, failing
    severity text, -- of the alerts that it concerns; none: of all
    since timestamptz not null,
    until timestamptz not null,
    people integer not null default 0, -- who are reached then in the first round, and are verified
    who text not null default '',
    primary key (run_id, n)
);
create index preflight_findings_by_home on preflight_findings (home_id, run_id);

-- ── drills ────────────────────────────────────────────────────────────────────────────────────────────

-- How often a home, an organisation's people on duty, or each of its homes is drilled.
create table drill_plans (
    id text primary key,
    home_id text references homes (id) on delete cascade,
    organisation_id text references organisations (id) on delete cascade,
    whom text not null default 'home' check (whom in ('home', 'duty', 'homes')),
    every text not null check (every in ('week', 'month')),
    day smallint not null check (day between 1 and 28), -- of the week (1 Monday) or of the month
    hour smallint not null default 10 check (hour between 8 and 19), -- by the clock of the place
    active boolean not null default true,
    saved_at timestamptz not null,
    saved_by text not null,
    check ((home_id is null) <> (organisation_id is null)),
    check ((home_id is not null) = (whom = 'home')),
    check (every = 'month' or day <= 7)
);
create unique index drill_plans_of_home on drill_plans (home_id) where home_id is not null;
create unique index drill_plans_of_organisation on drill_plans (organisation_id, whom)
    where organisation_id is not null;

-- Which alerts were drills, of which plan: who was reached, and how fast, is in the alert itself.
create table drills (
    alert_id text primary key references alerts (id),
    plan_id text references drill_plans (id) on delete set null, -- none: somebody asked for it
    home_id text references homes (id) on delete cascade,
    organisation_id text references organisations (id) on delete cascade,
    started_at timestamptz not null,
    started_by text not null default ''
);
create index drills_by_home on drills (home_id, started_at desc);
create index drills_by_organisation on drills (organisation_id, started_at desc);
create index drills_by_plan on drills (plan_id, started_at desc);

-- ── the auditor ───────────────────────────────────────────────────────────────────────────────────────

-- Each role says that its loop turns, whichever machine it is on.
create table role_beats (
    role text not null,
    process text not null, -- host and number
    at timestamptz not null,
    primary key (role, process)
);

-- The latest audit, for whoever asks whether all is well.
create table audits (
    only_one boolean primary key default true check (only_one),
    at timestamptz not null,
    found jsonb not null default '{}', -- how many of each kind
    well boolean not null,
    told_outside_at timestamptz -- when somebody outside last took our word that all is well
);

-- What the auditor asks for every minute, among millions of rows.
create index alerts_unanswered on alerts (triggered_at) where status = 'triggered';
create index alerts_adrift on alerts (triggered_at)
    where status <> 'resolved' and due_at is null and severity <> 'advice';
create index attempts_sending on attempts (sending_at) where status = 'sending';
