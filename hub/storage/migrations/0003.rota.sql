-- Who is on duty at an organisation, and when: the rota as it stands, and every version that it ever had.
-- depends: 0002.escalation

-- An organisation without a row has no rota: there everybody is on duty at any hour.
create table rotas (
    organisation_id text primary key references organisations (id),
    document jsonb not null, -- zone, shifts, rotations, changes: see escalation
    version integer not null default 1,
    saved_at timestamptz not null,
    saved_by text not null
);

-- So that "who was on duty at 03:12" has an answer whatever was written since.
create table rota_versions (
    organisation_id text not null references organisations (id),
    version integer not null,
    document jsonb not null,
    saved_at timestamptz not null,
    saved_by text not null,
    primary key (organisation_id, version)
);
create function forbid_change_of_rota_versions() returns trigger language plpgsql as $$
begin
    raise exception 'what a rota once said is append-only';
end $$;
create trigger rota_versions_append_only before update or delete on rota_versions
    for each row execute function forbid_change_of_rota_versions();
