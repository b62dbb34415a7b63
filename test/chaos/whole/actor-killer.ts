import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "../../../src/base/random.ts";
import { ClientError, type GarrisonClient } from "../../../src/client/index.ts";
import type { Fleet } from "../fleet/fleet.ts";

type Control = GarrisonClient["control"];

const everyMs = 1_500;
const callMs = 5_000;
/** Few actors work on one item: by their share of all kinds hardly one would ever be stopped. */
const stopOneIn = 4;
/** The actors of the systems; those of the node itself are hit when it is killed as a whole. */
const systems = /^\/(scan|respond|detect|guard|system\/shards)(\/|$)/;
/** Actors that work on one item each: nobody starts them again, their item is given to another one. */
const ofOneItem = /^\/(scan\/scheduler\/task-|respond\/runs\/)[^/]+$/;

export type ActorBlow = "kill" | "restart" | "stop";

/** Kills, restarts and stops actors by their paths, through the control plane of their nodes. */
export class ActorKiller {
  readonly counts: Record<ActorBlow, number> = { kill: 0, restart: 0, stop: 0 };
  /** How often an actor of each kind was hit; ids and numbers are left out. */
  readonly kinds = new Map<string, number>();
  readonly #fleet: Fleet;
  readonly #random: Random;
  #running = true;

  constructor(fleet: Fleet, random: Random) {
    this.#fleet = fleet;
    this.#random = random;
  }

  stop(): void {
    this.#running = false;
  }

  /** Resolves some time after `stop`. */
  async run(): Promise<void> {
    while (this.#running) {
      await pause(everyMs * (0.5 + this.#random.next()));
      await this.#hit().catch((error: unknown) => {
        // A node that ends or is frozen does not answer, an actor may be gone by now.
        if (!(error instanceof ClientError)) throw error;
      });
    }
  }

  async #hit(): Promise<void> {
    const node = this.#random.below(this.#fleet.nodes.length);
    if (this.#fleet.living[node]?.runs !== true) return;
    const { control } = this.#fleet.client(node);
    const paths = await pathsOf(control);
    const stops = this.#random.below(stopOneIn) === 0;
    const path = this.#choose(stops ? paths.filter((one) => ofOneItem.test(one)) : paths);
    if (path === undefined) return;
    const blow = stops ? "stop" : this.#random.below(2) === 0 ? "kill" : "restart";
    await control[blow]("", path);
    this.counts[blow] += 1;
    this.kinds.set(kindOf(path), (this.kinds.get(kindOf(path)) ?? 0) + 1);
  }

  /** Each kind is as likely as any other, however many there are of it. */
  #choose(paths: readonly string[]): string | undefined {
    const kinds = [...new Set(paths.map(kindOf))].toSorted();
    const kind = kinds[this.#random.below(Math.max(1, kinds.length))];
    const chosen = paths.filter((path) => kindOf(path) === kind);
    return chosen[this.#random.below(Math.max(1, chosen.length))];
  }
}

interface Tree {
  readonly path: string;
  readonly children: readonly Tree[];
}

const pathsOf = async (control: Control): Promise<readonly string[]> => {
  for await (const [node] of control.watchActors({}, AbortSignal.timeout(callMs))) {
    return node?.root === undefined ? [] : below(node.root).filter((path) => systems.test(path));
  }
  return [];
};

const below = ({ path, children }: Tree): readonly string[] => [path, ...children.flatMap(below)];

/** A path without what tells one actor from another of its kind. */
const kindOf = (path: string): string => path.replaceAll(/[^/]*\d[^/]*/g, "*");
