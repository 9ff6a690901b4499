-- Tasks that send the history of notifications to the app that asked. Whoever
-- raised lease last may go on with a task, and nobody else (fencing).
create table jiekou.sync (
    system       text        not null,
    task         text        not null,
    app          text        not null,
    started      timestamptz not null default now(),
    finished     timestamptz,
    lease        bigint      not null default 1,
    leased_until timestamptz not null,
    primary key (system, task)
);

-- One notification of a task: what its last batch ended with, and how many were
-- queued. Written in the transaction that queues the batch.
create table jiekou.sync_part (
    system   text        not null,
    task     text        not null,
    n        int         not null,
    cmd      text        not null,
    after    text[],
    queued   bigint      not null default 0,
    failures int         not null default 0, -- in a row
    finished timestamptz,
    why      text        not null default '', -- it could not be done
    primary key (system, task, n),
    foreign key (system, task) references jiekou.sync (system, task) on delete cascade
);

-- Old message ids are found by when they came, without a cost for those that come.
create index sid_at on jiekou.sid using brin (at) with (pages_per_range = 32, autosummarize = on);
