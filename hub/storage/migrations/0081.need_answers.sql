-- What residents and families say of what was done for them: counted by the organisation that did it.
-- depends: 0080.plan_versions

create table need_answers (
    need_id text not null references needs (id) on delete cascade,
    n integer not null,
    at timestamptz not null,
    answer text not null check (answer in ('satisfied', 'partly', 'not')),
    words text not null default '',
    by text not null,
    how text not null check (how in ('page', 'phone', 'link')),
    doer_id text not null references organisations (id), -- that had done it
    done_at timestamptz not null,
    primary key (need_id, n)
);
create index need_answers_by_time on need_answers (at);
