-- Keys by name, sealed under the master key. An edition is one whole set of an app's
-- keys; the highest number is the newest. During a rotation there are several, and
-- those that end have a time in until. Rows without an app are keys of the system,
-- the same for all its apps.
create table jiekou.key (
    system      text        not null,
    app         text,
    edition     int         not null,
    name        text        not null,
    kind        text        not null,            -- as the protocol declares it: text, hex, base64, rsa, sm2 …
    half        text        not null default '', -- of a pair: private or public
    fingerprint text        not null default '', -- of a pair: of its public half
    given       boolean     not null default false, -- not made here
    sealed      bytea       not null,
    made        timestamptz not null default now(),
    until       timestamptz not null default 'infinity',
    foreign key (system, app) references jiekou.app (system, id) on delete cascade
);
create unique index key_name on jiekou.key (system, coalesce(app, ''), edition, name);
create index key_until on jiekou.key (until);

-- The seals stay as they are: they are bound to system, app and name.
insert into jiekou.key (system, app, edition, name, kind, sealed, made)
    select system, id, 1, 'token', 'text', token, modified from jiekou.app where token <> ''
    union all
    select system, id, 1, 'appkey', 'text', appkey, modified from jiekou.app where appkey <> '';

alter table jiekou.app
    drop column token,
    drop column appkey,
    add column profile text; -- of the protocol: null is the system's default, empty is none

create trigger bump after insert or update or delete or truncate on jiekou.key
    for each statement execute function jiekou.bump();
