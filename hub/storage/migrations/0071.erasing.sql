-- Erasing a person: what must be kept loses its names, and everything else goes.
-- depends: 0070.second_factor

-- An alert whose home is gone: it counts for the organisation, until its time is over.
alter table alerts add column erased_at timestamptz;
create index alerts_erased on alerts (triggered_at) where erased_at is not null;

-- Somebody who was told and is erased: receipts that come late are counted, and not kept.
alter table attempts add column erased_at timestamptz;

-- That something was erased, by whom and why; never who it was.
create table erasures (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    by text, -- a user's id; null: the command line
    kind text not null check (kind in ('resident', 'contact', 'user')),
    organisation_id text references organisations (id) on delete set null,
    reason text not null,
    erased jsonb not null, -- rows by table
    kept jsonb not null
);

-- What is append-only may be written anew by an erasure alone, which says so for its own transaction.
create or replace function forbid_change() returns trigger language plpgsql as $$
begin
    if current_setting('anju.erasing', true) = 'on' then
        return case when tg_op = 'DELETE' then old else new end;
    end if;
    raise exception 'an alert''s file is append-only';
end $$;
create or replace function forbid_need_change() returns trigger language plpgsql as $$
begin
    if current_setting('anju.erasing', true) = 'on' then
        return new;
    end if;
    raise exception 'what happened to a need is append-only';
end $$;
