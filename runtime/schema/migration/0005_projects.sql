-- Which projects a subscription sees, whether its app may have the notification,
-- and which project a notification is about. A paused queue is a receiver's; a
-- subscription was never paused by anything.
alter table jiekou.subscription
    drop column paused,
    add column projects text[]  not null default '{}', -- empty: all
    add column granted  boolean not null default true; -- kept by triggers

alter table jiekou.outbox
    add column project text, -- empty or null: none, it is for all
    add column tries   int not null default 0; -- attempts, over replays
update jiekou.outbox o set tries = a.n from (select outbox, max(n) as n from jiekou.attempt group by outbox) a where a.outbox = o.id;

-- Whether a subscription that is bound to projects gets what is about one.
create function jiekou.sees(projects text[], project text) returns boolean
    language sql immutable parallel safe
    as $$ select projects = '{}' or coalesce(project, '') = '' or project = any (projects) $$;

-- Whether one of the patterns of an app matches, as path.Match of Go does. What is
-- sent is judged there again.
create function jiekou.granted(grants text[], cmd text) returns boolean
    language sql immutable parallel safe
    as $$ select exists (select from unnest(grants) g
        where cmd ~ ('^' || replace(replace(replace(g, '.', '\.'), '*', '.*'), '?', '.') || '$')) $$;

create function jiekou.grant_subscription() returns trigger language plpgsql as $$
begin
    select not a.disabled and jiekou.granted(a.grants, new.cmd) into new.granted
    from jiekou.app a where a.system = new.system and a.id = new.app for share;
    new.granted := coalesce(new.granted, false); -- no such app: the foreign key refuses it
    return new;
end $$;
create trigger granted before insert or update on jiekou.subscription
    for each row execute function jiekou.grant_subscription();

create function jiekou.grant_app() returns trigger language plpgsql as $$
begin
    update jiekou.subscription s set cmd = cmd where s.system = new.system and s.app = new.id;
    return null;
end $$;
create trigger granted after update of grants, disabled on jiekou.app
    for each row execute function jiekou.grant_app();

update jiekou.subscription set cmd = cmd;
