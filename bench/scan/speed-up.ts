import { median, type Report } from "../report.ts";
import { speedRun } from "./speed-run.ts";

/** A site that holds every answer back, so that waiting and not working takes the time; two subtasks at once on each node. */
const load = { templates: 200, probes: 2, delayMs: 20 };
const rounds = 3;
const processes = [2, 4];
/** Of the ideal speed-up. Four nodes, a site and a store do not fit on two cores, so only two processes have to reach it. */
const share = 0.9;

/** Nodes pull work, so more probe processes make a scan proportionally faster (SCAN-X). */
export const name = "scan-speed-up";

export const run = async (report: Report): Promise<void> => {
  const rates = new Map<number, number[]>([1, ...processes].map((nodes) => [nodes, []]));
  const busy: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const [nodes, samples] of rates) {
      const result = await speedRun(nodes, load);
      samples.push(result.requestsPerSecond);
      if (nodes === 2) busy.push(...result.busy);
    }
  }
  const alone = rates.get(1) ?? [];
  for (const nodes of processes) {
    report.add({
      what: `scan of a site with ${load.delayMs} ms delay, ${nodes} processes`,
      unit: "requests/s",
      ours: rates.get(nodes) ?? [],
      peer: { name: "1 process", samples: alone },
      aim: { atLeast: nodes === 2 ? nodes * share : 1 },
    });
  }
  report.add({
    what: "the same, of one core that a process of 2 is busy",
    unit: "of a core",
    ours: [median(busy)],
    peer: { name: "limit", samples: [0.5] },
    aim: { atMost: 1 },
  });
};
