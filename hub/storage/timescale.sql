-- What TimescaleDB adds to the schema. Safe to run again; one statement a paragraph, outside a transaction.

-- One chunk a day: a day of a county is what is compressed, and dropped, at once.
select create_hypertable('events', by_range('occurred_at', interval '1 day'),
    if_not_exists => true, migrate_data => true);

-- A compressed row holds up to 1,000 events of one stream, so that a home's past is read without the others'.
do $$
begin
    if not exists (select from timescaledb_information.compression_settings where hypertable_name = 'events') then
        alter table events set (timescaledb.compress,
            timescaledb.compress_segmentby = 'home_id, stream_id',
            timescaledb.compress_orderby = 'occurred_at, seq');
    end if;
end $$;

select add_compression_policy('events', interval '7 days', if_not_exists => true);

-- By the age of the chunk, not of what is in it: a recording of last year, taken in today, is today's.
select add_retention_policy('events', drop_created_before => interval '91 days', if_not_exists => true);

-- A database that was used without TimescaleDB has the plain stand-in.
do $$
begin
    if exists (select from pg_views where viewname = 'activity_hourly')
        and not exists (select from timescaledb_information.continuous_aggregates
                        where view_name = 'activity_hourly') then
        drop view activity_hourly;
    end if;
end $$;

-- Complete up to this minute: what is not yet gathered is read from the events.
create materialized view if not exists activity_hourly
with (timescaledb.continuous, timescaledb.materialized_only = false) as
select home_id, device, kind, time_bucket(interval '1 hour', occurred_at) as hour, count(*) as n,
       min(occurred_at) as first_at, max(occurred_at) as last_at
from events group by home_id, device, kind, time_bucket(interval '1 hour', occurred_at)
with no data;

-- Only hours that changed are gathered again, and none whose events may be dropped already: it would be
-- gathered as empty.
select add_continuous_aggregate_policy('activity_hourly', start_offset => interval '89 days',
    end_offset => interval '1 hour', schedule_interval => interval '30 minutes', if_not_exists => true);

-- Thirteen months: a season can be compared with last year's.
select add_retention_policy('activity_hourly', interval '400 days', if_not_exists => true);
