-- What the hub wants of edge agents: a configuration that they keep running, commands that they do once.

-- Whether a device may tell anything; a device without a row may. Who changed it, and when, is in the audit log.
create table device_consents (
    home_id text not null,
    edge_id text not null,
    device_id text not null check (device_id ~ '^[a-z0-9-]{1,32}$'),
    given boolean not null,
    why text not null default '',
    changed_at timestamptz not null,
    changed_by text not null,
    primary key (home_id, edge_id, device_id),
    foreign key (home_id, edge_id) references edges (home_id, id) on delete cascade
);

create table edge_configs (
    home_id text not null,
    edge_id text not null,
    version integer not null,
    sha256 text not null,
    settings jsonb not null,
    made_at timestamptz not null,
    made_by text not null,
    due_at timestamptz, -- when it is said (again); null: the edge runs it, or refuses it
    tries smallint not null default 0,
    primary key (home_id, edge_id),
    foreign key (home_id, edge_id) references edges (home_id, id) on delete cascade
);
create index edge_configs_due on edge_configs (due_at) where due_at is not null;

alter table edges add column config_refused integer not null default 0;
alter table edges add column config_note text not null default '';

create table edge_commands (
    id text primary key check (id ~ '^[a-z0-9-]{1,32}$'),
    home_id text not null,
    edge_id text not null,
    name text not null,
    arguments jsonb not null default '{}',
    made_at timestamptz not null,
    made_by text not null,
    expires_at timestamptz not null,
    sent_at timestamptz,
    ok boolean, -- what the edge said; null: nothing yet
    detail text not null default '',
    answered_at timestamptz,
    foreign key (home_id, edge_id) references edges (home_id, id) on delete cascade
);
create index edge_commands_to_send on edge_commands (made_at) where sent_at is null;
create index edge_commands_by_edge on edge_commands (home_id, edge_id, made_at desc);

-- The ingest worker says them at once.
create function tell_of_wish() returns trigger language plpgsql as $$
begin
    perform pg_notify('anju_edges', '');
    return null;
end $$;
create trigger edge_configs_told after insert or update of version on edge_configs
    for each row execute function tell_of_wish();
create trigger edge_commands_told after insert on edge_commands for each row execute function tell_of_wish();
