-- The open alerts of a home are told to its edge agents, for Home Assistant and whatever else is at home there.
-- One row a change, taken away by whoever tells it; without a key, so that no alert ever waits for another.

create table edge_news (
    n bigint generated always as identity primary key,
    home_id text not null
);

create function tell_of_alert() returns trigger language plpgsql as $$
begin
    if new.home_id is not null then
        insert into edge_news (home_id) values (new.home_id);
        perform pg_notify('anju_edges', '');
    end if;
    return null;
end $$;
create trigger alerts_told_at_home after insert or update of status, severity on alerts
    for each row execute function tell_of_alert();
