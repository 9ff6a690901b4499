-- jiekou: expand
-- What an app may have at a time, where it is not the default: concurrency, rate, burst.
alter table jiekou.app add column limits jsonb not null default '{}';
