import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../../src/base/clock.ts";
import { openEmbeddedStore } from "../../../src/store/embedded/index.ts";
import type { GarrisonClient, Scan } from "../../../src/client/index.ts";
import { startCommand } from "../../support/command-line.ts";
import { startPlainSite } from "../../support/plain-site.ts";
import { writePlainTemplates } from "../../support/scan-templates.ts";
import { startStoreThread } from "../../support/store-thread.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { ChaosCluster } from "./cluster.ts";
import { allScans, hasEnded, submit, uploadFolder } from "./submitter.ts";

export interface FloodRunResult {
  readonly scans: number;
  readonly complete: number;
  readonly requests: number;
  readonly samples: number;
  /** The most scans in process over all nodes, in any sample. */
  readonly mostInProcess: number;
  /** Pairs that were extracted against the order in which they were stored. */
  readonly outOfOrder: number;
  /** By node, in MB: the most that its resident memory was above where it began. */
  readonly grownMb: readonly number[];
  /** Of these, pages of files. */
  readonly filesMb: readonly number[];
  readonly submitSeconds: number;
  readonly seconds: number;
}

export interface FloodRunOptions {
  /** Half of them by the command line from a file, half by clients. */
  readonly scans: number;
  readonly clients: number;
  readonly limit: number;
}

interface Submission {
  readonly id: string;
  readonly priority: number;
  readonly sentMs: number;
  readonly acknowledgedMs: number;
}

const deadlineMs = 600_000;
const sampleMs = 20;
const rssEverySamples = 25;

/** Each of these clients waits for an answer before it sends the next, with two priorities in turn. */
const submitAsClient = async (
  client: GarrisonClient,
  lane: number,
  count: number,
  target: string,
  bundle: string,
): Promise<readonly Submission[]> => {
  const submissions: Submission[] = [];
  for (let at = 0; at < count; at += 1) {
    const id = `lane${lane}-${at}`;
    const priority = at % 2 === 0 ? 100 : 50;
    const sentMs = performance.now();
    await submit(client, id, `${target}/${id}`, bundle, priority);
    submissions.push({ id, priority, sentMs, acknowledgedMs: performance.now() });
  }
  return submissions;
};

/**
 * A was acknowledged before B was sent, and is at least as urgent: then A is extracted first. Counts the scans A for which some B was
 * extracted earlier.
 */
const countOutOfOrder = (submissions: readonly Submission[], scans: readonly Scan[]): number => {
  const extraction = new Map(scans.map((scan) => [scan.id, scan.extraction]));
  const unknown = submissions.find(({ id }) => extraction.get(id) === undefined);
  if (unknown !== undefined) throw new Error(`scan ${unknown.id} does not say when it was extracted`);
  const inOrder = submissions.toSorted((a, b) => (extraction.get(a.id) ?? 0) - (extraction.get(b.id) ?? 0));
  /** By priority: the latest that anything extracted so far was sent. */
  const latestSent = new Map<number, number>();
  let wrong = 0;
  for (const { priority, sentMs, acknowledgedMs } of inOrder) {
    for (const [other, sent] of latestSent) {
      if (priority <= other && acknowledgedMs < sent) {
        wrong += 1;
        break;
      }
    }
    latestSent.set(priority, Math.max(latestSent.get(priority) ?? 0, sentMs));
  }
  return wrong;
};

/** Floods three nodes with scans of one request each. */
export const floodRun = async ({ scans: count, clients, limit }: FloodRunOptions): Promise<FloodRunResult> => {
  const folder = tempDir("chaos-flood");
  const templates = writePlainTemplates(join(folder.path, "templates"), { templates: 1, requests: 1 });
  const site = await startPlainSite();
  const cluster = new ChaosCluster({ nodes: 3, scan: { maxTasksInProcess: limit, extractIntervalMs: 10 } });
  const byFile = Math.floor(count / 2);
  const byClients = count - byFile;
  const shareOf = (lane: number): number => Math.floor(byClients / clients) + (lane < byClients % clients ? 1 : 0);
  const list = join(folder.path, "targets");
  writeFileSync(list, Array.from({ length: byFile }, (_, at) => `${site.url}/file-${at}\n`).join(""));
  const endings: (() => unknown)[] = [];
  try {
    const lanes = await Promise.all(Array.from({ length: clients }, (_, lane) => cluster.newClient(lane % 3)));
    const [first] = lanes;
    if (first === undefined) throw new Error("a flood needs a client");
    const bundle = await uploadFolder(first, templates);
    const store = await openEmbeddedStore({
      directory: cluster.storeDirectory,
      clock: systemClock,
      startThread: startStoreThread,
    });
    endings.push(() => store.close());
    const { queue } = store.space("scan");
    const begunWith = cluster.nodes.map((node) => node.resident());
    const grown = begunWith.map(() => ({ bytes: 0, fileBytes: 0 }));
    const begun = performance.now();
    let submitSeconds = 0;
    const address = await cluster.nodes[0]?.address();
    const command = startCommand(
      ["scan", "submit", "-l", list, "--templates", templates, "--node", address ?? "", "--quiet"],
      { environment: { GARRISON_CONTROL__TOKENFILE: cluster.tokenFile }, longestMs: deadlineMs },
    );
    endings.push(() => command.child.kill("SIGKILL"));
    const submitting = Promise.all([
      command.ended.then(({ code, stdout, stderr }) => {
        const ids = stdout.split("\n").filter((line) => line !== "");
        if (code !== 0 || ids.length !== byFile) throw new Error(`scan submit: ${code}, ${ids.length} ids: ${stderr}`);
      }),
      ...lanes.map((client, lane) => submitAsClient(client, lane, shareOf(lane), site.url, bundle)),
    ]).finally(() => {
      submitSeconds = (performance.now() - begun) / 1_000;
    });
    let submitted: readonly Submission[] | undefined;
    let failure: unknown;
    void submitting.then(
      ([, ...parts]) => (submitted = parts.flat()),
      (error: unknown) => (failure = error),
    );
    let samples = 0;
    let mostInProcess = 0;
    for (;;) {
      const { claimed, done, failed, cancelled, dead } = await queue.counts("tasks");
      samples += 1;
      mostInProcess = Math.max(mostInProcess, claimed);
      if (samples % rssEverySamples === 0) {
        for (const [at, node] of cluster.nodes.entries()) {
          const now = node.resident();
          const bytes = (now?.bytes ?? 0) - (begunWith[at]?.bytes ?? 0);
          const fileBytes = (now?.fileBytes ?? 0) - (begunWith[at]?.fileBytes ?? 0);
          if (bytes > (grown[at]?.bytes ?? 0)) grown[at] = { bytes, fileBytes };
        }
      }
      if (failure !== undefined) throw failure as Error;
      if (submitted !== undefined && done + failed + cancelled + dead >= count) break;
      if (performance.now() - begun > deadlineMs) throw new Error(`only ${done} of ${count} are done`);
      await pause(sampleMs);
    }
    const seconds = (performance.now() - begun) / 1_000;
    const scans = await allScans(first);
    return {
      scans: scans.length,
      complete: scans.filter((scan) => hasEnded(scan) && scan.summary?.complete === true).length,
      requests: new Set(site.seen.map(({ path }) => path)).size,
      samples,
      mostInProcess,
      outOfOrder: countOutOfOrder(submitted, scans),
      grownMb: grown.map(({ bytes }) => Math.round(bytes / 1_048_576)),
      filesMb: grown.map(({ fileBytes }) => Math.round(fileBytes / 1_048_576)),
      submitSeconds: Math.round(submitSeconds),
      seconds: Math.round(seconds),
    };
  } finally {
    for (const end of endings) await end();
    await cluster.end(false);
    await site.close();
    folder.remove();
  }
};
