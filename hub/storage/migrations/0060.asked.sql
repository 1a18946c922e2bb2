-- Whether a resident can be asked is a fact for the watch: it is told when a resident or their telephone is
-- added, changed or taken away.
-- depends: 0051.walk_tests

create function tell_of_resident() returns trigger language plpgsql as $$
declare
    after jsonb := to_jsonb(new);
    before jsonb := to_jsonb(old);
begin
    if tg_table_name = 'contacts' then
        if 'resident' in (coalesce(after ->> 'role', ''), coalesce(before ->> 'role', '')) then
            perform pg_notify('anju_homes', coalesce(after ->> 'home_id', before ->> 'home_id'));
        end if;
    else
        perform pg_notify('anju_homes', c.home_id) from contacts c
        where c.id = coalesce(after ->> 'contact_id', before ->> 'contact_id') and c.role = 'resident';
    end if;
    return null;
end $$;
create trigger contacts_told after update of active, role or delete on contacts
    for each row execute function tell_of_resident();
create trigger contact_methods_told after insert or update of active, channel or delete on contact_methods
    for each row execute function tell_of_resident();
