import { setTimeout as pause } from "node:timers/promises";
import { seededRandom } from "../../../src/base/random.ts";
import type { EventRecord, GarrisonClient, ReportedEvent } from "../../../src/client/index.ts";
import { percentile } from "../cancel/cancel-run.ts";
import { startActionServer } from "./action-server.ts";
import type { RespondLedger } from "./ledger.ts";
import { orders, ordersBinding } from "./playbooks.ts";
import { RespondCluster, type NodeFiles } from "./respond-cluster.ts";
import { allRuns } from "./run-views.ts";

export interface FloodRunOptions {
  /** In each of the two floods: one event a call, and batches. */
  readonly events: number;
  readonly clients: number;
  readonly seed: number;
  readonly files: NodeFiles;
  readonly say: (line: string) => void;
}

/** One flood as its clients saw it. Latencies in milliseconds, from the call to the answer that all of it is stored. */
export interface Flood {
  readonly eventsACall: number;
  readonly eventsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Of the first and of the last thousand events that were answered. */
  readonly firstP99: number;
  readonly lastP99: number;
  /** Requests of playbooks that arrived meanwhile. */
  readonly requests: number;
}

export interface FloodRunResult {
  readonly floods: readonly Flood[];
  /** From the last answer until the last event was decided and the last run had ended. */
  readonly settledSeconds: number;
  readonly states: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
  readonly ledger: RespondLedger;
}

const batch = 50;
const warmUp = 500;
/** Every so manieth event starts a run. */
const matches = 100;
const part = 1_000;
const settleMs = 300_000;
const pageSize = 500;
const shown = 5;
const over: ReadonlySet<string> = new Set(["done", "waiting"]);

const eventsOf = (name: string, count: number, url: string): readonly ReportedEvent[] =>
  Array.from({ length: count }, (_, at) => ({
    id: `${name}-${at}`,
    source: "chaos",
    kind: at % matches === 0 ? "order" : "noise",
    data: { url, stages: 1, host: `host-${at % 97}`, message: "a line such as devices write them, of usual length" },
  }));

/** Each client waits for an answer before its next call. Resolves with the time of each call, in the order of the answers. */
const report = async (
  clients: readonly GarrisonClient[],
  events: readonly ReportedEvent[],
  eventsACall: number,
): Promise<readonly number[]> => {
  const took: number[] = [];
  let next = 0;
  await Promise.all(
    clients.map(async (client) => {
      for (let from = next; from < events.length; from = next) {
        next += eventsACall;
        const call = events.slice(from, from + eventsACall);
        const begunMs = performance.now();
        const receipts = await client.events.report(call);
        took.push(performance.now() - begunMs);
        if (receipts.length !== call.length) throw new Error(`${receipts.length} receipts for ${call.length} events`);
      }
    }),
  );
  return took;
};

const p99Of = (times: readonly number[]): number =>
  tenths(
    percentile(
      times.toSorted((a, b) => a - b),
      0.99,
    ),
  );
const tenths = (value: number): number => Math.round(value * 10) / 10;

/** Every event that the node knows, by its id. */
const allEvents = async (client: GarrisonClient): Promise<ReadonlyMap<string, EventRecord>> => {
  const events = new Map<string, EventRecord>();
  let pageToken = "";
  do {
    const page = await client.events.list({ pageSize, ...(pageToken === "" ? {} : { pageToken }) });
    for (const record of page.events) events.set(record.event.id, record);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return events;
};

/** Floods one node with events while it executes the playbooks of some of them, and looks for each event afterwards. */
export const floodRun = async ({
  events: count,
  clients,
  seed,
  files,
  say,
}: FloodRunOptions): Promise<FloodRunResult> => {
  const server = await startActionServer(seededRandom(seed), { leastMs: 50, moreMs: 100 });
  const cluster = new RespondCluster({
    ...{ nodes: 1, files, playbooks: { "orders.mjs": orders }, bindings: ordersBinding },
    respond: { egress: [server.url.slice("http://".length)], pool: { spare: 2, max: 4, warmThreads: 2 } },
  });
  const lanes: GarrisonClient[] = [];
  try {
    const [node] = cluster.nodes;
    for (let lane = 0; lane < clients; lane += 1) {
      const client = await node?.newClient();
      if (client !== undefined) lanes.push(client);
    }
    const [first] = lanes;
    if (first === undefined) throw new Error("a flood needs a client");
    const sent: ReportedEvent[] = [];
    const floods: Flood[] = [];
    const flood = async (name: string, events: number, eventsACall: number): Promise<Flood> => {
      const list = eventsOf(name, events, server.url);
      sent.push(...list);
      const before = server.seen.length;
      const begunMs = performance.now();
      const took = await report(lanes, list, eventsACall);
      const seconds = (performance.now() - begunMs) / 1_000;
      const calls = Math.ceil(part / eventsACall);
      const sorted = took.toSorted((a, b) => a - b);
      return {
        eventsACall,
        eventsPerSecond: Math.round(events / seconds),
        p50: tenths(percentile(sorted, 0.5)),
        p99: p99Of(took),
        firstP99: p99Of(took.slice(0, calls)),
        lastP99: p99Of(took.slice(-calls)),
        requests: server.seen.length - before,
      };
    };
    await flood("warm", Math.min(warmUp, count), 1);
    for (const [name, eventsACall] of [["single", 1] as const, ["batch", batch] as const]) {
      const seen = await flood(name, count, eventsACall);
      floods.push(seen);
      say(`${name}: ${seen.eventsPerSecond} events/s, p99 ${seen.p99} ms`);
    }
    const answeredMs = performance.now();
    const found = await untilDecided(first, sent);
    const runs = sent.flatMap(({ id }) => found.get(id)?.runs ?? []).map(({ id }) => id);
    const ended = await untilRunsEnded(cluster, runs);
    const lost = sent.filter(({ id }) => (found.get(id)?.state ?? "waiting") === "waiting").map(({ id }) => id);
    const wrong = sent.filter(({ id, kind }) => {
      const record = found.get(id);
      return record !== undefined && record.runs.length !== (kind === "order" ? 1 : 0);
    });
    const open = runs.filter((id) => !over.has(ended.get(id) ?? "not there"));
    const states: Record<string, number> = {};
    for (const { state } of found.values()) states[state] = (states[state] ?? 0) + 1;
    for (const state of ended.values()) states[`runs ${state}`] = (states[`runs ${state}`] ?? 0) + 1;
    return {
      floods,
      settledSeconds: tenths((performance.now() - answeredMs) / 1_000),
      states,
      violations: [
        ...lost.slice(0, shown).map((id) => `event ${id} was acknowledged and is ${found.get(id)?.state ?? "lost"}`),
        ...wrong.slice(0, shown).map(({ id }) => `event ${id} has ${found.get(id)?.runs.length ?? 0} runs`),
        ...open.slice(0, shown).map((id) => `run ${id} is ${ended.get(id) ?? "not there"}`),
      ],
      ledger: {
        ...{ system: "respond", planned: sent.length, done: sent.length - lost.length, doneTwice: wrong.length },
        ...{ lost: lost.length + open.length, restarts: 0, takeoverMs: 0 },
      },
    };
  } finally {
    for (const client of lanes) client.close();
    await cluster.end();
    await server.close();
  }
};

/** What is known of the events, once none of them waits. One that is not there in two looks does not come any more. */
const untilDecided = async (
  client: GarrisonClient,
  sent: readonly ReportedEvent[],
): Promise<ReadonlyMap<string, EventRecord>> => {
  const end = performance.now() + settleMs;
  let calmLooks = 0;
  for (;;) {
    const waiting = await client.events.list({ pageSize: 1, states: ["waiting"] });
    const found = waiting.events.length > 0 ? undefined : await allEvents(client);
    const decided = found !== undefined && [...found.values()].every(({ state }) => state !== "waiting");
    calmLooks = decided ? calmLooks + 1 : 0;
    if (decided && (calmLooks > 1 || sent.every(({ id }) => found.has(id)))) return found;
    if (performance.now() > end) return found ?? allEvents(client);
    await pause(500);
  }
};

const untilRunsEnded = async (
  cluster: RespondCluster,
  runs: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  const end = performance.now() + settleMs;
  for (;;) {
    const states = new Map((await allRuns(cluster)).map(({ id, state }) => [id, state]));
    if (runs.every((id) => over.has(states.get(id) ?? "")) || performance.now() > end) return states;
    await pause(500);
  }
};
