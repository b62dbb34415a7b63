import type { Clock } from "../../../base/clock.ts";
import type { Change, Space } from "../../../store/index.ts";
import type { OfferedKind, RelayIdentity } from "../centre-port.ts";
import { canScan } from "../known-version.ts";
import { Policy } from "../library/policy.ts";
import { offersKey, relayKey, relays } from "../records/keys.ts";
import { noOffers, parseOffers, parseRelay, type Offers, type RelayRecord } from "../records/offers-record.ts";
import type { CentreSettings, DetectEvent } from "../setup.ts";
import { changeUntilApplied } from "../tasks/change-until-applied.ts";
import { refreshAll } from "../tasks/refresh-work.ts";
import { AnnouncementRate } from "./announcement-rate.ts";
import { nextOffers, type SeenOffer } from "./offer-changes.ts";
import { VersionOrder } from "./version-order.ts";

/** A relay that was silent for so long is gone. It announces every two seconds. */
export const relayTtlMs = 10_000;
/** The same need not be written again so soon. */
const sameAgainMs = 3_000;
/** Hosts whose last announcement is remembered. */
const mostRemembered = 1_000;
const mostRelays = 1_000;

export interface AnnouncementsSetup {
  readonly space: Space;
  readonly clock: Clock;
  readonly settings: Pick<CentreSettings, "rule" | "require">;
  readonly notify: (event: DetectEvent) => void;
}

/** What relays offer, and the current versions that follow from that. */
export class Announcements {
  readonly #setup: AnnouncementsSetup;
  readonly #policy: Policy;
  readonly #order: VersionOrder;
  readonly #rate = new AnnouncementRate();
  /** What each host said last, and when that was written. */
  readonly #announced = new Map<string, { readonly text: string; readonly atMs: number }>();

  constructor(setup: AnnouncementsSetup) {
    this.#setup = setup;
    this.#policy = new Policy(setup.settings);
    this.#order = new VersionOrder(setup);
  }

  /**
   * When this resolves, no verdict of an older version is told any more; unless the host changes what it says so often that this has to wait for
   * another time that it says it.
   */
  async announce({ host, incarnation }: RelayIdentity, kinds: readonly OfferedKind[]): Promise<void> {
    const text = JSON.stringify([incarnation, kinds]);
    const nowMs = this.#setup.clock.monotonicMs();
    const last = this.#announced.get(host);
    if (last?.text === text && nowMs - last.atMs < sameAgainMs) return;
    if (last?.text !== text && !this.#rate.take(host, nowMs)) return;
    const record: RelayRecord = { incarnation, kinds };
    const put: Change = { type: "put", key: relayKey(host), value: record, expiresInMs: relayTtlMs };
    await this.#setup.space.commit(undefined, [put]);
    await this.settle();
    if (this.#announced.size >= mostRemembered) this.#announced.clear();
    this.#announced.set(host, { text, atMs: nowMs });
  }

  /**
   * Brings the current versions in line with the relays that live. A change of them lets old verdicts be looked for.
   * @param own take over the policy of this node too
   */
  async settle(own = false): Promise<Offers> {
    const { space, clock, notify } = this.#setup;
    let changedTo: Offers | undefined;
    const settled = await changeUntilApplied(space, "the offers of detectors", async () => {
      const record = await space.records.get(offersKey);
      const last = record === undefined ? noOffers : parseOffers(record.value);
      const policy = own || last.policy === "" ? this.#policy.hash : last.policy;
      const { live, awaited } = await this.#offered();
      const next = nextOffers(last, live, awaited, policy, clock.wallMs());
      changedTo = next;
      if (next === undefined) return { changes: [], value: last };
      const changes: readonly Change[] = [
        { type: "put", key: offersKey, value: next, expectedVersion: record?.version ?? 0 },
        refreshAll(next.epoch),
      ];
      return { changes, value: next };
    });
    if (changedTo !== undefined) notify({ type: "kinds-changed", epoch: settled.epoch });
    return settled;
  }

  /** The relays that live. */
  async relays(): Promise<readonly (RelayRecord & Pick<RelayIdentity, "host">)[]> {
    const { rows } = await this.#setup.space.records.list(relays, { limit: mostRelays });
    return rows.map(({ key, value }) => ({ ...parseRelay(value), host: key.slice(relays.length) }));
  }

  async #offered(): Promise<{ readonly live: readonly SeenOffer[]; readonly awaited: readonly OfferedKind[] }> {
    const offers = (await this.relays()).flatMap(({ kinds }) => kinds);
    const known = offers.filter(canScan);
    return {
      live: await this.#order.of(known),
      awaited: offers.filter((offer) => !canScan(offer)),
    };
  }
}
