-- Answers in writing: what people wrote to us, and the secrets that sign one-tap links.
-- depends: 0002.escalation

create table inbound_messages (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    channel text not null check (channel in ('sms', 'email', 'push', 'chat')),
    address text not null,
    text text not null, -- its first 500 characters
    provider_id text unique, -- a provider may bring one message twice
    alert_id text references alerts (id),
    understood text not null,
    reply text not null default '' -- empty: nothing was written back
);
create index inbound_messages_by_address on inbound_messages (address, at);

-- The newest signs; older ones stay valid for as long as a link lives.
create table link_keys (
    id integer generated always as identity primary key,
    secret bytea not null,
    created_at timestamptz not null
);
