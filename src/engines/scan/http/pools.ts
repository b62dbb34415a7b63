import type { Clock } from "../../../base/clock.ts";
import { createDialer, type Dialer } from "../net/dialer.ts";
import { EndpointReach } from "../net/reach.ts";
import type { Resolver } from "../net/resolver.ts";
import type { ScopeGuard } from "../scope/guard.ts";
import type { Destination } from "./destination.ts";
import type { FailureError } from "./failure.ts";
import { IdleConnections } from "./http1/idle-connections.ts";
import { OriginPool } from "./http1/origin-pool.ts";
import type { HttpLimits } from "./limits.ts";
import { refuseThroughProxy } from "./proxy/admission.ts";
import { dialThroughProxy, ofProxy } from "./proxy/dial.ts";
import { cachedResolver } from "./resolver-cache.ts";
import type { Route } from "./route.ts";
import type { WireUrl } from "./target.ts";

/** The connections to one destination over one route. */
export interface Origin {
  readonly pool: OriginPool;
  /** Requests name the whole URL: the other side is a proxy. */
  readonly absoluteForm: boolean;
  /** To be asked before each request where there is a proxy, which resolves names anew each time. */
  readonly refuse: (() => Promise<FailureError | undefined>) | undefined;
}

/** When an origin was used last, counted in uses of all. */
interface KnownOrigin extends Origin {
  usedAt: number;
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
 * One pool a destination and route, at most `maxOrigins`: for a new one the longest unused is closed, which lets its
 * running requests finish. Whoever creates it destroys it.
 */
export class OriginPools {
  readonly #setup: OriginPoolsSetup;
  readonly #dialer: Dialer;
  readonly #proxyDialer: Dialer;
  readonly #idle: IdleConnections;
  readonly #origins = new Map<string, KnownOrigin>();
  readonly #retired = new Set<OriginPool>();
  #uses = 0;

  constructor(setup: OriginPoolsSetup) {
    const { clock, scope, proxyScope, resolve, limits } = setup;
    this.#setup = setup;
    this.#dialer = createDialer({ clock, scope, resolve: cachedResolver(resolve, clock) });
    this.#proxyDialer = createDialer({ clock, scope: proxyScope, resolve });
    this.#idle = new IdleConnections(clock, { most: limits.maxIdleConnections, longestMs: limits.idleMs });
  }

  of(destination: Destination, route: Route): Origin | RefusedOrigin {
    const { url, sni, isRaw } = destination;
    const plain = route.key === "" && sni === undefined;
    const key = plain ? url.origin : `${url.origin} ${route.key} ${sni ?? ""} ${isRaw && route.proxy !== undefined}`;
    const known = this.#origins.get(key);
    this.#uses += 1;
    if (known !== undefined) {
      known.usedAt = this.#uses;
      return known;
    }
    const { scope, proxyScope } = this.#setup;
    const { exclusions, proxy } = route;
    const reach = new EndpointReach(url, scope, exclusions);
    const refusal = reach.refuseHost();
    if (refusal !== undefined) return { refusal };
    const noProxy = proxy && new EndpointReach(proxy, proxyScope, undefined).refuseHost();
    if (proxy !== undefined && noProxy !== undefined) return { refusal: ofProxy(noProxy, proxy) };
    this.#makeRoom();
    const made = proxy === undefined ? this.#direct(destination, route) : this.#proxied(destination, proxy, reach);
    this.#origins.set(key, { ...made, usedAt: this.#uses });
    return made;
  }

  /** Ends every connection; requests that are under way fail as aborted. */
  destroy(): void {
    const all = [...this.#retired, ...[...this.#origins.values()].map(({ pool }) => pool)];
    this.#origins.clear();
    this.#retired.clear();
    for (const pool of all) pool.destroy();
    this.#idle.end();
  }

  #direct({ url, sni }: Destination, { exclusions }: Route): Origin {
    const { connectMs, connectionsPerOrigin } = this.#setup.limits;
    const tls = url.scheme === "https" ? { tls: sni === undefined ? {} : { servername: sni } } : {};
    const pool = new OriginPool({
      dial: (signal) =>
        this.#dialer.connect({
          hostname: url.hostname,
          port: url.port,
          connectMs,
          signal,
          excluded: exclusions,
          ...tls,
        }),
      isDirect: true,
      most: connectionsPerOrigin,
      idle: this.#idle,
    });
    return { pool, absoluteForm: false, refuse: undefined };
  }

  #proxied(destination: Destination, proxy: WireUrl, reach: EndpointReach): Origin {
    const { resolve, limits, clock } = this.#setup;
    const { connectMs, connectionsPerOrigin } = limits;
    const setup = { proxy, dialer: this.#proxyDialer, clock, connectMs };
    const pool = new OriginPool({
      dial: (signal) => dialThroughProxy(destination, setup, signal),
      isDirect: false,
      most: connectionsPerOrigin,
      idle: this.#idle,
    });
    return {
      pool,
      absoluteForm: destination.url.scheme === "http" && !destination.isRaw,
      refuse: () => refuseThroughProxy(reach, { resolve, clock, withinMs: connectMs }),
    };
  }

  #makeRoom(): void {
    if (this.#origins.size < this.#setup.limits.maxOrigins) return;
    const entries = [...this.#origins];
    const [key, { pool }] = entries.reduce((oldest, each) => (each[1].usedAt < oldest[1].usedAt ? each : oldest));
    this.#origins.delete(key);
    pool.retire();
    this.#retired.add(pool);
    for (const retired of this.#retired) {
      if (retired.isEmpty) this.#retired.delete(retired);
    }
  }
}
