import { setTimeout as pause } from "node:timers/promises";
import type { Run } from "../../../src/client/index.ts";
import { until } from "../../support/until.ts";
import type { Caller } from "../caller.ts";
import type { ActionServer } from "./action-server.ts";
import { Answerer, type AnswererSetup } from "./answers.ts";
import { cacaoOrders, orders, partsOfStage } from "./playbooks.ts";
import { stepOf } from "./request-checks.ts";
import { allRuns } from "./run-views.ts";

const decideMs = 120_000;
/** Without any request, answer or end. Claims of nodes that are gone, and what is held back after losses, take less. */
const stuckMs = 90_000;
const ended: ReadonlySet<string> = new Set(["done", "skipped", "failed", "cancelled", "dead"]);

/** The two playbooks that answer orders, by their file, with so many stages; their actions call the server. */
export const orderPlaybooks = ({ url }: ActionServer, stages: number): Readonly<Record<string, string>> => ({
  "orders.mjs": orders,
  "cacao-orders.json": cacaoOrders(Number(new URL(url).port), stages),
});

/** What became of all orders. */
export interface SettledOrders {
  /** The run of each order. */
  readonly ids: readonly string[];
  readonly found: ReadonlyMap<string, Run>;
  /** Runs that are not there, or go on for ever. */
  readonly open: readonly string[];
}

export interface OrdersSetup extends AnswererSetup {
  readonly stages: number;
  /** Of so many orders one is answered by a module, in a process of its own, and the others by a playbook of CACAO. */
  readonly moduleOneOf: number;
}

/** Events that are answered by runs which act on a server, and a person who is asked by them. */
export class Orders {
  readonly answerer: Answerer;
  readonly #cluster: Caller;
  readonly #server: ActionServer;
  readonly #setup: OrdersSetup;
  #submitted = 0;

  constructor(cluster: Caller, server: ActionServer, setup: OrdersSetup) {
    this.#cluster = cluster;
    this.#server = server;
    this.#setup = setup;
    this.answerer = new Answerer(cluster, server, setup);
  }

  get submitted(): number {
    return this.#submitted;
  }

  /** Orders of which the server has not seen the last step, without those that nobody answers. */
  get underWay(): number {
    const last = new Set(this.#server.seen.filter(({ stage }) => stage === this.#setup.stages).map(({ run }) => run));
    return this.#submitted - last.size - this.answerer.left.size;
  }

  /** So many more events. */
  async submit(more: number): Promise<void> {
    const from = this.#submitted;
    const events = Array.from({ length: more }, (_, at) => ({
      id: keyOf(from + at),
      source: "chaos",
      kind: (from + at) % this.#setup.moduleOneOf === 0 ? "order" : "cacao-order",
      data: { url: this.#server.url, stages: this.#setup.stages },
    }));
    if (more > 0) await this.#cluster.ask((client) => client.events.report(events));
    this.#submitted += more;
  }

  /** All runs, once each has ended or waits for an answer that it does not get, or nothing happens any more. */
  async settled(): Promise<SettledOrders> {
    const ids: string[] = [];
    for (let at = 0; at < this.#submitted; at += 1) ids.push(await this.#runOf(keyOf(at)));
    let progress = "";
    let atMs = performance.now();
    for (;;) {
      const found = new Map((await allRuns(this.#cluster)).map((run) => [run.id, run]));
      const open = ids.filter((id) => !this.#isSettled(found.get(id)));
      const now = `${open.length} ${this.#server.seen.length} ${this.answerer.questions}`;
      if (now !== progress) [progress, atMs] = [now, performance.now()];
      if (open.length === 0 || performance.now() - atMs > stuckMs) return { ids, found, open };
      await pause(250);
    }
  }

  /** What the server has to have seen of a run that is done. */
  stepsOf(run: string): readonly string[] {
    return Array.from({ length: this.#setup.stages * partsOfStage }, (_, at) =>
      stepOf({ run, stage: Math.floor(at / partsOfStage) + 1, part: at % partsOfStage }),
    );
  }

  /** The run of an event, once it is decided. */
  async #runOf(key: string): Promise<string> {
    let made: readonly { readonly id: string }[] = [];
    await until(
      async () => {
        const { state, runs } = await this.#cluster.ask((client) => client.events.get(`chaos/${key}`));
        made = runs;
        return state !== "waiting";
      },
      () => ({ undecided: key }),
      decideMs,
    );
    return made[0]?.id ?? `none of ${key}`;
  }

  #isSettled(run: Run | undefined): boolean {
    return run !== undefined && (ended.has(run.state) || (run.state === "waiting" && this.answerer.left.has(run.id)));
  }
}

const keyOf = (at: number): string => `order-${at}`;
