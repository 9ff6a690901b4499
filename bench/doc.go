// Package bench holds the figures that the project promises, as benchmarks
// against references in the same run. It has no code of its own; run it with
// make bench.
//
//   - BenchmarkDecodeValidate: a full cst_info_create body through the generated
//     code, against a hand-written decoder that does the same work. Goal: the
//     metric x-hand at most 1.2.
//   - BenchmarkServe: cst_info_create over HTTP with durable commits, against a
//     server written by hand around one statement and against a naive one.
//     Goals: x-hand at least 0.8, x-naive at least 1.5. CPU-us is what one request
//     costs the process of the benchmark, client included, and PostgreSQL; it says
//     more than the rate on a machine that has other work.
//   - BenchmarkGenerate: the whole specification, read and generated. Goal: under a
//     second.
//   - BenchmarkLinear: each step of check and generate for 200 interfaces of package large and
//     for 400. Goal: x-half at most 2.3; TestLinear holds what they allocate to 2.15.
//   - BenchmarkCompile: what one more generated interface of 19 fields adds to a
//     build. Goal: at most 30 CPU-ms.
//   - BenchmarkDiff: the four systems against themselves, and 1,000 interfaces of which each
//     has changed, against reading that many once. Goals: 0.3 s and 2 s on a machine that
//     has no other work, x-read at most 1.2 and 2.6.
//   - BenchmarkWatch: from an edited label to a new server's binary, as jiekou watch goes.
//     x-plain is what the build costs without tables for debuggers, against one with them;
//     x-nothing against a build that has nothing to do.
//   - BenchmarkDrain is in runtime/notify: 200 receivers, without and with a
//     dead one in the same run. Goal: p99-ms-dead at most twice p99-ms.
//   - BenchmarkAdmit is beside the code, in runtime/protocol: admit and reply. Goal: no
//     allocation.
//
// Each ratio comes from rounds that take turns, so that a busy machine slows
// both sides.
package bench
