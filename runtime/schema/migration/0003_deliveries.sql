-- What the delivery of notifications keeps. sid and sent are given at the first
-- attempt, once: every further one sends the same bytes.
alter table jiekou.outbox
    add column sid      text,
    add column sent     bigint,                     -- the header's timestamp
    add column attempts int         not null default 0, -- since it was queued or replayed
    add column dead     timestamptz,
    add column reason   text;

drop index jiekou.outbox_waiting;
create index outbox_waiting on jiekou.outbox (system, app, id) where delivered is null and dead is null;
create index outbox_dead on jiekou.outbox (system, app, id) where dead is not null;
create index outbox_delivered on jiekou.outbox (delivered) where delivered is not null;
create unique index outbox_sid on jiekou.outbox (system, sid) where sid is not null;

-- The last five digits of our message ids, for all servers.
create sequence jiekou.notice minvalue 0 maxvalue 99999 start with 0 cycle;

-- One queue: an app of a system. Whoever has raised lease last may send, and
-- nothing that another one reports has an effect (fencing).
create table jiekou.receiver (
    system        text        not null,
    app           text        not null,
    failures      int         not null default 0, -- in a row
    failing_since timestamptz,
    due           timestamptz not null default now(), -- the next attempt, while it fails
    lease         bigint      not null default 0,
    leased_until  timestamptz not null default '-infinity',
    paused        boolean     not null default false,
    disabled      timestamptz,
    why           text        not null default '',
    primary key (system, app),
    foreign key (system, app) references jiekou.app (system, id) on delete cascade
) with (fillfactor = 50);
insert into jiekou.receiver (system, app) select system, id from jiekou.app;

create function jiekou.receive() returns trigger language plpgsql as $$
begin
    insert into jiekou.receiver (system, app) values (new.system, new.id) on conflict do nothing;
    return null;
end $$;
create trigger receive after insert on jiekou.app for each row execute function jiekou.receive();

create function jiekou.bury() returns trigger language plpgsql as $$
begin
    update jiekou.outbox set dead = now(), reason = 'the app was removed'
    where system = old.system and app = old.id and delivered is null and dead is null;
    return null;
end $$;
create trigger bury after delete on jiekou.app for each row execute function jiekou.bury();

-- What came back, without any content.
create table jiekou.attempt (
    outbox  bigint      not null,
    n       int         not null, -- from 1, over replays
    at      timestamptz not null,
    took    interval    not null,
    outcome text        not null,
    status  int,  -- of HTTP
    code    text, -- of a reply that was verified
    primary key (outbox, n)
);
