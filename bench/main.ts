import * as detectClamd from "./detect/clamd.ts";
import * as detectDigest from "./detect/digest.ts";
import * as detectLibrary from "./detect/digests.ts";
import * as detectRelayX from "./detect/relay-x.ts";
import * as detectVerdictRules from "./detect/verdict-rules.ts";
import * as guardCheck from "./guard/check.ts";
import * as guardCrossing from "./guard/crossing.ts";
import * as guardQueues from "./guard/queues.ts";
import * as guardTraffic from "./guard/rate-limiters.ts";
import * as guardReplay from "./guard/replay.ts";
import * as guardSlowed from "./guard/slowed.ts";
import * as guardSubjects from "./guard/subjects.ts";
import * as kernelAsk from "./kernel/ask.ts";
import * as kernelChildren from "./kernel/children.ts";
import * as kernelFairness from "./kernel/fairness.ts";
import * as kernelIdleSize from "./kernel/idle-size.ts";
import * as kernelPingPong from "./kernel/ping-pong.ts";
import * as kernelRestart from "./kernel/restart.ts";
import * as kernelTell from "./kernel/tell.ts";
import * as linksSlow from "./links/slow.ts";
import * as linksSpeed from "./links/speed.ts";
import * as redisIdle from "./redis/idle.ts";
import * as redisLarge from "./redis/large.ts";
import * as redisQueue from "./redis/queue.ts";
import * as redisSingle from "./redis/single.ts";
import { Report } from "./report.ts";
import * as respondAct from "./respond/act.ts";
import * as respondIntake from "./respond/intake.ts";
import * as respondLatency from "./respond/latency.ts";
import * as respondSoarX from "./respond/soar-x.ts";
import * as scanHttp from "./scan/http-speed.ts";
import * as scanMatchers from "./scan/matchers.ts";
import * as scanMemory from "./scan/target-memory.ts";
import * as scanSpeedUp from "./scan/speed-up.ts";
import * as sigmaRules from "./sigma/rules.ts";
import * as store from "./store.ts";

/** One claim each, measured against a peer or a limit. A bench may also print a table of its own. */
interface Bench {
  readonly name: string;
  run(report: Report): Promise<void>;
}

const benches: readonly Bench[] = [
  detectDigest,
  guardCheck,
  guardCrossing,
  guardQueues,
  guardReplay,
  guardSlowed,
  guardSubjects,
  guardTraffic,
  kernelTell,
  kernelPingPong,
  kernelAsk,
  kernelChildren,
  kernelIdleSize,
  kernelRestart,
  kernelFairness,
  { name: "store", run: store.run },
  linksSlow,
  ...linksSpeed.benches,
  redisQueue,
  redisSingle,
  redisLarge,
  redisIdle,
  respondSoarX,
  respondAct,
  respondLatency,
  respondIntake,
  detectClamd,
  detectLibrary,
  ...detectRelayX.benches,
  detectVerdictRules,
  scanMatchers,
  scanSpeedUp,
  scanHttp,
  scanMemory,
  sigmaRules,
];

const wanted = process.argv[2] ?? "";
const chosen = benches.filter(({ name }) => name.startsWith(wanted));
if (chosen.length === 0) {
  console.error(`no bench is called ${wanted}; there are: ${benches.map(({ name }) => name).join(", ")}`);
  process.exitCode = 2;
} else {
  const report = new Report();
  for (const bench of chosen) {
    console.error(`${bench.name} …`);
    await bench.run(report);
  }
  if (report.filled) report.print();
}
