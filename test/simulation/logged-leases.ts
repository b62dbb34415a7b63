import type { Leases } from "../../src/store/index.ts";
import type { LeaseLog } from "./lease-log.ts";
import { accepted, type Link } from "./link.ts";

/** The leases of one process, with what it asked and heard put into the log, and what the store accepted into the store's history. */
export const loggedLeases = (leases: Leases, owner: string, link: Link, log: LeaseLog): Leases => ({
  acquire: (name, holder, ttlMs) => {
    const fact = accepted((token: number | undefined) =>
      token === undefined
        ? { type: "denied", owner: holder, name }
        : { type: "leased", owner: holder, name, token, ttlMs },
    );
    const asked = { type: "acquire", owner: holder, ttlMs } as const;
    const call = link.noted(`acquire ${name}`, fact, () => leases.acquire(name, holder, ttlMs));
    return log.follow(call, name, asked, (lease) => ({ ...asked, answer: { token: lease?.token } }));
  },
  seize: (name, holder, ttlMs, expected) => {
    const fact = accepted((token: number | undefined) =>
      token === undefined ? undefined : { type: "seized", owner: holder, name, token, ttlMs, expected },
    );
    const asked = { type: "seize", owner: holder, ttlMs, token: expected } as const;
    const call = link.noted(`seize ${name}`, fact, () => leases.seize(name, holder, ttlMs, expected));
    return log.follow(call, name, asked, (lease) => ({ ...asked, answer: { token: lease?.token } }));
  },
  renew: (lease, ttlMs) => {
    const { name, token } = lease;
    const fact = accepted((held: boolean) => (held ? { type: "renewed", owner, name, token, ttlMs } : undefined));
    const asked = { type: "renew", token, ttlMs } as const;
    const call = link.noted(`renew ${name}`, fact, () => leases.renew(lease, ttlMs));
    return log.follow(call, name, asked, (renewed) => ({ ...asked, answer: { held: renewed !== undefined } }));
  },
  release: (lease) => {
    const { name, token } = lease;
    const fact = accepted((held: boolean) => (held ? { type: "freed", owner, name, token } : undefined));
    const call = link.noted(`release ${name}`, fact, () => leases.release(lease));
    const asked = { type: "release", token } as const;
    return log.follow(call, name, asked, (held) => ({ ...asked, answer: { held } }));
  },
  look: (names) => {
    const fact = accepted((views: readonly unknown[]) => {
      const missed = names.filter((_, index) => views[index] === undefined);
      return missed.length === 0 ? undefined : { type: "missed", owner, names: missed };
    });
    const call = link.noted("look", fact, () => leases.look(names));
    const followed = names.map((name, index) =>
      log.follow(call, name, { type: "look" }, (views) => ({ type: "look", answer: { holder: views[index] } })),
    );
    // Whoever asked hears of a failure once, not from each name.
    for (const each of followed) each.catch(() => undefined);
    return call;
  },
});
