-- Which dispatcher has an attempt in hand: when it dies, others need not wait as long as a provider may take.
-- depends: 0002.escalation

alter table attempts add column claimed_by bigint; -- the number under which a dispatcher holds its lease
