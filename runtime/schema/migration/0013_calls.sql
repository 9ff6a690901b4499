-- jiekou: expand
-- Calls of apps, a row for each interface and day. Nothing of what they sent is here.
create table jiekou.call (
  system  text   not null,
  app     text   not null,
  cmd     text   not null,
  day     date   not null,
  calls   bigint not null,
  refused bigint not null,
  primary key (system, app, cmd, day)
);
create index call_day on jiekou.call (day);
