-- jiekou: expand
-- What was issued to an app and signs without being sent: a token, or a secret with it.
alter table jiekou.token
    add column sealed bytea; -- under the master key; null: nothing of the kind
