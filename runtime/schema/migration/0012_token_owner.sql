-- A token may be all that names its app.
create index token_hash on jiekou.token (hash);
