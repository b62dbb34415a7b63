import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { stringify } from "yaml";
import { systemClock } from "../../src/base/clock.ts";
import { NodeProcess } from "../../src/bin/node/node-process.ts";
import { tempDir } from "../../test/support/temp-dir.ts";
import { until } from "../../test/support/until.ts";
import { cpuSeconds } from "../processes.ts";
import type { Report } from "../report.ts";
import { withServer } from "./server.ts";

const nodes = 5;
const startMs = 60_000;
/** Compiling and first collections are over by then. */
const settleMs = 10_000;
const measuredMs = 30_000;
/** Of one core. */
const nodeLimit = 0.03;
const serverLimit = 0.1;
const loggedLines = 20;

/** Writes the config of one node, as a user would for nodes on one Redis, and returns its path. */
const configOf = (folder: string, id: string, url: string): string => {
  const file = join(folder, `${id}.yaml`);
  writeFileSync(
    file,
    stringify({
      node: { id },
      store: { url },
      listen: { grpc: "127.0.0.1:0", http: "127.0.0.1:0" },
      control: { tokenFile: join(folder, "token", "operator-token") },
      scan: { scope: ["127.0.0.1"] },
    }),
  );
  return file;
};

/** Node processes with nothing to do: membership, leases, ownership, links to each other and the polling of empty queues. */
export const name = "redis-idle";

export const run = async (report: Report): Promise<void> => {
  await withServer("everysec", async (server) => {
    const folder = tempDir("bench-idle");
    const lines: string[] = [];
    const pids: number[] = [];
    let exits = 0;
    const processes = Array.from(
      { length: nodes },
      (_, at) =>
        new NodeProcess({
          args: ["--config", configOf(folder.path, `node-${at + 1}`, server.url)],
          clock: systemClock,
          onReady: ({ pid }) => pids.push(pid),
          onLine: (line) => lines.splice(0, lines.push(line) - loggedLines),
          onExit: () => (exits += 1),
        }),
    );
    try {
      await until(
        () => pids.length === nodes || exits > 0,
        () => lines,
        startMs,
      );
      await pause(settleMs);
      const watched = [...pids, server.pid];
      const before = watched.map(cpuSeconds);
      const start = performance.now();
      await pause(measuredMs);
      const after = watched.map(cpuSeconds);
      const seconds = (performance.now() - start) / 1_000;
      if (exits > 0) throw new Error(`a node ended:\n${lines.join("\n")}`);
      const busy = watched.map((_, at) => ((after[at] ?? 0) - (before[at] ?? 0)) / seconds);
      const ofNodes = busy.slice(0, nodes);
      report.add({
        what: `each of ${nodes} nodes that poll empty queues, linked to each other, over ${measuredMs / 1_000} s`,
        unit: "of a core",
        ours: ofNodes,
        peer: { name: "limit", samples: ofNodes.map(() => nodeLimit) },
        aim: { atMost: 1 },
      });
      report.add({
        what: `the busiest of them`,
        unit: "of a core",
        ours: [Math.max(...ofNodes)],
        peer: { name: "limit", samples: [nodeLimit] },
        aim: { atMost: 1 },
      });
      report.add({
        what: "redis-server meanwhile",
        unit: "of a core",
        ours: busy.slice(nodes),
        peer: { name: "limit", samples: [serverLimit] },
        aim: { atMost: 1 },
      });
    } finally {
      for (const node of processes) node.signal("SIGKILL");
      await until(
        () => exits === nodes,
        () => `${nodes - exits} nodes have not ended`,
      );
      folder.remove();
    }
  });
};
