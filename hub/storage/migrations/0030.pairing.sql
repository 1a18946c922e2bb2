-- Pairing an edge agent with its home: a code that is shown once, works once and lasts a quarter of an hour.

create table pairing_codes (
    id text primary key, -- the code's first part; the rest is kept as a hash only
    home_id text not null references homes (id) on delete cascade,
    edge_id text not null check (edge_id ~ '^[a-z0-9-]{1,32}$'),
    hash text not null,
    made_at timestamptz not null,
    made_by text,
    expires_at timestamptz not null,
    used_at timestamptz,
    used_with bytea -- SHA-256 of the password that the agent brought: it may ask again when it heard no answer
);
create index pairing_codes_by_edge on pairing_codes (home_id, edge_id);

alter table edges add column paired_at timestamptz; -- null: its settings file was made by hand
alter table edges add column revoked_at timestamptz; -- its account was taken away
