-- Which projects a subscription sees, and which one a notification is about. A
-- paused queue is a receiver's; a subscription was never paused by anything.
alter table jiekou.subscription
    drop column paused,
    add column projects text[] not null default '{}'; -- empty: all

alter table jiekou.outbox
    add column project text, -- empty or null: none, it is for all
    add column tries   int not null default 0; -- attempts, over replays
update jiekou.outbox o set tries = a.n from (select outbox, max(n) as n from jiekou.attempt group by outbox) a where a.outbox = o.id;

-- Whether a subscription that is bound to projects gets what is about one.
create function jiekou.sees(projects text[], project text) returns boolean
    language sql immutable parallel safe
    as $$ select projects = '{}' or coalesce(project, '') = '' or project = any (projects) $$;
