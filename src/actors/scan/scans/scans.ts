import type { Clock } from "../../../base/clock.ts";
import type { Json } from "../../../base/json.ts";
import { bounds, StoreError, type Change, type Page, type PageRequest, type Space } from "../../../store/index.ts";
import { listViews } from "../../listing/list-views.ts";
import { readHead, refreshAfterMs } from "../bundles/bundle-head.ts";
import { ScanActorError } from "../errors.ts";
import { bundleHeadKey, bySubmission, findingPrefix, indexedScan, submissionKey } from "../records/keys.ts";
import { noPeers, type ScanPeers } from "../links/scan-peers.ts";
import { parseSubmission, type Submission } from "../records/scan-records.ts";
import { submissionChanges } from "../records/submission-changes.ts";
import { checkSpec, defaultPriority, sameSpec, type ScanSpec } from "../spec.ts";
import { placeGroup, taskIdShape } from "../work.ts";
import { cancelScan } from "./cancel-scan.ts";
import { scanHasEnded, viewScan, type ScanState, type ScanView } from "./scan-view.ts";

export interface ScanListing extends PageRequest {
  /** Only scans that are in one of these states; all when absent. */
  readonly states?: readonly ScanState[];
}

const defaultPage = 100;
/** Others refresh the head of the same bundle. */
const mostRaces = 10;

/** The scans of a space as those see them who submit and watch. Every call may reject with a StoreError. */
export class Scans {
  readonly #space: Space;
  readonly #clock: Clock;
  readonly #peers: Pick<ScanPeers, "check">;

  /** @param peers are told of scans that are cancelled or paused; absent: they find out themselves */
  constructor(space: Space, clock: Clock, peers: Pick<ScanPeers, "check"> = noPeers) {
    this.#space = space;
    this.#clock = clock;
    this.#peers = peers;
  }

  /**
   * Stores a scan; it is accepted once this has resolved (SCAN-4). The same again changes nothing: `known`.
   * @param id made by the client, 1 to 57 of a-z, 0-9, "." and "-"
   * @param priority 0 … 255, lower first
   * @param trace `traceparent` of the call that submits it; of the first one, when the same scan is submitted again
   * @throws ScanActorError `invalid`, `bundle-unknown`, `id-taken`
   */
  async submit(
    id: string,
    spec: ScanSpec,
    priority = defaultPriority,
    trace?: string,
  ): Promise<{ readonly known: boolean }> {
    checkId(id);
    checkSpec(spec, priority);
    for (let race = 0; race < mostRaces; race += 1) {
      try {
        await this.#space.commit(undefined, [
          ...submissionChanges(id, spec, priority, this.#clock.wallMs(), trace),
          ...(await this.#useOf(id, spec, priority)),
        ]);
        return { known: false };
      } catch (error) {
        if (!(error instanceof StoreError && error.code === "version-conflict")) throw error;
        if (await this.#isKnown(id, spec, priority)) return { known: true };
      }
    }
    throw new StoreError("busy", `others used bundle ${spec.bundle} ${mostRaces} times meanwhile`, { retryable: true });
  }

  /** `undefined`: there is no such scan. */
  async get(id: string): Promise<ScanView | undefined> {
    const submission = await this.#submission(id);
    return submission === undefined ? undefined : viewScan(this.#space, id, submission);
  }

  /** In the order in which they were submitted. `next` of a page continues it. */
  list({ limit = defaultPage, after, states }: ScanListing = {}): Promise<Page<ScanView>> {
    return listViews(
      {
        ...{ space: this.#space, clock: this.#clock, prefix: bySubmission },
        viewsOf: async (entries) => {
          const views = await Promise.all(entries.map(({ key }) => this.get(indexedScan(key))));
          return views.filter((view) => view !== undefined);
        },
        isWanted: ({ state }) => states?.includes(state) ?? true,
      },
      { limit, after },
    );
  }

  /** The findings stored so far, in the order of the plan. A page ends early when it gets large. */
  async findings(id: string, { limit = bounds.page, after }: PageRequest = {}): Promise<Page<Json>> {
    checkId(id);
    const prefix = findingPrefix(id);
    const page = await this.#space.records.list(prefix, {
      limit,
      ...(after === undefined ? {} : { after: `${prefix}${after}` }),
    });
    return { rows: page.rows.map(({ value }) => value), next: page.next?.slice(prefix.length) };
  }

  /**
   * Hands out no more of the scan's work and frees its place among the scans in process; what is under way ends. One that has ended does
   * not change. `undefined`: there is no such scan.
   */
  async pause(id: string): Promise<ScanView | undefined> {
    return this.#change(id, async () => {
      // In this order: whoever holds the task follows the first.
      await this.#space.groups.hold(placeGroup(id));
      await this.#space.groups.hold(id);
      this.#peers.check(id);
    });
  }

  /** Lets a paused scan go on where it was. `undefined`: there is no such scan. */
  async resume(id: string): Promise<ScanView | undefined> {
    return this.#change(id, async () => {
      await this.#space.groups.resume(placeGroup(id));
      await this.#space.groups.resume(id);
    });
  }

  /**
   * Ends a scan. None of its work has an effect any more; what is under way is stopped at once where the hint of it arrives, else with the
   * next heartbeat. False: it had ended before. `undefined`: there is no such scan.
   */
  async cancel(id: string): Promise<boolean | undefined> {
    const submission = await this.#submission(id);
    return submission === undefined
      ? undefined
      : cancelScan({ space: this.#space, clock: this.#clock, peers: this.#peers }, id, submission);
  }

  async #change(id: string, change: () => Promise<void>): Promise<ScanView | undefined> {
    const before = await this.get(id);
    if (before === undefined || scanHasEnded(before.state)) return before;
    await change();
    return this.get(id);
  }

  async #submission(id: string): Promise<Submission | undefined> {
    checkId(id);
    const record = await this.#space.records.get(submissionKey(id));
    return record === undefined ? undefined : parseSubmission(record.value);
  }

  /** Whether this very scan was submitted before. @throws ScanActorError `id-taken` if another one was */
  async #isKnown(id: string, spec: ScanSpec, priority: number): Promise<boolean> {
    const known = await this.#submission(id);
    if (known === undefined) return false;
    if (known.priority === priority && sameSpec(spec, known.spec)) return true;
    throw new ScanActorError("id-taken", `there is another scan with the id ${id}; choose another id`, { ids: { id } });
  }

  /**
   * Marks the bundle as used if that was not done lately. So no bundle goes away between the look at it and the commit: only those are
   * swept that were not used for long, and their sweeper expects the version that it has seen.
   */
  async #useOf(id: string, spec: ScanSpec, priority: number): Promise<readonly Change[]> {
    const known = await readHead(this.#space, spec.bundle);
    if (known?.head.complete !== true) {
      // One that was accepted before needs its bundle no more once it has ended.
      if (await this.#isKnown(id, spec, priority)) return [];
      throw new ScanActorError(
        "bundle-unknown",
        `the templates ${spec.bundle} are not in the store; upload the bundle`,
        {
          ids: { bundle: spec.bundle },
        },
      );
    }
    const usedAtMs = this.#clock.wallMs();
    if (usedAtMs - known.head.usedAtMs < refreshAfterMs) return [];
    const { version, head } = known;
    return [{ type: "put", key: bundleHeadKey(spec.bundle), value: { ...head, usedAtMs }, expectedVersion: version }];
  }
}

const checkId = (id: string): void => {
  if (taskIdShape.test(id)) return;
  throw new ScanActorError(
    "invalid",
    `scan id ${JSON.stringify(id).slice(0, 80)}: use 1 to 57 of a-z, 0-9, "." and "-", starting with a letter or digit and not ending in ".scan"`,
  );
};
