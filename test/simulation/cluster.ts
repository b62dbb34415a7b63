import { Recorder, type History } from "../support/history.ts";
import type { SampleFiles } from "../../src/actors/detect/index.ts";
import { Detection } from "./detect/detection.ts";
import type { DetectionPlan } from "./detect/plan.ts";
import { SimulatedNetwork } from "./network/simulated-network.ts";
import { takesPart } from "../../src/cluster/index.ts";
import { latestTable } from "./ownership-of.ts";
import { RequestLog } from "./request-log.ts";
import { SimulatedNode } from "./simulated-node.ts";
import { SimulatedStore } from "./simulated-store.ts";
import { TalkHistory } from "./talk/talk-history.ts";
import type { ResponsePlan } from "./respond/plan.ts";
import { Response } from "./respond/response.ts";
import type { Workload } from "./workload.ts";
import type { World } from "./world.ts";

const slowestRestartMs = 2_500;
export const fewestNodes = 3;
export const mostNodes = 7;

/** What a cluster does beside its scans. */
export interface ClusterPlans {
  /** Absent: it answers no events. */
  readonly response: ResponsePlan | undefined;
  /** Absent: it makes no verdicts. */
  readonly detection: { readonly plan: DetectionPlan; readonly files: SampleFiles } | undefined;
}

/** The nodes of a simulated cluster over all their incarnations. */
export class Cluster {
  readonly store: SimulatedStore;
  readonly requests: RequestLog;
  readonly network: SimulatedNetwork;
  readonly talk: TalkHistory;
  /** Absent: it answers no events. */
  readonly response: Response | undefined;
  /** Absent: it makes no verdicts. */
  readonly detection: Detection | undefined;
  readonly histories: { readonly name: string; readonly events: History }[] = [];
  readonly #world: World;
  readonly #workload: Workload;
  readonly #nodes: SimulatedNode[] = [];
  readonly #incarnations: number[] = [];
  /** Nodes that left and do not come back, by index. */
  readonly #retired = new Set<number>();
  #closed = false;

  constructor(world: World, workload: Workload, plans: ClusterPlans, size: number) {
    this.#world = world;
    this.#workload = workload;
    this.requests = new RequestLog(world);
    this.store = new SimulatedStore(world);
    this.talk = new TalkHistory(world);
    this.network = new SimulatedNetwork(world, ({ fromNode, fromIncarnation, toNode, toIncarnation, epoch }) => {
      const way = { sender: `${fromNode}.${fromIncarnation}`, receiver: `${toNode}.${toIncarnation}` };
      this.talk.note({ type: "welcomed", way, epoch });
    });
    const { response, detection } = plans;
    this.response = response === undefined ? undefined : new Response(world, this.store, response);
    this.detection =
      detection === undefined ? undefined : new Detection(world, this.store, detection.plan, detection.files);
    for (let index = 0; index < size; index += 1) this.#start(index);
  }

  get live(): readonly SimulatedNode[] {
    return this.#nodes.filter((node) => node.alive);
  }

  /** How many nodes it has had at most at a time, down for a moment or not. */
  get size(): number {
    return this.#incarnations.length;
  }

  /** Nodes that are up, or come back. */
  get remaining(): number {
    return this.size - this.#retired.size;
  }

  /** A further node joins. False if there are as many as there may be. */
  grow(): boolean {
    if (this.size >= mostNodes) return false;
    this.#start(this.size);
    return true;
  }

  /** The node leaves and does not come back. False if it is needed. */
  retire(node: SimulatedNode): boolean {
    if (this.remaining <= fewestNodes || this.detection?.needs(node.identity.id) === true) return false;
    if (!node.drain()) return false;
    this.#retired.add(this.#nodes.indexOf(node));
    return true;
  }

  /** The node crashes and does not come back. */
  lose(node: SimulatedNode): void {
    this.#retired.add(this.#nodes.indexOf(node));
    node.die();
  }

  /** Some node, of those that do not stand still too, has had a call that may have ended claims of this scan. */
  hint(scan: string): void {
    const { live } = this;
    live[this.#world.random.below(Math.max(1, live.length))]?.hint(scan);
  }

  /** From now on nothing goes wrong by itself. Nodes that are down come back. */
  heal(): void {
    this.#world.healthy = true;
    this.store.heal();
    this.network.heal();
    this.response?.heal();
    for (const node of this.live) node.heal();
  }

  /** What the actors of the live nodes were owed until now is overdue. */
  noteQuiet(): void {
    for (const node of this.live) node.noteQuiet();
    const nodes = this.live.map(({ name }) => name);
    this.talk.note({ type: "quiet", nodes, actors: this.live.flatMap((node) => node.actorNames()) });
  }

  /** Drains every node; none comes back. */
  close(): void {
    this.#closed = true;
    for (const node of this.live) node.drain();
  }

  overfull(): readonly string[] {
    return this.live.flatMap((node) => node.overfull());
  }

  #runs(actor: string): boolean {
    const at = actor.indexOf(":");
    const node = this.live.find(({ name }) => name === actor.slice(0, at));
    if (node?.actorNames().includes(actor) !== true) return false;
    const row = latestTable(this.store.history).members.find(({ id }) => id === node.identity.id);
    return row?.incarnation === node.identity.incarnation && takesPart(row);
  }

  #start(index: number): void {
    if (this.#closed || this.#retired.has(index)) return;
    const incarnation = (this.#incarnations[index] ?? 0) + 1;
    this.#incarnations[index] = incarnation;
    const identity = { id: `n${index}`, incarnation: `${incarnation}` };
    const name = `${identity.id}.${identity.incarnation}`;
    const recorder = new Recorder(
      () => this.#world.clock.monotonicMs(),
      (event) => this.#world.tell(name, event),
    );
    this.histories.push({ name, events: recorder.history });
    this.#nodes[index] = new SimulatedNode(this.#world, {
      ...{ recorder, identity },
      store: this.store,
      response: this.response,
      detection: this.detection,
      workload: this.#workload,
      requests: this.requests,
      network: this.network,
      talk: this.talk,
      runs: (actor) => this.#runs(actor),
      died: () => {
        this.response?.died(name);
        this.detection?.died(name);
        this.#world.after(this.#world.random.below(slowestRestartMs), () => this.#start(index));
      },
    });
  }
}
