import { setTimeout as pause } from "node:timers/promises";
import type { Report } from "../report.ts";
import { DirectHost } from "./direct-host.ts";
import { detectorCapacity, type Host } from "./host.ts";
import { MeasuredCentre, type Traffic } from "./measured-centre.ts";
import { RelayedHost } from "./relayed-host.ts";

const objects = 50;
const mebibyte = 2 ** 20;
/** At least so long, from the moment at which all detectors ask for work. */
const spanMs = 10_000;
const pollsPerWindow = 10;
const lingerMs = 5_000;
const sweepMs = [50, 100, 200, 500, 1_000, 2_000] as const;

/** What one side cost the server. */
interface Cost extends Traffic {
  readonly fetchesPerSecond: number;
  readonly requestsPerSecond: number;
  /** Until the last task was decided. */
  readonly seconds: number;
}

interface Bench {
  readonly name: string;
  run(report: Report): Promise<void>;
}

/**
 * Hosts with n detectors of different kinds, all of which want every one of 50 objects of 1 MiB: what that costs the server with a relay on
 * each host, and when each detector polls the centre every 100 ms and downloads by itself. Bytes are those of the server's TCP connections.
 *
 * A request for tasks is one call of `FetchTasks`, whether or not it brings any; the metrics of the server count them. Both sides are counted
 * from the moment at which their detectors ask for work until all tasks are decided, and for 10 s at least, so that idle polls count on both;
 * they are compared as requests a second, because the sides do not take the same time. Directly a detector asks ten times a second, however
 * busy it is. A relay asks once a window for all its detectors at most, and not at all while none of them has room: the fewer is its work.
 */
export const benches: readonly Bench[] = [
  ...[1, 2].flatMap((hosts) =>
    [2, 4, 8].map((detectors) => ({
      name: `detect-relay-x-${hosts}x${detectors}`,
      run: (report: Report) => compare(report, hosts, detectors),
    })),
  ),
  ...sweepMs.map((windowMs) => ({ name: `detect-relay-x-window-${windowMs}`, run: () => measureWindow(windowMs) })),
];

const compare = async (report: Report, hosts: number, detectors: number): Promise<void> => {
  const relayed = await relayedCost(hosts, detectors, { windowMs: 1_000, objectLingerMs: lingerMs });
  const direct = await directCost(hosts, detectors);
  console.error(
    `  ${hosts} × ${detectors}, relay: ${told(relayed)}\n  ${hosts} × ${detectors}, direct: ${told(direct)}`,
  );
  const what = `${hosts} host${hosts > 1 ? "s" : ""} with ${detectors} detectors each`;
  report.add({
    what: `${what}: bytes at the server`,
    unit: "× fewer",
    ours: [direct.bytes / relayed.bytes],
    peer: { name: `n; ${mebibytes(relayed)} against ${mebibytes(direct)}`, samples: [detectors] },
    aim: { atLeast: 0.95 },
  });
  report.add({
    what: `${what}: requests for tasks`,
    unit: "× fewer",
    ours: [direct.fetchesPerSecond / relayed.fetchesPerSecond],
    peer: {
      name: `10 n; ${relayed.fetchesPerSecond.toFixed(2)}/s against ${direct.fetchesPerSecond.toFixed(1)}/s`,
      samples: [pollsPerWindow * detectors],
    },
    aim: { atLeast: 0.9 },
  });
};

/** Objects are deleted as soon as nobody waits for them: then only the window makes detectors share a download. */
const measureWindow = async (windowMs: number): Promise<void> => {
  const detectors = 4;
  const cost = await relayedCost(1, detectors, { windowMs, objectLingerMs: 0 });
  console.error(`  1 host with ${detectors} detectors, ${detectorCapacity} tasks of each at once: ${told(cost)}`);
};

const relayedCost = async (
  hosts: number,
  detectors: number,
  options: { readonly windowMs: number; readonly objectLingerMs: number },
): Promise<Cost> => {
  const relays: RelayedHost[] = [];
  return cost(
    hosts,
    detectors,
    async (centre, machine, kinds) => {
      const host = await RelayedHost.start(centre, machine, kinds, options);
      relays.push(host);
      return host;
    },
    async () => {
      for (const relay of relays) {
        await relay.emptied();
        const { downloads } = await relay.objects();
        if (options.objectLingerMs > 0 && downloads !== objects) throw new Error(`${downloads} downloads by one relay`);
      }
    },
  );
};

const directCost = (hosts: number, detectors: number): Promise<Cost> =>
  cost(
    hosts,
    detectors,
    (centre, machine, kinds) => DirectHost.start(centre, machine, kinds),
    () => Promise.resolve(),
  );

const cost = async (
  hosts: number,
  detectors: number,
  start: (centre: MeasuredCentre, machine: string, kinds: readonly string[]) => Promise<Host>,
  check: () => Promise<void>,
): Promise<Cost> => {
  const machines = Array.from({ length: hosts }, (_, at) => ({
    machine: `machine-${at}`,
    kinds: Array.from({ length: detectors }, (_, detector) => `reader-${at}-${detector}`),
  }));
  const centre = await MeasuredCentre.start(machines.flatMap(({ kinds }) => kinds));
  const started: Host[] = [];
  try {
    await centre.submit(objects, mebibyte);
    const begunMs = performance.now();
    for (const { machine, kinds } of machines) started.push(await start(centre, machine, kinds));
    await centre.decided();
    const decidedMs = performance.now() - begunMs;
    if (decidedMs < spanMs) await pause(spanMs - decidedMs);
    const traffic = await centre.traffic();
    const spanSeconds = (performance.now() - begunMs) / 1_000;
    await check();
    return {
      ...traffic,
      fetchesPerSecond: traffic.fetches / spanSeconds,
      requestsPerSecond: traffic.requests / spanSeconds,
      seconds: decidedMs / 1_000,
    };
  } finally {
    for (const host of started) await host.end();
    await centre.stop();
  }
};

const mebibytes = ({ bytes }: Traffic): string => `${(bytes / mebibyte).toFixed(1)} MiB`;

const told = (cost: Cost): string =>
  `${mebibytes(cost)}; ${cost.fetchesPerSecond.toFixed(2)} requests for tasks a second, ${cost.requestsPerSecond.toFixed(2)} of any kind; decided after ${cost.seconds.toFixed(1)} s`;
