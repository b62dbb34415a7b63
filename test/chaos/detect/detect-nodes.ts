import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { endWithParent } from "../../../src/bin/node/process/end-with-parent.ts";
import { ownLoopback } from "../../support/own-loopback.ts";
import { Service } from "../../support/service.ts";
import { entryOf, RespondNodeProcess, type NodeFiles } from "../respond/respond-cluster.ts";
import { DownloadProxy } from "./download-proxy.ts";

/** Executions of every task by kind: of the two kinds that the run brings, and of one that the relays start. */
export const required = { alpha: 1, beta: 2, structure: 1 } as const;

const plans = [
  { id: "node-1", roles: ["scheduler", "centre"], host: "none" },
  { id: "node-2", roles: ["scheduler", "centre", "relay"], host: "a" },
  { id: "node-3", roles: ["relay"], host: "b" },
] as const;
const longestLifeMs = 3_600_000;

export interface DetectNodes {
  /** A centre; a centre that is the relay of host a as well; the relay of host b. */
  readonly nodes: readonly [RespondNodeProcess, RespondNodeProcess, RespondNodeProcess];
  /** What relays reach the two centres by. */
  readonly proxies: readonly DownloadProxy[];
}

export interface DetectNodesOptions {
  /** Where they write all that they write. */
  readonly folder: string;
  readonly files: NodeFiles;
  readonly storeUrl: string;
  /** A life has ended that nobody ended from here. */
  readonly endedByItself: (node: RespondNodeProcess, code: number | null) => void;
}

/** Three nodes on one store, with a port of each centre at which downloads are seen. */
export const startDetectNodes = async (options: DetectNodesOptions): Promise<DetectNodes> => {
  const { folder, files, storeUrl, endedByItself } = options;
  const { command, args } = endWithParent(process.execPath, []);
  const through = command === process.execPath ? {} : { through: [command, ...args.slice(0, -1)] };
  const service = { entry: entryOf(files), longestMs: longestLifeMs, tmp: join(folder, "tmp"), ...through };
  const loopback = ownLoopback();
  // Fixed, since a node has to begin again where the proxy looks for it.
  const addressOf = (at: number): string => `${loopback}:${7_070 + at}`;
  const relays = (): readonly number[] => nodes.slice(1).map(({ pid }) => pid);
  const proxies: readonly DownloadProxy[] = [
    await DownloadProxy.start(addressOf(0), relays),
    await DownloadProxy.start(addressOf(1), relays),
  ];
  const start = (at: 0 | 1 | 2): RespondNodeProcess => {
    const { id, roles, host } = plans[at];
    const advertise = proxies[at]?.address;
    const config = {
      node: { id, roles },
      ...(advertise === undefined ? {} : { listen: { advertise } }),
      store: { url: storeUrl },
      detect: detectConfig(folder, host),
    };
    const file = join(folder, `${id}.yaml`);
    writeFileSync(file, stringify(config));
    const node: RespondNodeProcess = new RespondNodeProcess(
      () => new Service(folder, ["node", "--grpc", addressOf(at), "--http", "127.0.0.1:0", "--config", file], service),
      (code) => endedByItself(node, code),
    );
    return node;
  };
  const nodes = [start(0), start(1), start(2)] as const;
  return { nodes, proxies };
};

/** Of a node that is the relay of this host, with all that it writes in this folder. */
export const detectConfig = (folder: string, host: string): Readonly<Record<string, unknown>> => ({
  host,
  socket: join(folder, `${host}.sock`),
  cachePath: join(folder, `objects-${host}`),
  samples: { path: join(folder, "samples") },
  require: Object.entries(required).map(([kind, count]) => ({ taskType: "sample-file", kind, count })),
  detectors: [{ kind: "structure", start: "eager" }],
  ...{ windowMs: 100, heartbeatMs: 500, heartbeatTimeoutMs: 3_000, leaseMs: 3_000 },
  // No decision is to be made for want of time: what is lost has to show as lost.
  ...{ deadlineMs: 3_600_000, missingGraceMs: 600_000 },
});
