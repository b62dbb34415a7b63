import type { Block } from "../template/block.ts";
import { protocolName } from "../template/protocol-name.ts";
import type { Scope } from "../value/scope.ts";
import type { Value } from "../value/value.ts";
import type { ResponseData } from "./exchange.ts";

/**
 * What the blocks of a template saw before: the values of the last response of a block with an id as `<id>_<name>`, of
 * any other, where several protocols work together, as `<protocol>_<name>`, such as `http_body`.
 */
export class EarlierResponses implements Scope {
  #byPrefix: Map<string, ResponseData> | undefined;
  readonly #outer: Scope | undefined;

  constructor(outer?: Scope) {
    this.#outer = outer;
  }

  remember({ id, protocol }: Block, data: ResponseData): void {
    (this.#byPrefix ??= new Map<string, ResponseData>()).set(`${id ?? protocolName(protocol)}_`, data);
  }

  get(name: string): Value | undefined {
    for (const [prefix, data] of this.#byPrefix ?? []) {
      if (!name.startsWith(prefix)) continue;
      const value = data.value(name.slice(prefix.length));
      if (value !== undefined) return value;
    }
    return this.#outer?.get(name);
  }
}
