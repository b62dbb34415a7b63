import type { RemoteProtocol } from "./protocol.ts";

export interface ExportOptions {
  /** Other nodes may stop the actor (default: they may not). */
  readonly stop?: boolean;
}

/** An actor, or all children of one, that other nodes may reach. */
export interface Exported {
  readonly protocol: RemoteProtocol<never>;
  readonly stop: boolean;
}

const pathShape = /^(?:\/[A-Za-z0-9._~-]{1,100}){1,9}$/;
const children = "/*";

/** Whether an actor could have this path. What comes from outside is asked this before anything is looked up by it. */
export const isActorPath = (path: string): boolean => pathShape.test(path);

/** What other nodes may reach on this one. What was exported stays so. */
export class Exports {
  readonly #byPath = new Map<string, Exported>();

  /** @throws RangeError for what is no path, or was exported already */
  add(path: string, protocol: RemoteProtocol<never>, { stop = false }: ExportOptions): void {
    const actor = path.endsWith(children) ? path.slice(0, -children.length) : path;
    if (!isActorPath(actor)) {
      throw new RangeError(`export a path such as /scan/probes, or /scan/probes/* for its children, not "${path}"`);
    }
    if (this.#byPath.has(path)) throw new RangeError(`${path} was exported already`);
    this.#byPath.set(path, { protocol, stop });
  }

  /** What is exported at exactly this path of an actor, or for the children of its parent. */
  find(path: string): Exported | undefined {
    return this.#byPath.get(path) ?? this.#byPath.get(path.slice(0, path.lastIndexOf("/")) + children);
  }
}
