// Package faults runs real servers and a PostgreSQL under faults, with partners that report,
// query and take notifications, and checks what the promises say.
//
//	go run ./bench/faults/rig -for 10m -seed 7
//
// The rig builds jiekoud with the tag failpoint, so that servers also die or rest before
// and after each of their statements and commits, and have clocks that are wrong. Between
// everything there are proxies of its own. PostgreSQL is a primary with a synchronous
// standby; a failover kills the primary. As root its data lies in a tmpfs, which can
// be full.
//
// Checked is: a message is acknowledged once and only once it counts; what was refused has
// no effect and its id is free; a repeated message is 1013; a query sees the last
// acknowledged report; each notification arrives at least once, with the same id and
// bytes, in the order of its customer, or is dead with a reason; nobody gets what nobody
// sent; no receiver is served by two servers at once; after each fault servers and
// deliveries go on within bounds; /readyz is 503 while the database is away; nothing leaks.
// bugs_test.go shows that the rig finds 20 faults that are planted.
package faults
