create or replace view activity_hourly as
select home_id, device, kind, date_trunc('hour', occurred_at, 'UTC') as hour, count(*) as n,
       min(occurred_at) as first_at, max(occurred_at) as last_at
from events group by home_id, device, kind, date_trunc('hour', occurred_at, 'UTC');

