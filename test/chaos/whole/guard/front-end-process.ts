/**
 * A front end's process: `front-end-process.js SETTINGS`. It says when it has the table with the rule, and then does what it is told, one
 * thing after the other.
 */
import { setTimeout as pause } from "node:timers/promises";
import { createGuard } from "../../../../src/client/guard/index.ts";

export interface FrontEndSettings {
  readonly folder: string;
  /** Every access falls under it. */
  readonly rule: number;
}

export type FrontEndHears =
  /** So many accesses of an account. */
  | { readonly type: "access"; readonly id: number; readonly account: string; readonly count: number }
  /** One access of each account. */
  | { readonly type: "look"; readonly id: number; readonly accounts: readonly string[] };

/** `id` 0: it has the table. */
export interface FrontEndSays {
  readonly id: number;
  /** Accesses that are in the queue by now, where they outlive this process. */
  readonly recorded: number;
  /** Accounts of which an access was denied. */
  readonly denied: readonly string[];
}

const foldMs = 10;
/** Timers fire in the order in which they are due: by then what was folded has been written. */
const writtenMs = 5 * foldMs;
const lookForTableMs = 50;

const { folder, rule } = JSON.parse(process.argv[2] ?? "") as FrontEndSettings;
const guard = createGuard({ folder, foldMs });
const rules = [rule];

const inQueue = (): number => {
  const { recorded, dropped } = guard.counts;
  return recorded - dropped;
};

const access = async (account: string, count: number): Promise<Omit<FrontEndSays, "id">> => {
  const before = inQueue();
  let denied = false;
  for (let left = count; left > 0; left -= 1) denied = guard.check({ rules, account }) !== "allow" || denied;
  await pause(writtenMs);
  return { recorded: inQueue() - before, denied: denied ? [account] : [] };
};

const look = async (accounts: readonly string[]): Promise<Omit<FrontEndSays, "id">> => {
  const before = inQueue();
  const denied = accounts.filter((account) => guard.check({ rules, account }) !== "allow");
  await pause(writtenMs);
  return { recorded: inQueue() - before, denied };
};

const say = (says: FrontEndSays): void => void process.send?.(says);
let working: Promise<void> = Promise.resolve();
process.on("message", (heard: FrontEndHears) => {
  working = working.then(async () => {
    const done = heard.type === "access" ? access(heard.account, heard.count) : look(heard.accounts);
    say({ id: heard.id, ...(await done) });
  });
});
process.on("disconnect", () => process.exit());

// Of an account that nobody else has, until the access is one under the rule.
while ((await access(`first of ${process.pid}`, 1)).recorded === 0) await pause(lookForTableMs);
say({ id: 0, recorded: 0, denied: [] });
