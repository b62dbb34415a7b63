import { Pool } from "undici";
import type { ScopeGuard } from "../scope/guard.ts";
import { type Connector, createConnector } from "./connector.ts";
import type { HttpLimits } from "./limits.ts";
import type { Resolver } from "./resolver.ts";
import type { WireUrl } from "./target.ts";

/** The connections to one origin. */
export interface OriginPool {
  readonly pool: Pool;
  readonly connector: Connector;
}

/** The host of an origin is not in scope. */
export interface RefusedOrigin {
  readonly refusal: string;
}

/**
 * One pool an origin, at most `maxOrigins`: for a new one the longest unused is closed, which lets its running
 * requests finish. Whoever creates it destroys it.
 */
export class OriginPools {
  readonly #scope: ScopeGuard;
  readonly #resolve: Resolver;
  readonly #limits: HttpLimits;
  /** In the order of their last use. */
  readonly #pools = new Map<string, OriginPool>();
  readonly #closing = new Set<Pool>();

  constructor(scope: ScopeGuard, resolve: Resolver, limits: HttpLimits) {
    this.#scope = scope;
    this.#resolve = resolve;
    this.#limits = limits;
  }

  of(url: WireUrl): OriginPool | RefusedOrigin {
    const { origin } = url;
    const known = this.#pools.get(origin);
    if (known !== undefined) {
      if (this.#pools.size === 1) return known;
      this.#pools.delete(origin);
      this.#pools.set(origin, known);
      return known;
    }
    const refusal = this.#scope.refuseHost(url.hostname, url.port);
    if (refusal !== undefined) return { refusal };
    this.#makeRoom();
    const connector = createConnector(url, this.#scope, this.#resolve, this.#limits);
    const pool = new Pool(origin, {
      connections: this.#limits.connectionsPerOrigin,
      pipelining: 1,
      allowH2: false,
      maxHeaderSize: this.#limits.maxHeaderBytes,
      headersTimeout: this.#limits.headersMs,
      // The deadline of the whole exchange bounds the body.
      bodyTimeout: 0,
      connect: connector.connect,
    });
    const made = { pool, connector };
    this.#pools.set(origin, made);
    return made;
  }

  /** Ends every connection; requests that are under way fail as aborted. */
  async destroy(): Promise<void> {
    const all = [...this.#closing, ...[...this.#pools.values()].map(({ pool }) => pool)];
    this.#pools.clear();
    this.#closing.clear();
    await Promise.all(all.map((pool) => pool.destroy()));
  }

  #makeRoom(): void {
    if (this.#pools.size < this.#limits.maxOrigins) return;
    const [oldest] = this.#pools;
    if (oldest === undefined) return;
    const [origin, { pool }] = oldest;
    this.#pools.delete(origin);
    this.#closing.add(pool);
    void pool
      .close()
      .catch(() => undefined)
      .then(() => this.#closing.delete(pool));
  }
}
