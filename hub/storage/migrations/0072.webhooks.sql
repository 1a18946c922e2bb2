-- Webhooks: programs of others are told what happens, signed, until they have it or it is too late.
-- depends: 0071.erasing

create table webhooks (
    id text primary key,
    organisation_id text not null references organisations (id) on delete cascade, -- with all below it
    url text not null,
    kinds text[] not null,
    secret bytea not null, -- sealed with the hub's key
    old_secret bytea, -- signs besides, until:
    old_until timestamptz,
    active boolean not null default true,
    why_not text not null default '', -- it was stopped
    sequence bigint not null default 0, -- of the last delivery
    made_at timestamptz not null,
    made_by text not null
);

-- What happened, written in the very transaction in which it happened; taken away once it is owed.
create table webhook_events (
    n bigint generated always as identity primary key,
    kind text not null,
    home_id text,
    organisation_id text,
    data jsonb not null
);

create table webhook_deliveries (
    id text primary key, -- the same at every try: whoever gets it twice knows it
    webhook_id text not null references webhooks (id) on delete cascade,
    sequence bigint not null,
    kind text not null,
    home_id text,
    body text not null, -- as it is signed
    state text not null default 'waiting' check (state in ('waiting', 'delivered', 'dead')),
    created_at timestamptz not null,
    next_at timestamptz not null,
    tries smallint not null default 0,
    tried_at timestamptz,
    status smallint, -- what the receiver answered
    reason text not null default '' -- why it has not got it
);
create index webhook_deliveries_due on webhook_deliveries (next_at) where state = 'waiting';
create index webhook_deliveries_by_webhook on webhook_deliveries (webhook_id, sequence desc);

-- Names, numbers and addresses are not in it: whoever may see them asks the API.
create function note_alert_for_webhooks() returns trigger language plpgsql as $$
declare
    kinds text[] := '{}';
begin
    if not exists (select from webhooks where active) then
        return null;
    end if;
    if tg_op = 'INSERT' then
        kinds := array['alert.opened'];
        if new.risk in ('device_silent', 'home_silent') then
            kinds := kinds || array['device.silent'];
        end if;
    elsif new.status <> old.status then
        kinds := array[case when new.status = 'triggered' then 'alert.escalated' else 'alert.' || new.status end];
    elsif new.severity <> old.severity
        or (new.progress ->> 'step', new.progress ->> 'round')
            is distinct from (old.progress ->> 'step', old.progress ->> 'round') and old.progress <> '{}' then
        kinds := array['alert.escalated'];
    end if;
    insert into webhook_events (kind, home_id, organisation_id, data)
    select kind, new.home_id, new.organisation_id, jsonb_build_object(
        'alert', new.id, 'home', new.home_id, 'organisation', new.organisation_id, 'risk', new.risk,
        'severity', new.severity, 'status', new.status, 'room', new.room, 'device', new.device,
        'drill', new.drill, 'late', new.late, 'outcome', new.outcome,
        'step', new.progress -> 'step', 'round', new.progress -> 'round',
        'occurred_at', new.occurred_at, 'triggered_at', new.triggered_at,
        'acknowledged_at', new.acknowledged_at, 'resolved_at', new.resolved_at)
    from unnest(kinds) as kind;
    if kinds <> '{}' then
        perform pg_notify('anju_webhooks', '');
    end if;
    return null;
end $$;
create trigger alerts_noted_for_webhooks after insert or update of status, severity, progress on alerts
    for each row execute function note_alert_for_webhooks();

create function note_need_for_webhooks() returns trigger language plpgsql as $$
begin
    if exists (select from webhooks where active) and (tg_op = 'INSERT' or new.state <> old.state) then
        insert into webhook_events (kind, home_id, data) values (
            case when tg_op = 'INSERT' then 'need.opened' else 'need.changed' end, new.home_id,
            jsonb_build_object('need', new.id, 'home', new.home_id, 'kind', new.kind, 'state', new.state,
                'due_at', new.due_at, 'created_at', new.created_at, 'state_at', new.state_at));
        perform pg_notify('anju_webhooks', '');
    end if;
    return null;
end $$;
create trigger needs_noted_for_webhooks after insert or update of state on needs
    for each row execute function note_need_for_webhooks();
