// Package failpoint is where the rig of faults (bench/faults) gets into a server. It does
// nothing unless the program is built with the tag failpoint. Then the environment says
// what happens:
//
//	JIEKOU_FAILPOINTS=0.0005:7   before and after each statement and each commit, with
//	                             this probability, the process is killed or rests for up to
//	                             300 ms; 7 is the seed
//	JIEKOU_FAIL_CLOCK=FILE       the clock of the server is off by the duration that the
//	                             file holds, and follows the file
//	JIEKOU_FAIL_LEASE=8s         the lease of a receiver
//
// A process that kills itself says where on standard error, as one line
// "failpoint: killed before store.(*groups).together".
package failpoint
