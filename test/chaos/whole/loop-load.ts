import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseInterceptRule } from "../../../src/engines/intercept/index.ts";
import { startPracticeSite, type PracticeSite } from "../../../src/bin/practice-site/practice-site.ts";
import type { Run } from "../../../src/client/index.ts";
import { inRepository } from "../../support/built.ts";
import { tempDir } from "../../support/temp-dir.ts";
import type { Disturbed } from "../fleet/disturb.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { ConfigSections } from "../fleet/prepare-fleet.ts";
import { allRuns } from "../respond/run-views.ts";
import { allScans } from "../scan/submitter.ts";
import { agreedSettings } from "./guard/agreed-settings.ts";
import { FrontEnd } from "./guard/front-end.ts";
import { listedAccounts } from "./guard/listed-accounts.ts";
import type { Load, Settled } from "./load.ts";
import { judgeLoop } from "./loop/judge-loop.ts";
import { trackOf } from "./loop/run-track.ts";
import { TicketSystem } from "./loop/ticket-system.ts";
import { Pace } from "./pace.ts";

const playbook = "failed-logins-answer";
const dayMs = 86_400_000;
const rule = parseInterceptRule({
  ...{ number: 2, name: "failed-logins", subject: "account", threshold: 5, windowMs: dayMs, blockMs: dayMs },
});
/** Interceptions that somebody ordered have this one. */
const manual = 0;
/** Its front end is on a host of its own, whose proxy this node is. */
const proxyNode = 2;
const perSecond = 1 / 12;
/** Each has a process and a scan. */
const mostUnderWay = 12;
const lookEveryMs = 500;
/** Without any ticket or end of a run. Claims of nodes that are gone, and what is held back after losses, take less. */
const stuckMs = 120_000;
const shown = 5;
const ended: ReadonlySet<string> = new Set(["done", "skipped", "failed", "cancelled", "dead"]);

/** Failed logins at a front end, each answered by the starter playbook: block, scan of the front end, report in a ticket. */
export class LoopLoad implements Load {
  readonly name = "loop";
  readonly #folder = tempDir("whole-loop");
  readonly #tickets: TicketSystem;
  readonly #site: PracticeSite;
  readonly #accounts: string[] = [];
  #frontEnd: FrontEnd | undefined;
  #running = true;

  private constructor(tickets: TicketSystem, site: PracticeSite) {
    this.#tickets = tickets;
    this.#site = site;
    for (const name of ["playbooks", "rules"]) mkdirSync(join(this.#folder.path, name));
    copyFileSync(inRepository(`playbooks/${playbook}.json`), join(this.#folder.path, "playbooks", `${playbook}.json`));
    writeFileSync(this.#secret, "a token of the run", { mode: 0o600 });
    const binding = {
      ...{ id: "failed-logins", run: [playbook] },
      when: { kinds: ["guard-crossing"], detection: { logins: { "rule.name": rule.name }, condition: "logins" } },
      variables: {
        __subject__: { field: "subject" },
        __field__: { field: "field" },
        __front_end__: { value: site.url },
        __ticket_api__: { value: tickets.url },
      },
    };
    // YAML, all of it.
    writeFileSync(join(this.#folder.path, "rules", "failed-logins.yml"), JSON.stringify(binding));
  }

  static async start(): Promise<LoopLoad> {
    const tickets = await TicketSystem.start();
    try {
      return new LoopLoad(tickets, await startPracticeSite());
    } catch (error) {
      await tickets.close();
      throw error;
    }
  }

  config(node: number): ConfigSections {
    const spoolFolder = join(this.#folder.path, "spool");
    return {
      respond: {
        playbooks: [join(this.#folder.path, "playbooks")],
        rules: [join(this.#folder.path, "rules")],
        egress: [new URL(this.#tickets.url).host],
        secrets: [{ name: "ticket-api-token", file: this.#secret }],
        // The ticket system knows what it has been told by the key.
        repeat: [{ playbook, repeat: true }],
      },
      guard: {
        ...agreedSettings,
        ...(node === proxyNode ? { proxy: true, folder: this.#shared, spoolFolder } : {}),
      },
    };
  }

  async feed(fleet: Fleet): Promise<void> {
    await fleet.ask(({ guard }) => guard.putRule(rule));
    const frontEnd = (this.#frontEnd = new FrontEnd({ folder: this.#shared, rule: rule.number }));
    const pace = new Pace(perSecond);
    for (; this.#running; await pause(lookEveryMs)) {
      const underWay = this.#accounts.length - this.#tickets.tickets.length;
      if (this.#accounts.length > pace.due || underWay >= mostUnderWay) continue;
      const account = `intruder-${this.#accounts.length}`;
      this.#accounts.push(account);
      await frontEnd.do({ type: "access", account, count: rule.threshold + 1 });
    }
  }

  stop(): void {
    this.#running = false;
  }

  progress(): string {
    return `${this.#tickets.tickets.length} of ${this.#accounts.length} loops`;
  }

  async settle(fleet: Fleet, { faults }: Disturbed): Promise<Settled> {
    const runs = await this.#settled(fleet);
    const accounts = this.#accounts;
    const scans = (await allScans(fleet.anywhere)).filter(({ spec }) => spec.target.startsWith(this.#site.url));
    const judged = judgeLoop({
      ...{ accounts, runs, tickets: this.#tickets.tickets },
      tracks: await tracksOf(fleet, runs),
      scans: new Map(scans.map(({ id, state, summary }) => [id, state === "done" && summary?.complete === true])),
      blocked: await listedAccounts(fleet, manual),
      denied: new Set((await this.#frontEnd?.do({ type: "look", accounts }))?.denied),
    });
    const { completed, lost, twice } = judged;
    return {
      ledgers: [
        {
          ...{ system: "loop", planned: accounts.length, done: completed, doneTwice: twice.length, lost: lost.length },
          ...{ restarts: faults.kills.length, takeoverMs: 0 },
        },
      ],
      floors: { "loops that were completed": { seen: completed, tenMinutes: 30 } },
      violations: [...lost.slice(0, shown), ...twice.slice(0, shown)],
      seen: { loops: accounts.length, tickets: this.#tickets.tickets.length, runs: runs.length, scans: scans.length },
    };
  }

  async end(): Promise<void> {
    this.#running = false;
    await this.#frontEnd?.end();
    await Promise.all([this.#tickets.close(), this.#site.close()]);
    this.#folder.remove();
  }

  get #shared(): string {
    return join(this.#folder.path, "shared");
  }

  get #secret(): string {
    return join(this.#folder.path, "ticket-api-token");
  }

  /** All runs of the playbook, once there is an ended one and a ticket for each account, or nothing happens any more. */
  async #settled(fleet: Fleet): Promise<readonly Run[]> {
    let progress = "";
    let atMs = performance.now();
    for (;;) {
      const runs = (await allRuns(fleet)).filter((run) => run.playbook === playbook);
      const open = runs.filter(({ state }) => !ended.has(state)).length;
      const told = this.#tickets.tickets.length;
      const now = `${runs.length} ${open} ${told}`;
      if (now !== progress) [progress, atMs] = [now, performance.now()];
      const isDone = open === 0 && Math.min(runs.length, told) >= this.#accounts.length;
      if (isDone || performance.now() - atMs > stuckMs) return runs;
      await pause(lookEveryMs);
    }
  }
}

const tracksOf = async (fleet: Fleet, runs: readonly Run[]): Promise<ReadonlyMap<string, string>> => {
  const tracks = new Map<string, string>();
  for (const { id } of runs) tracks.set(id, await fleet.ask((client) => trackOf(client, id)));
  return tracks;
};
