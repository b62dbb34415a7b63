import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../../src/base/clock.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { tempDir } from "../../support/temp-dir.ts";
import type { Disturbed } from "../fleet/disturb.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { ConfigSections } from "../fleet/prepare-fleet.ts";
import { startActionServer, type ActionServer } from "../respond/action-server.ts";
import { answerTo } from "../respond/cacao/effects.ts";
import { judgeOrders } from "../respond/judge-orders.ts";
import { orderPlaybooks, Orders } from "../respond/orders.ts";
import { ordersBindings } from "../respond/playbooks.ts";
import type { Load, Settled } from "./load.ts";
import { Pace } from "./pace.ts";

/** Each of three steps; what is heard of one stage has to be kept before the next one begins. */
const stages = 2;
const perSecond = 2;
/** Faults hold up those that are under way; what waits meanwhile is made up for in the end. */
const mostUnderWay = 200;
const lookEveryMs = 200;
/** More would wait for ever, and be looked at with each look. */
const leavesOneOf = 10;
/** The longest fault, and what it takes a node then to notice that it was declared dead. */
const hangsMs = 10_000;
/** Two cores do not start a process in each two seconds beside everything else, on a day when they are slow. */
const moduleOneOf = 8;

/** Events, which are answered by runs of two playbooks that act on a server of this process. */
export class RespondLoad implements Load {
  readonly name = "respond";
  readonly #folder = tempDir("whole-playbooks");
  readonly #server: ActionServer;
  #orders: Orders | undefined;
  #running = true;

  private constructor(server: ActionServer) {
    this.#server = server;
    for (const name of ["playbooks", "rules"]) mkdirSync(join(this.#folder.path, name));
    for (const [file, code] of Object.entries(orderPlaybooks(server, stages))) {
      writeFileSync(join(this.#folder.path, "playbooks", file), code);
    }
    writeFileSync(join(this.#folder.path, "rules", "bindings.yml"), ordersBindings);
  }

  static async start(seed: number): Promise<RespondLoad> {
    const times = { leastMs: 50, moreMs: 200 };
    return new RespondLoad(await startActionServer(seededRandom(seed), times, { answerOf: answerTo }));
  }

  config(): ConfigSections {
    return {
      respond: {
        playbooks: [join(this.#folder.path, "playbooks")],
        rules: [join(this.#folder.path, "rules")],
        egress: [new URL(this.#server.url).host],
        pool: { spare: 1, max: 3, warmThreads: 2 },
      },
    };
  }

  async feed(fleet: Fleet): Promise<void> {
    const orders = (this.#orders = new Orders(fleet, this.#server, { stages, leavesOneOf, moduleOneOf, hangsMs }));
    const pace = new Pace(perSecond);
    while (this.#running) {
      const room = mostUnderWay - orders.underWay;
      await orders.submit(Math.max(0, Math.min(room, pace.due - orders.submitted)));
      await pause(lookEveryMs);
    }
  }

  stop(): void {
    this.#running = false;
  }

  progress(): string {
    return `${this.#orders?.submitted ?? 0} events, ${this.#server.seen.length} requests`;
  }

  async settle(fleet: Fleet, { faults }: Disturbed): Promise<Settled> {
    const orders = this.#orders;
    if (orders === undefined) throw new Error("no event was ever reported");
    const settled = await orders.settled();
    await orders.answerer.end();
    // The server's times are of this process, the others are of the machine.
    const behindMs = systemClock.monotonicMs() - performance.now();
    const killsAtMs = faults.kills.map(({ atMs }) => atMs - behindMs);
    const { ledger, violations, ...seen } = await judgeOrders(fleet, this.#server, orders, settled, killsAtMs);
    return {
      ledgers: [ledger],
      floors: {
        runs: { seen: ledger.done, tenMinutes: 1_000 },
        "runs that went on in another process": { seen: seen.resumed, tenMinutes: 10 },
      },
      violations,
      seen,
    };
  }

  async end(): Promise<void> {
    await this.#orders?.answerer.end().catch(() => undefined);
    await this.#server.close();
    this.#folder.remove();
  }
}
