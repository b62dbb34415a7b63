import type { Conditions } from "./conditions.ts";
import { TcpProxy } from "./tcp-proxy.ts";

/** A proxy for each ordered pair of nodes, on which the first dials the second. Nodes are numbers from 0. */
export class ProxyNet {
  readonly #proxies: readonly (readonly (TcpProxy | undefined)[])[];

  /** @param portOf of a node itself */
  static async start(nodes: number, portOf: (node: number) => number): Promise<ProxyNet> {
    const numbers = Array.from({ length: nodes }, (_, node) => node);
    const proxies = numbers.map((from) =>
      Promise.all(numbers.map(async (to) => (from === to ? undefined : TcpProxy.start(() => portOf(to))))),
    );
    return new ProxyNet(await Promise.all(proxies));
  }

  private constructor(proxies: readonly (readonly (TcpProxy | undefined)[])[]) {
    this.#proxies = proxies;
  }

  /** On which `from` dials `to`. */
  between(from: number, to: number): TcpProxy {
    const proxy = this.#proxies[from]?.[to];
    if (proxy === undefined) throw new RangeError(`no proxy from ${from} to ${to}`);
    return proxy;
  }

  /** What happens to everything that one node sends to another, on whoever's connection. */
  set(from: number, to: number, conditions: Partial<Conditions>): void {
    this.between(from, to).set("there", conditions);
    this.between(to, from).set("back", conditions);
  }

  heal(): void {
    for (const proxy of this.#all) proxy.heal();
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((proxy) => proxy.close()));
  }

  get #all(): readonly TcpProxy[] {
    return this.#proxies.flatMap((row) => row.flatMap((proxy) => proxy ?? []));
  }
}
