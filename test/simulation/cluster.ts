import type { MemoryDatabase } from "../../src/store/memory/index.ts";
import { Recorder, type History } from "../support/history.ts";
import { RequestLog } from "./request-log.ts";
import { SimulatedNode } from "./simulated-node.ts";
import type { SimulatedStore } from "./simulated-store.ts";
import type { Workload } from "./workload.ts";
import type { World } from "./world.ts";

const slowestRestartMs = 2_500;
const longestFreezeMs = 9_000;
const crashesBeyondBudget = 20;
const longestHangMs = 2_500;

/** The nodes of a simulated cluster over all their incarnations, and what can happen to them. */
export class Cluster {
  readonly store: SimulatedStore;
  readonly requests: RequestLog;
  readonly histories: { readonly name: string; readonly events: History }[] = [];
  readonly #world: World;
  readonly #workload: Workload;
  readonly #nodes: SimulatedNode[] = [];
  readonly #incarnations: number[] = [];
  #closed = false;

  constructor(world: World, database: MemoryDatabase, workload: Workload, size: number) {
    this.#world = world;
    this.#workload = workload;
    this.requests = new RequestLog(world);
    this.store = { database, history: [], hungUntilMs: 0, lossy: true };
    for (let index = 0; index < size; index += 1) this.#start(index);
  }

  get live(): readonly SimulatedNode[] {
    return this.#nodes.filter((node) => node.alive);
  }

  /** One fault of a kind, and on a node, that the seed picks. False if it changed nothing: there was nothing left to break. */
  fault(): boolean {
    const faults: readonly (readonly [string, (node: SimulatedNode) => boolean])[] = [
      ["kill actor", (node) => this.#kill(node)],
      ["kill actor", (node) => this.#kill(node)],
      ["crash sink", (node) => this.#crashSink(node, 1)],
      ["crash sink until its budget is spent", (node) => this.#crashSink(node, crashesBeyondBudget)],
      ["crash node", (node) => node.die()],
      ["freeze node", (node) => this.#freeze(node)],
      ["drain node", (node) => node.drain()],
      ["hang store", () => this.#hang()],
    ];
    const live = this.live.filter((node) => !node.frozen);
    const node = live[this.#world.random.below(Math.max(1, live.length))];
    const fault = faults[this.#world.random.below(faults.length)];
    if (node === undefined || fault === undefined) return false;
    this.#world.trace(`fault ${fault[0]} ${node.name}`);
    if (!fault[1](node)) return false;
    this.#world.count(`fault: ${fault[0]}`);
    return true;
  }

  /** From now on nothing goes wrong by itself. Nodes that are down come back. */
  heal(): void {
    this.#world.healthy = true;
    this.store.lossy = false;
    this.store.hungUntilMs = 0;
    for (const node of this.live) if (node.frozen) node.thaw();
  }

  /** What the actors of the live nodes were owed until now is overdue. */
  noteQuiet(): void {
    for (const node of this.live) node.noteQuiet();
  }

  /** Drains every node; none comes back. */
  close(): void {
    this.#closed = true;
    for (const node of this.live) node.drain();
  }

  overfull(): readonly string[] {
    return this.live.flatMap((node) => node.overfull());
  }

  #start(index: number): void {
    if (this.#closed) return;
    const incarnation = (this.#incarnations[index] ?? 0) + 1;
    this.#incarnations[index] = incarnation;
    const name = `n${index}-${incarnation}`;
    const recorder = new Recorder(
      () => this.#world.clock.monotonicMs(),
      (event) => this.#world.tell(name, event),
    );
    this.histories.push({ name, events: recorder.history });
    const node: SimulatedNode = new SimulatedNode(this.#world, {
      recorder,
      store: this.store,
      workload: this.#workload,
      requests: this.requests,
      name,
      died: () => {
        this.#world.after(this.#world.random.below(slowestRestartMs), () => this.#start(index));
      },
    });
    this.#nodes[index] = node;
  }

  #kill(node: SimulatedNode): boolean {
    const paths = node.actors();
    const path = paths[this.#world.random.below(paths.length)];
    return path !== undefined && node.kill(path);
  }

  #crashSink(node: SimulatedNode, times: number): boolean {
    return node.load.tell({ type: "crash", sink: this.#world.random.below(3), times });
  }

  #freeze(node: SimulatedNode): boolean {
    node.freeze();
    this.#world.after(this.#world.random.below(longestFreezeMs), () => node.thaw());
    return true;
  }

  #hang(): boolean {
    const { clock, random } = this.#world;
    this.store.hungUntilMs = clock.monotonicMs() + random.below(longestHangMs);
    return true;
  }
}
