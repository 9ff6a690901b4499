-- jiekou: expand
-- A notification may go to a URL that the request gave whose row it is about, in place of
-- the subscription's. due is its next attempt there: it holds back nothing behind it.
alter table jiekou.outbox
    add column url text,
    add column due timestamptz;

-- Who gets a notification that belongs to one app: its subscription, or the app itself,
-- without one, where it gave a URL.
create function jiekou.addressed(of_system text, of_cmd text, of_app text, of_url text)
    returns table (system text, app text, cmd text, projects text[], granted boolean)
    language sql stable parallel safe
    as $$
        select s.system, s.app, s.cmd, s.projects, s.granted
        from jiekou.subscription s
        where s.system = of_system and s.cmd = of_cmd and s.app = of_app
        union all
        select a.system, a.id, of_cmd, jiekou.bound_projects('{}', a.projects), not a.disabled and jiekou.granted(a.grants, of_cmd)
        from jiekou.app a
        where a.system = of_system and a.id = of_app and of_url <> ''
          and not exists (select from jiekou.subscription s where s.system = of_system and s.cmd = of_cmd and s.app = of_app)
    $$;
