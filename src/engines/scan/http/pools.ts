import { Pool } from "undici";
import type { Clock } from "../../../base/clock.ts";
import type { ScopeGuard } from "../scope/guard.ts";
import { type Connector, createConnector, createDial } from "./connector.ts";
import type { FailureError } from "./failure.ts";
import type { HttpLimits } from "./limits.ts";
import { refuseThroughProxy } from "./proxy/admission.ts";
import { createProxyConnector, ofProxy } from "./proxy/connector.ts";
import { Reach } from "./reach.ts";
import type { Resolver } from "../net/resolver.ts";
import type { Route } from "./route.ts";
import type { WireUrl } from "./target.ts";

/** The connections to one origin over one route. */
export interface OriginPool {
  readonly pool: Pool;
  readonly connector: Connector;
  /** Requests name the whole URL: the other side is a proxy. */
  readonly absoluteForm: boolean;
  /** To be asked before each request where there is a proxy, which resolves names anew each time. */
  readonly refuse: (() => Promise<FailureError | undefined>) | undefined;
}

/** The origin may not be contacted. */
export interface RefusedOrigin {
  readonly refusal: FailureError;
}

export interface OriginPoolsSetup {
  readonly clock: Clock;
  readonly scope: ScopeGuard;
  /** What proxies may be. */
  readonly proxyScope: ScopeGuard;
  readonly resolve: Resolver;
  readonly limits: HttpLimits;
}

/**
 * One pool an origin and route, at most `maxOrigins`: for a new one the longest unused is closed, which lets its
 * running requests finish. Whoever creates it destroys it.
 */
export class OriginPools {
  readonly #setup: OriginPoolsSetup;
  /** In the order of their last use. */
  readonly #pools = new Map<string, OriginPool>();
  readonly #closing = new Set<Pool>();

  constructor(setup: OriginPoolsSetup) {
    this.#setup = setup;
  }

  of(url: WireUrl, route: Route): OriginPool | RefusedOrigin {
    const key = `${url.origin} ${route.key}`;
    const known = this.#pools.get(key);
    if (known !== undefined) {
      if (this.#pools.size === 1) return known;
      this.#pools.delete(key);
      this.#pools.set(key, known);
      return known;
    }
    const { scope, proxyScope } = this.#setup;
    const reach = new Reach({ url, scope, exclusions: route.exclusions });
    const proxy = route.proxy && new Reach({ url: route.proxy, scope: proxyScope, exclusions: undefined });
    const refusal = reach.refuseHost();
    if (refusal !== undefined) return { refusal };
    const noProxy = proxy?.refuseHost();
    if (proxy !== undefined && noProxy !== undefined) return { refusal: ofProxy(noProxy, proxy.url) };
    this.#makeRoom();
    const made = proxy === undefined ? this.#direct(reach) : this.#proxied(reach, proxy);
    this.#pools.set(key, made);
    return made;
  }

  /** Ends every connection; requests that are under way fail as aborted. */
  async destroy(): Promise<void> {
    const all = [...this.#closing, ...[...this.#pools.values()].map(({ pool }) => pool)];
    this.#pools.clear();
    this.#closing.clear();
    await Promise.all(all.map((pool) => pool.destroy()));
  }

  #direct(reach: Reach): OriginPool {
    const { resolve, limits } = this.#setup;
    const connector = createConnector(reach, { resolve, connectMs: limits.connectMs });
    return { pool: this.#pool(reach, connector), connector, absoluteForm: false, refuse: undefined };
  }

  #proxied(reach: Reach, proxy: Reach): OriginPool {
    const { resolve, limits, clock } = this.#setup;
    const { connectMs } = limits;
    // A proxy is no site under test: whoever is in its place would see everything.
    const dial = createDial(proxy, { resolve, connectMs, verify: true });
    const connector = createProxyConnector(reach, { proxy: proxy.url, dial, clock, connectMs });
    return {
      pool: this.#pool(reach, connector),
      connector,
      absoluteForm: reach.url.scheme === "http",
      refuse: () => refuseThroughProxy(reach, { resolve, clock, withinMs: connectMs }),
    };
  }

  #pool({ url }: Reach, { connect }: Connector): Pool {
    const { limits } = this.#setup;
    return new Pool(url.origin, {
      connections: limits.connectionsPerOrigin,
      pipelining: 1,
      allowH2: false,
      maxHeaderSize: limits.maxHeaderBytes,
      headersTimeout: limits.headersMs,
      // The deadline of the whole exchange bounds the body.
      bodyTimeout: 0,
      connect,
    });
  }

  #makeRoom(): void {
    if (this.#pools.size < this.#setup.limits.maxOrigins) return;
    const [oldest] = this.#pools;
    if (oldest === undefined) return;
    const [key, { pool }] = oldest;
    this.#pools.delete(key);
    this.#closing.add(pool);
    void pool
      .close()
      .catch(() => undefined)
      .then(() => this.#closing.delete(pool));
  }
}
