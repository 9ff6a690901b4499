-- Tokens that were issued to apps of systems whose signature asks for one. Only
-- the hash is kept: who reads the table can call nothing.
create table jiekou.token (
    system  text        not null,
    app     text        not null,
    hash    bytea       not null, -- SHA-256 of the token
    expires timestamptz not null,
    created timestamptz not null default now(),
    primary key (system, app, hash),
    foreign key (system, app) references jiekou.app (system, id) on delete cascade
);
create index token_expires on jiekou.token (expires);

-- Values of requests that each app may use once: until then a second request with
-- the same value is refused, by every server.
create table jiekou.nonce (
    system text        not null,
    app    text        not null,
    hash   bytea       not null, -- SHA-256 of the value
    until  timestamptz not null,
    primary key (system, app, hash)
);
create index nonce_until on jiekou.nonce (until);
