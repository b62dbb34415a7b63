import type { Ticket } from "./ticket-system.ts";

/** What there is of the answers to failed logins once nothing goes on any more. */
export interface LoopFacts {
  /** Accounts that had more failed logins than are permitted. */
  readonly accounts: readonly string[];
  /** As the ticket system has them. */
  readonly tickets: readonly Ticket[];
  /** Of the playbook. */
  readonly runs: readonly { readonly id: string; readonly state: string; readonly failure?: unknown }[];
  /** What the record of each run says it did, by its id. */
  readonly tracks: ReadonlyMap<string, string>;
  /** Of the front end, and whether each was complete. */
  readonly scans: ReadonlyMap<string, boolean>;
  /** Accounts that the playbook has blocked, one entry for each block. */
  readonly blocked: readonly string[];
  /** Accounts that the front end denies. */
  readonly denied: ReadonlySet<string>;
}

export interface JudgedLoop {
  /** Accounts that are blocked, of which one complete scan came, and of which one ticket tells. */
  readonly completed: number;
  /** What was left out for an account, and what was done for one again. */
  readonly lost: readonly string[];
  readonly twice: readonly string[];
}

/** Whether each account was answered, in all parts and once. */
export const judgeLoop = ({ accounts, tickets, runs, tracks, scans, blocked, denied }: LoopFacts): JudgedLoop => {
  const lost: string[] = [];
  let completed = 0;
  const findings = JSON.stringify(tickets[0]?.findings);
  for (const account of accounts) {
    const [ticket] = ticketsOf(account, tickets);
    const missing = [
      ...(ticket === undefined ? ["is in no ticket"] : []),
      ...(ticket === undefined || ticket.description.endsWith(": blocked")
        ? []
        : [`is told of as ${ticket.description}`]),
      ...(ticket === undefined || scans.get(ticket.scan) === true ? [] : [`has no complete scan: ${ticket.scan}`]),
      // Whatever happened to it: the same website has the same findings.
      ...(ticket === undefined || JSON.stringify(ticket.findings) === findings
        ? []
        : [`has findings ${JSON.stringify(ticket.findings)}, the first has ${findings}`]),
      ...(blocked.includes(account) ? [] : ["is not blocked by the playbook"]),
      ...(denied.has(account) ? [] : ["is not denied"]),
    ];
    const track = (ticket && tracks.get(ticket.reference)) ?? "no run is known";
    lost.push(...missing.map((what) => `${account} ${what} [${track}]`));
    if (missing.length === 0) completed += 1;
  }
  const unended = runs.filter(({ state }) => state !== "done");
  lost.push(
    ...unended.map(
      ({ id, state, failure }) => `run ${id} is ${state} ${JSON.stringify(failure ?? "")} [${tracks.get(id) ?? ""}]`,
    ),
  );
  const named = new Set(tickets.map(({ scan }) => scan));
  const twice = [
    ...accounts
      .filter((account) => ticketsOf(account, tickets).length > 1)
      .map((account) => `${account} is in two tickets`),
    ...accounts
      .filter((account) => blocked.filter((one) => one === account).length > 1)
      .map((account) => `${account} is blocked twice`),
    ...(runs.length > accounts.length ? [`${runs.length} runs answer ${accounts.length} accounts`] : []),
    ...[...scans.keys()].filter((id) => !named.has(id)).map((id) => `scan ${id} is in no ticket`),
  ];
  return { completed, lost, twice };
};

const ticketsOf = (account: string, tickets: readonly Ticket[]): readonly Ticket[] =>
  tickets.filter(({ title }) => title === `Failed logins: ${account}`);
