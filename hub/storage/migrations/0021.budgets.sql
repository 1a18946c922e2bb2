-- What a home may be called for nothing, and what its risk is made of.
-- depends: 0020.learnt

create table budgets (
    home_id text primary key references homes (id) on delete cascade,
    as_of timestamptz not null,
    state bytea not null,
    questions_left real not null,
    questions_held real not null,
    questions_next_at timestamptz not null,
    station_left real not null,
    station_held real not null,
    station_next_at timestamptz not null
);

-- Every alert that was counted against a budget, and how it ended.
create table budget_calls (
    alert_id text primary key references alerts (id) on delete cascade,
    home_id text not null references homes (id) on delete cascade,
    risk text not null,
    kind text not null check (kind in ('question', 'station')),
    outcome text
);
create index budget_calls_open on budget_calls (alert_id) where outcome is null;

create table risk_scores (
    home_id text primary key references homes (id) on delete cascade,
    at timestamptz not null,
    points real not null,
    band text not null check (band in ('low', 'raised', 'high')),
    contributions jsonb not null, -- the three largest: {what, points, reason, lower, saves}
    unknown text[] not null -- names of facts that nobody has told
);
create index risk_scores_by_points on risk_scores (points desc);
