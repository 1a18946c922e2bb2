-- A second factor at the sign-in: a code that changes every half minute, and recovery codes for a lost telephone.
-- depends: 0060.asked

create table second_factors (
    user_id text primary key references users (id) on delete cascade,
    secret bytea not null, -- sealed with the hub's key, which is not in the database
    begun_at timestamptz not null,
    confirmed_at timestamptz, -- null: the first code has not come yet, and none is asked for
    last_step bigint not null default 0, -- of the last code that was taken: no code is good twice
    failures integer not null default 0, -- wrong codes in a row
    failed_at timestamptz
);

create table recovery_codes (
    user_id text not null references second_factors (user_id) on delete cascade,
    hash bytea not null,
    used_at timestamptz,
    primary key (user_id, hash)
);

-- Somebody whose password was right, and who still owes a code: such a session opens nothing else.
alter table sessions add column awaits text not null default '' check (awaits in ('', 'code', 'enrolment'));
-- An account that a wall screen signs in with: nobody stands there to type a code.
alter table users add column shared_screen boolean not null default false;
