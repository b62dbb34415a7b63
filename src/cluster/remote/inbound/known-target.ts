import { hasStopped, type ActorSystem, type Address } from "../../../kernel/index.ts";
import type { Exported, Exports } from "../exports.ts";
import type { RemoteRefusal } from "../refusals.ts";

/** What is needed to find an actor that another node names. */
export interface LocalActors {
  readonly system: Pick<ActorSystem, "find">;
  readonly exports: Exports;
}

/** An actor of this node as another one names it, or itself by a path alone. */
export class KnownTarget {
  readonly path: string;
  /** 0: whoever is at the path. */
  readonly incarnation: number;
  readonly #protocol: string;
  #exported: Exported | undefined = undefined;
  #found: Address<never> | undefined = undefined;

  constructor(path: string, incarnation: number, protocol: string) {
    this.path = path;
    this.incarnation = incarnation;
    this.#protocol = protocol;
  }

  /** What is known of it as an export. */
  exported({ exports }: LocalActors): Exported | Extract<RemoteRefusal, "not-exported" | "other-protocol"> {
    const exported = (this.#exported ??= exports.find(this.path));
    if (exported === undefined) return "not-exported";
    return exported.protocol.name === this.#protocol ? exported : "other-protocol";
  }

  /** The actor, which may stop or have stopped; `stopped`: there is none. */
  find({ system }: LocalActors): Address<never> | Extract<RemoteRefusal, "wrong-incarnation"> | "stopped" {
    const known = this.#found;
    // The path is looked up anew only when its actor is gone: one that stops still has it.
    if (known !== undefined && (this.incarnation !== 0 || !hasStopped(known))) return known;
    const found = system.find(this.path);
    if (found === undefined) return "stopped";
    if (this.incarnation !== 0 && found.incarnation !== this.incarnation) return "wrong-incarnation";
    this.#found = found;
    return found;
  }
}
