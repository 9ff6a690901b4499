-- jiekou: expand
-- What rows an app reaches, by scope: {"project": ["…"]}. A scope that is not there binds it
-- to nothing. projects is the scope that notifications are about; null: all.
alter table jiekou.app
    add column scopes jsonb not null default '{}',
    add column projects text[];

-- What a subscription asks for. projects of it is what it gets of that: with an app that is
-- bound to projects never more than those. A blank stands for none, since {} stands for all.
alter table jiekou.subscription add column asked text[] not null default '{}';
update jiekou.subscription set asked = projects;

create function jiekou.bound_projects(asked text[], bound text[]) returns text[]
    language sql immutable parallel safe
    as $$ select case
        when bound is null then asked
        when asked = '{}' and bound <> '{}' then bound
        else coalesce((select array_agg(one order by one) from unnest(asked) one where one = any (bound)), array[' '])
    end $$;

create or replace function jiekou.grant_subscription() returns trigger language plpgsql as $$
declare
    bound text[];
begin
    select not a.disabled and jiekou.granted(a.grants, new.cmd), a.projects into new.granted, bound
    from jiekou.app a where a.system = new.system and a.id = new.app for share;
    new.granted := coalesce(new.granted, false); -- no such app: the foreign key refuses it
    if tg_op = 'INSERT' or new.projects is distinct from old.projects then
        new.asked := new.projects; -- a server of an older version knows no other column
    end if;
    new.projects := jiekou.bound_projects(new.asked, bound);
    return new;
end $$;

create trigger bound after update of projects on jiekou.app
    for each row execute function jiekou.grant_app();

-- Undoes a report that would write a row outside of what its app is bound to.
create function jiekou.refuse(code text) returns text[] language plpgsql as $$
begin
    raise exception '%', code using errcode = 'JK001';
end $$;
