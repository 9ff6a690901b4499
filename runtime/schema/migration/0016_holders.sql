-- jiekou: expand
-- The program that holds a lease, with the number of the lease: what it does not know to
-- hold any more, after a blip of the database, it takes up again at once.
alter table jiekou.receiver add column holder text;
alter table jiekou.sync add column holder text;

-- Dead letters end by their age.
create index outbox_buried on jiekou.outbox (dead) where dead is not null;
