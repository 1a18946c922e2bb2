-- Every version of every plan: what held when, and who changed it. `plans` holds the one that counts now.
-- depends: 0051.walk_tests

create table plan_versions (
    plan_id text not null, -- as in `plans`: home:<id> or organisation:<id>
    version integer not null,
    home_id text references homes (id) on delete cascade,
    organisation_id text references organisations (id) on delete cascade,
    plan jsonb, -- null: taken back, the plan above holds again
    saved_at timestamptz not null,
    saved_by text not null,
    accepted text[] not null default '{}',
    primary key (plan_id, version)
);
insert into plan_versions (plan_id, version, home_id, organisation_id, plan, saved_at, saved_by, accepted)
    select id, version, home_id, organisation_id, plan, saved_at, saved_by, accepted from plans;
