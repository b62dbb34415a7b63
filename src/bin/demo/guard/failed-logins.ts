import type { Clock } from "../../../base/clock.ts";
import { pause } from "../../../base/pause.ts";
import type { GarrisonClient, Run } from "../../../client/index.ts";
import type { Retrying } from "../../calls/retrying.ts";
import { textTable } from "../../output/text/text-table.ts";
import { loginsPlaybook, type GuardPlace } from "../guard-place.ts";
import { until } from "../until.ts";
import { loginPath } from "./front-end-settings.ts";
import { send } from "./send.ts";
import type { Ticket } from "./ticket-system.ts";

export interface FailedLoginsSetup {
  readonly place: GuardPlace;
  readonly client: GarrisonClient;
  readonly retrying: Retrying;
  /** That no earlier run on the same store has tried. */
  readonly account: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** How the systems answered together. */
export interface LoginsAnswer {
  /** The report, for people. */
  readonly table: string;
  readonly faults: readonly string[];
}

const from = "127.0.9.2";
const pauseMs = 10;
const burstMs = 30_000;
const answerMs = 60_000;
const ended: ReadonlySet<Run["state"]> = new Set(["done", "skipped", "failed", "cancelled", "dead"]);

/**
 * Tries out passwords of an account until both front ends deny it, and waits for the answer: the crossing raises an event, whose binding runs the
 * playbook, which blocks the account, has a front end scanned and files a ticket.
 */
export const answerFailedLogins = async (setup: FailedLoginsSetup): Promise<LoginsAnswer> => {
  const { place, client, retrying, account, clock, signal, say } = setup;
  const [beganAtMs, beganWallMs] = [clock.monotonicMs(), clock.wallMs()];
  const attempts = await tryPasswords(setup);
  const runs: Run[] = [];
  const isAnswered = async (): Promise<boolean> => {
    const { runs: listed } = await retrying.call(() => client.runs.list({ playbook: loginsPlaybook }), signal);
    runs.splice(0, Infinity, ...listed.filter(({ createdAtMs }) => createdAtMs >= beganWallMs));
    return runs.length > 0 && runs.every(({ state }) => ended.has(state));
  };
  await until(isAnswered, { longestMs: answerMs, clock, signal });
  const tookMs = Math.round(clock.monotonicMs() - beganAtMs);
  for (const { event, playbook, state } of runs) {
    say(
      `${attempts} logins of ${account} failed; event ${event} started ${playbook}, which is ${state} after ${tookMs} ms`,
    );
  }
  const tickets = [...place.tickets.tickets.values()];
  return { table: ticketsTable(tickets), faults: faultsOf(runs, tickets, account) };
};

const ticketsTable = (tickets: readonly Ticket[]): string => {
  const rows = tickets.map(({ title, description, findings }) => {
    const found = Object.entries(findings).filter(([, count]) => count > 0);
    return [title, description, found.map(([severity, count]) => `${count} ${severity}`).join(", ")];
  });
  return textTable(["ticket", "what was done", "found at the front end"], rows);
};

/** @returns how many failed before both front ends denied the account */
const tryPasswords = async ({ place, account, clock, signal }: FailedLoginsSetup): Promise<number> => {
  const untilMs = clock.monotonicMs() + burstMs;
  const denying = new Set<string>();
  let failed = 0;
  while (denying.size < place.frontEnds.length) {
    for (const { url } of place.frontEnds) {
      const outcome = await send("POST", `${url}${loginPath}?account=${account}`, from);
      if (outcome === "denied") denying.add(url);
      else failed += 1;
      await pause(clock, pauseMs, signal);
      signal.throwIfAborted();
    }
    if (clock.monotonicMs() > untilMs) throw new Error(`logins of ${account} are let through after ${burstMs} ms`);
  }
  return failed;
};

const faultsOf = (runs: readonly Run[], tickets: readonly Ticket[], account: string): readonly string[] => {
  const [run, ...others] = runs;
  if (run === undefined || others.length > 0) return [`${runs.length} runs answer the failed logins instead of 1`];
  if (run.state !== "done") return [`the answer to the failed logins is ${run.state}: ${run.failure?.message ?? ""}`];
  const [ticket, ...more] = tickets;
  if (ticket === undefined || more.length > 0) return [`${tickets.length} tickets about failed logins instead of 1`];
  const isBlocked = ticket.description === `account ${account}: blocked`;
  return [
    ...(isBlocked ? [] : [`the ticket about failed logins says ${ticket.description}`]),
    ...((ticket.findings["high"] ?? 0) > 0 ? [] : ["the scan of the front end found nothing that is exposed"]),
  ];
};
