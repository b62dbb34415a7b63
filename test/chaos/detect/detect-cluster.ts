import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { GarrisonClient } from "../../../src/client/index.ts";
import { descendantsOf } from "../../support/process-state.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";
import { isPassing } from "../caller.ts";
import type { NodeFiles, RespondNodeProcess } from "../respond/respond-cluster.ts";
import { startDetectNodes, type DetectNodes } from "./detect-nodes.ts";
import { startDetectors, type DetectorProcess } from "./detector-process.ts";
import type { DownloadProxy } from "./download-proxy.ts";

const hosts = ["a", "b"] as const;
/** Both centres may have to begin again, and to wait for the leases of their last lives, on a machine that others load too. */
const longestMs = 240_000;
const retryMs = 50;
const saidChars = 500;

/** The nodes, detectors as processes on both of their hosts, and a client that outlives any of them. */
export class DetectCluster {
  readonly nodes: DetectNodes["nodes"];
  readonly proxies: readonly DownloadProxy[];
  readonly detectors: readonly DetectorProcess[];
  readonly folder: string;
  /** Lives of nodes that nobody ended from here: exit codes, and what they said last. */
  readonly ownEnds: { readonly code: number | null; readonly said: string }[] = [];
  readonly #directory: ReturnType<typeof tempDir>;
  #isOver = false;

  private constructor(directory: ReturnType<typeof tempDir>, { nodes, proxies }: DetectNodes) {
    this.#directory = directory;
    this.folder = directory.path;
    this.nodes = nodes;
    this.proxies = proxies;
    this.detectors = hosts.flatMap((host) => startDetectors(this.folder, host));
  }

  static async start(files: NodeFiles, storeUrl: string): Promise<DetectCluster> {
    const directory = tempDir("chaos-detect");
    const folder = directory.path;
    mkdirSync(join(folder, "tmp"));
    const cluster: DetectCluster = new DetectCluster(
      directory,
      await startDetectNodes({
        ...{ folder, files, storeUrl },
        endedByItself: (node, code) => cluster.endedByItself(node, code),
      }),
    );
    return cluster;
  }

  /** Folders of objects that relays hold. */
  get objects(): readonly string[] {
    return hosts.map((host) => join(this.folder, `objects-${host}`));
  }

  /** Processes of detectors that the relays have started. */
  started(): readonly number[] {
    return this.nodes.flatMap(({ pid }) => descendantsOf(pid)).filter(isDetector);
  }

  /** These nodes listen. */
  async ready(nodes: readonly RespondNodeProcess[] = this.nodes): Promise<void> {
    await until(
      () => this.#isOver || nodes.every(({ isReady }) => isReady),
      () => this.state(),
      longestMs,
    );
    if (this.#isOver) throw new Error("the run is over");
  }

  /** Kills a process, and lets it begin again. */
  async crash(one: RespondNodeProcess | DetectorProcess): Promise<void> {
    await one.kill();
    if (!this.#isOver) one.restart();
  }

  /** What nodes and detectors said last, for people. */
  state(): readonly object[] {
    return [
      ...this.nodes.map(({ isReady, stderr }) => ({ isReady, stderr: stderr.slice(-500) })),
      ...this.detectors.map(({ pid, stderr }) => ({ pid, stderr: stderr.slice(-200) })),
    ];
  }

  /** Makes a call that is safe to repeat, of whichever centre listens, until one answers. */
  async ask<Output>(call: (client: GarrisonClient) => Promise<Output>): Promise<Output> {
    const end = performance.now() + longestMs;
    let cause: unknown;
    while (!this.#isOver) {
      // Of the relay of host b nobody can ask.
      const node = this.nodes.slice(0, this.proxies.length).find(({ isReady }) => isReady);
      try {
        if (node !== undefined) return await call(await node.client());
      } catch (error) {
        cause = error;
        if (node?.isReady === true && !isPassing(error)) throw error;
      }
      if (performance.now() > end) throw new Error(`no centre has answered within ${longestMs} ms`, { cause });
      await pause(retryMs);
    }
    throw new Error("the run is over");
  }

  /** Ends all that still runs at once and removes what it has written. */
  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all([...this.nodes, ...this.detectors].map((one) => one.kill()));
    await Promise.all(this.proxies.map((proxy) => proxy.close()));
    this.#directory.remove();
  }

  /** Starts it again, as a service manager does, whatever the reason was. */
  private endedByItself(node: RespondNodeProcess, code: number | null): void {
    this.ownEnds.push({ code, said: node.stderr.slice(-saidChars) });
    if (!this.#isOver) node.restart();
  }
}

const isDetector = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").includes("detector.js");
  } catch {
    return false;
  }
};
