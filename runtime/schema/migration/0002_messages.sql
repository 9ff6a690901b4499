-- Message ids that were accepted: the row is written in the transaction of the
-- effect, so that a repeated id never has a second one.
--
-- Monthly partitions can come later without weakening "once": a partitioned
-- table must have its partition column in the key, and "at" would let the same
-- sid in again next month. Instead add a column "day date", a pure function of
-- the sid (the date written in it; a fixed day where it holds none). Copies of
-- one sid then always meet in one partition, and (system, app, sid, day) is as
-- unique as (system, app, sid). Steps: create the partitioned table beside this
-- one, insert into both, copy, swap the names.
create table jiekou.sid (
    system text        not null,
    app    text        not null,
    sid    text        not null,
    cmd    text        not null,
    at     timestamptz not null default now(),
    primary key (system, app, sid)
);

-- Notifications to send, one row for each, written in the transaction of what
-- they tell. Ids are given at insert, not at commit: claim rows by "delivered
-- is null", never by "id above the last one seen".
create table jiekou.outbox (
    id        bigint      generated always as identity primary key,
    system    text        not null,
    app       text        not null,
    cmd       text        not null,
    body      json        not null,
    at        timestamptz not null default now(),
    delivered timestamptz
);
create index outbox_waiting on jiekou.outbox (system, app, id) where delivered is null;
