-- Registered callers, what they may call and where their notifications go.
create table jiekou.app (
    system   text        not null,
    id       text        not null,
    name     text        not null default '',
    token    bytea       not null, -- sealed under the master key
    appkey   bytea       not null, -- sealed under the master key
    grants   text[]      not null default '{}',
    disabled boolean     not null default false,
    created  timestamptz not null default now(),
    modified timestamptz not null default now(),
    primary key (system, id)
);

create table jiekou.subscription (
    system  text        not null,
    app     text        not null,
    cmd     text        not null,
    url     text        not null,
    created timestamptz not null default now(),
    paused  boolean     not null default false,
    primary key (system, app, cmd),
    foreign key (system, app) references jiekou.app (system, id) on delete cascade
);

-- Who changed what. Only ever inserted into; holds no secret.
create table jiekou.audit (
    id     bigint      generated always as identity primary key,
    at     timestamptz not null default now(),
    actor  text        not null,
    action text        not null,
    system text        not null,
    app    text        not null,
    detail jsonb       not null default '{}'
);
create index audit_app on jiekou.audit (system, app, id);

-- One row; n grows with every change of apps or subscriptions, by whomever.
create table jiekou.revision (
    one boolean primary key default true check (one),
    n   bigint  not null
);
insert into jiekou.revision (n) values (1);

create function jiekou.bump() returns trigger language plpgsql as $$
begin
    update jiekou.revision set n = n + 1;
    return null;
end $$;
create trigger bump after insert or update or delete or truncate on jiekou.app
    for each statement execute function jiekou.bump();
create trigger bump after insert or update or delete or truncate on jiekou.subscription
    for each statement execute function jiekou.bump();
