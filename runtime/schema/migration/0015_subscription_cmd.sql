-- jiekou: expand
-- A report looks for the subscribers of its notification, whoever they are.
create index subscription_cmd on jiekou.subscription (system, cmd);
