import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { stringify } from "yaml";
import { endWithParent } from "../../../src/bin/node/end-with-parent.ts";
import { ClientError, type GarrisonClient } from "../../../src/client/index.ts";
import { freePort } from "../../support/free-port.ts";
import { descendantsOf } from "../../support/process-state.ts";
import { Service } from "../../support/service.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { entryOf, RespondNodeProcess, type NodeFiles } from "../respond/respond-cluster.ts";
import { DetectorProcess } from "./detector-process.ts";
import { DownloadProxy } from "./download-proxy.ts";

/** Executions of every task by kind: of the two kinds that the run brings, and of one that the relays start. */
export const required = { alpha: 1, beta: 2, structure: 1 } as const;

const hosts = ["a", "b"] as const;
const detectorsOf = { alpha: 1, beta: 2 } as const;
const longestLifeMs = 3_600_000;
const silenceMs = 90_000;
const retryMs = 50;
/** Of nodes that end, or wait for others to. */
const passing: ReadonlySet<string> = new Set(["unavailable", "deadline", "cancelled"]);

/**
 * Three nodes: a centre; a centre that is the relay of host a as well; the relay of host b. With a port of each centre at which downloads are
 * seen, and detectors as processes on both hosts.
 */
export class DetectCluster {
  readonly centre: RespondNodeProcess;
  readonly relays: readonly RespondNodeProcess[];
  readonly detectors: readonly DetectorProcess[];
  readonly proxies: readonly DownloadProxy[];
  readonly folder: string;
  readonly #directory: ReturnType<typeof tempDir>;

  private constructor(
    directory: ReturnType<typeof tempDir>,
    nodes: readonly [RespondNodeProcess, RespondNodeProcess, RespondNodeProcess],
    proxies: readonly DownloadProxy[],
  ) {
    this.#directory = directory;
    this.folder = directory.path;
    this.proxies = proxies;
    [this.centre, ...this.relays] = nodes;
    this.detectors = hosts.flatMap((host) =>
      Object.entries(detectorsOf).flatMap(([kind, count]) =>
        Array.from({ length: count }, (_, at) => {
          const name = `${kind}-${host}${at}`;
          const socket = join(this.folder, `${host}.sock`);
          const log = join(this.folder, `${name}.jsonl`);
          return new DetectorProcess({ kind, name, socket, log, folder: join(this.folder, "tmp") });
        }),
      ),
    );
  }

  static async start(files: NodeFiles, storeUrl: string): Promise<DetectCluster> {
    const directory = tempDir("chaos-detect");
    const folder = directory.path;
    mkdirSync(join(folder, "tmp"));
    const { command, args } = endWithParent(process.execPath, []);
    const through = command === process.execPath ? {} : { through: [command, ...args.slice(0, -1)] };
    const options = { entry: entryOf(files), longestMs: longestLifeMs, tmp: join(folder, "tmp"), ...through };
    const start = (id: string, config: object, port: number): RespondNodeProcess => {
      const file = join(folder, `${id}.yaml`);
      writeFileSync(file, stringify(config));
      const ports = ["--grpc", `127.0.0.1:${port}`, "--http", "127.0.0.1:0"];
      return new RespondNodeProcess(() => new Service(folder, ["node", ...ports, "--config", file], options));
    };
    const ports = [await freePort(), await freePort(), await freePort()] as const;
    const relays = (): readonly number[] => nodes.slice(1).map(({ pid }) => pid);
    const proxies = [await DownloadProxy.start(ports[0], relays), await DownloadProxy.start(ports[1], relays)] as const;
    const config = (id: string, roles: readonly string[], host: string, advertise: string | undefined): object => ({
      node: { id, roles },
      ...(advertise === undefined ? {} : { listen: { advertise } }),
      store: { url: storeUrl },
      detect: detectConfig(folder, host),
    });
    const nodes = [
      start("node-1", config("node-1", ["scheduler", "centre"], "none", proxies[0].address), ports[0]),
      start("node-2", config("node-2", ["scheduler", "centre", "relay"], "a", proxies[1].address), ports[1]),
      start("node-3", config("node-3", ["relay"], "b", undefined), ports[2]),
    ] as const;
    return new DetectCluster(directory, [...nodes], proxies);
  }

  get nodes(): readonly RespondNodeProcess[] {
    return [this.centre, ...this.relays];
  }

  /** Those that serve verdicts. */
  get centres(): readonly RespondNodeProcess[] {
    return this.nodes.slice(0, 2);
  }

  /** Folders of objects that relays hold. */
  get objects(): readonly string[] {
    return hosts.map((host) => join(this.folder, `objects-${host}`));
  }

  /** Processes of detectors that the relays have started. */
  started(): readonly number[] {
    return this.relays.flatMap(({ pid }) => descendantsOf(pid)).filter(isDetector);
  }

  /** Makes a call that is safe to repeat, of whichever centre listens, until one answers. */
  async ask<Output>(call: (client: GarrisonClient) => Promise<Output>): Promise<Output> {
    const end = performance.now() + silenceMs;
    let cause: unknown;
    for (;;) {
      const node = this.centres.find(({ isReady }) => isReady);
      try {
        if (node !== undefined) return await call(await node.client());
      } catch (error) {
        cause = error;
        if (node?.isReady === true && !(error instanceof ClientError && passing.has(error.code))) throw error;
      }
      if (performance.now() > end) throw new Error(`no centre has answered within ${silenceMs} ms`, { cause });
      await pause(retryMs);
    }
  }

  /** Ends all that still runs at once and removes what it has written. */
  async end(): Promise<void> {
    await Promise.all([...this.nodes, ...this.detectors].map((one) => one.kill()));
    await Promise.all(this.proxies.map((proxy) => proxy.close()));
    this.#directory.remove();
  }
}

const detectConfig = (folder: string, host: string): object => ({
  host,
  socket: join(folder, `${host}.sock`),
  cachePath: join(folder, `objects-${host}`),
  samples: { path: join(folder, "samples") },
  require: Object.entries(required).map(([kind, count]) => ({ taskType: "sample-file", kind, count })),
  detectors: [{ kind: "structure", start: "eager" }],
  ...{ windowMs: 100, heartbeatMs: 500, heartbeatTimeoutMs: 3_000, leaseMs: 3_000 },
  // No decision is to be made for want of time: what is lost has to show as lost.
  ...{ deadlineMs: 900_000, missingGraceMs: 120_000 },
});

const isDetector = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").includes("detector.js");
  } catch {
    return false;
  }
};
