import type { Clock } from "../../../base/clock.ts";
import { bounds, StoreError, type Space } from "../../../store/index.ts";
import type { OfferedKind } from "../centre-port.ts";
import { versionKey, versions } from "../records/keys.ts";
import { versionHash } from "../records/offers-record.ts";
import type { SeenOffer } from "./offer-changes.ts";

/** Versions of all kinds whose place is remembered; more only where hosts offer more at once. */
const mostVersions = 500;

const keyOf = (offer: OfferedKind): string => versionKey(offer.kind, versionHash(offer));

/** The order in which versions of kinds were first seen: that of the commits which put them down. */
export class VersionOrder {
  readonly #space: Space;
  readonly #clock: Clock;

  constructor({ space, clock }: { readonly space: Space; readonly clock: Clock }) {
    this.#space = space;
    this.#clock = clock;
  }

  /** @param offers all that hosts offer now: of other versions, those that were first seen longest ago are forgotten when there are too many */
  async of(offers: readonly OfferedKind[]): Promise<readonly SeenOffer[]> {
    const byKey = new Map(offers.map((offer) => [keyOf(offer), offer]));
    const seen = new Map<string, number>();
    const keys = [...byKey.keys()];
    for (let at = 0; at < keys.length; at += bounds.changes) {
      for (const record of await this.#space.records.getMany(keys.slice(at, at + bounds.changes))) {
        if (record !== undefined) seen.set(record.key, record.version);
      }
    }
    const fresh = [...byKey].filter(([key]) => !seen.has(key));
    for (const [key, offer] of fresh) seen.set(key, await this.#put(key, offer));
    if (fresh.length > 0) await this.#forgetOldest(byKey);
    return offers.map((offer) => ({ offer, seen: seen.get(keyOf(offer)) ?? 0 }));
  }

  async #put(key: string, { engineVersion, signatureVersion }: OfferedKind): Promise<number> {
    const value = { engineVersion, signatureVersion, firstSeenMs: this.#clock.wallMs() };
    try {
      return (await this.#space.commit(undefined, [{ type: "put", key, value, expectedVersion: 0 }])).revision;
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== "version-conflict") throw error;
      // Another centre was faster.
      return (await this.#space.records.get(key))?.version ?? 0;
    }
  }

  async #forgetOldest(offered: ReadonlyMap<string, unknown>): Promise<void> {
    const { rows } = await this.#space.records.list(versions, { limit: bounds.page });
    const surplus = rows.length - mostVersions;
    if (surplus <= 0) return;
    const oldest = rows.filter(({ key }) => !offered.has(key)).toSorted((a, b) => a.version - b.version);
    const deletes = oldest.slice(0, surplus).map(({ key }) => ({ type: "delete", key }) as const);
    if (deletes.length > 0) await this.#space.commit(undefined, deletes);
  }
}
