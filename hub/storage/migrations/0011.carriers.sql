-- Several providers: how each of them fared in the last minutes is asked before each attempt.
-- depends: 0002.escalation

create index attempts_by_sending on attempts (sending_at) where sending_at is not null;
