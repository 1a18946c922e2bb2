-- Hand-over between the tiers: how they answered lately, and alerts that were given to another organisation.
-- depends: 0002.escalation

create index attempts_of_tiers on attempts (contact_id, created_at) where tier <> 'home';
alter table alerts add column handed_to text references organisations (id); -- whose people see and answer it too
create index alerts_handed_to on alerts (handed_to) where handed_to is not null and status <> 'resolved';
