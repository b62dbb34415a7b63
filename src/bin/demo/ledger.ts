import type { Finding, Template } from "../../engines/scan/index.ts";
import { plannedBy, sendersOf } from "./planned.ts";
import type { SeenRequest } from "./site-process.ts";

/** What was promised and what became of it, counted by the client and by the site, never by the store. */
export interface Ledger {
  readonly system: "scan" | "respond" | "detect" | "guard";
  readonly planned: number;
  readonly done: number;
  readonly doneTwice: number;
  readonly lost: number;
  /** Processes that were killed and started again. */
  readonly restarts: number;
  readonly takeoverMs: number;
}

/** `planned` and `done` are accesses that were answered, and those of them that counted. */
export interface GuardLedger extends Ledger {
  /** So many accesses the front end that was killed may lose: `done` may be less than `planned` by as many. */
  readonly mayLose: number;
  /** Clients that exceeded the limit and are denied by every front end. */
  readonly blocked: number;
  /** Clients that were intercepted and had not exceeded it. */
  readonly falseBlocks: number;
}

/** What the client of a run got to know. */
export interface ClientLog {
  /** Requests that the report of each scan accounts for, in the order of the targets. */
  readonly reported: readonly number[];
  /**
   * In the same order, whether parts of the scan were split because what ran them had crashed: templates that share a
   * request then may have sent it each for itself. Absent: none was.
   */
  readonly split?: readonly boolean[];
  readonly restarts: number;
  readonly takeoverMs: number;
}

const countBy = <Item>(items: Iterable<Item>, key: (item: Item) => string): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
};

/** The same finding of the same target reported more than once. */
const repeated = (findings: readonly Finding[]): number =>
  [...countBy(findings, ({ url, fingerprint }) => `${url} ${fingerprint}`).values()].reduce((sum, n) => sum + n - 1, 0);

/** Requests that templates would send beside those of the plan, if each sent its own. */
const sharedRequests = async (templates: readonly Template[], target: string): Promise<number> => {
  const senders = new Set(sendersOf(templates));
  let requests = 0;
  for (const template of templates) {
    if (!senders.has(template)) requests += (await plannedBy(template, target)).length;
  }
  return requests;
};

/**
 * Settles every planned request against the site's access log. A request that the site has not seen is lost, unless its template stops at
 * the first match and had a finding for the target: then that match had made it unnecessary. A request that the reports account for
 * beyond the plan was counted twice.
 */
export const settle = async (
  targets: readonly string[],
  templates: readonly Template[],
  seen: readonly SeenRequest[],
  findings: readonly Finding[],
  client: ClientLog,
): Promise<Ledger> => {
  const left = countBy(seen, ({ method, path }) => `${method} ${path}`);
  const matched = new Set(findings.map((finding) => `${finding.url} ${finding["template-id"]}`));
  let planned = 0;
  let done = 0;
  let lost = 0;
  let countedTwice = 0;
  for (const [index, target] of targets.entries()) {
    const before = { planned, lost };
    for (const template of sendersOf(templates)) {
      for (const { key, endsWithMatch } of await plannedBy(template, target)) {
        planned += 1;
        const hits = left.get(key) ?? 0;
        if (hits > 0) left.set(key, hits - 1);
        if (hits > 0 || (endsWithMatch && matched.has(`${target} ${template.id}`))) done += 1;
        else lost += 1;
      }
    }
    // One scan's surplus makes up for no other's gap.
    const missing = planned - before.planned - (client.reported[index] ?? 0);
    const shared = client.split?.[index] === true ? await sharedRequests(templates, target) : 0;
    countedTwice += Math.max(0, -missing - shared);
    lost = Math.max(lost, before.lost + missing);
  }
  return {
    system: "scan",
    planned,
    done,
    doneTwice: countedTwice + repeated(findings),
    lost,
    restarts: client.restarts,
    takeoverMs: Math.round(client.takeoverMs),
  };
};
