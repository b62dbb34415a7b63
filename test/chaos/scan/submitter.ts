import { setTimeout as pause } from "node:timers/promises";
import type { GarrisonClient, Scan } from "../../../src/client/index.ts";
import { ClientError } from "../../../src/client/index.ts";
import { bundleFilesOf, loadTemplates, packBundle, type Finding } from "../../../src/engines/scan/index.ts";

const retryMs = 100;
const silenceMs = 60_000;
const lookEveryMs = 200;
const ended: ReadonlySet<string> = new Set(["done", "failed", "cancelled", "dead"]);

export const hasEnded = ({ state }: Scan): boolean => ended.has(state);

/** Repeats a call that is safe to repeat while nodes come and go. */
export const insist = async <Output>(call: () => Promise<Output>): Promise<Output> => {
  const until = performance.now() + silenceMs;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      // After its deadline nobody knows whether the call was served; it is made again all the same.
      const again = error instanceof ClientError && (error.retryable || error.code === "deadline");
      if (!again || performance.now() > until) throw error;
      await pause(retryMs);
    }
  }
};

/** Packs the templates of a folder and uploads them. Returns the bundle's hash. */
export const uploadFolder = async (client: GarrisonClient, folder: string): Promise<string> => {
  const files = await loadTemplates([folder]);
  const { hash, bytes } = packBundle(bundleFilesOf(files));
  await client.scans.uploadBundle(hash, bytes);
  return hash;
};

/** Submits one scan for each target under an id of the caller. */
export const submit = (
  client: GarrisonClient,
  id: string,
  target: string,
  bundle: string,
  priority?: number,
): Promise<unknown> =>
  insist(() =>
    client.scans.submit({
      id,
      spec: { target, bundle, options: { headers: [], variables: {}, excludeHosts: [] } },
      ...(priority === undefined ? {} : { priority }),
    }),
  );

/** Every scan that the cluster knows. */
export const allScans = async (client: GarrisonClient): Promise<readonly Scan[]> => {
  const scans: Scan[] = [];
  let pageToken = "";
  do {
    const token = pageToken;
    const page = await insist(() =>
      client.scans.list({ pageSize: 1_000, ...(token === "" ? {} : { pageToken: token }) }),
    );
    scans.push(...page.scans);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return scans;
};

export const findingsOf = async (client: GarrisonClient, id: string): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  let pageToken = "";
  do {
    const token = pageToken;
    const page = await insist(() =>
      client.scans.findings(id, { pageSize: 1_000, ...(token === "" ? {} : { pageToken: token }) }),
    );
    findings.push(...page.findings.map((line) => JSON.parse(line) as Finding));
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return findings;
};

/** What makes findings of two runs of one site the same: the port is left out. */
export const essenceOf = (finding: Finding): string => {
  const { pathname, search } = new URL(finding["matched-at"]);
  return `${finding["template-id"]} ${finding["matcher-name"] ?? ""} ${pathname}${search}`;
};

/** Waits until every scan has ended. It asks seldom: the nodes have other work. */
export const untilAllEnded = async (client: GarrisonClient, deadlineMs: number): Promise<readonly Scan[]> => {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const scans = await allScans(client);
    const open = scans.filter((scan) => !hasEnded(scan));
    if (open.length === 0) return scans;
    if (performance.now() > end) {
      const state = open.map(({ id, state, subtasks, lastError }) => ({ id, state, subtasks, lastError }));
      throw new Error(`not ended within ${deadlineMs} ms: ${JSON.stringify(state)}`);
    }
    await pause(lookEveryMs);
  }
};
