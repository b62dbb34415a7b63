import { asError } from "../../../base/errors.ts";
import type { Interaction } from "./interaction.ts";

/** Who waits for the interactions of a url. */
export interface OobWatcher {
  /** Called for each one, in the order in which the server recorded them. */
  onInteraction(interaction: Interaction): void;
  /** Called at most once: whether there were more interactions is not known, and why, in words for a person. */
  onUnknown(reason: string): void;
}

interface Entry {
  readonly url: string;
  readonly madeMs: number;
  /** What came before somebody watched. */
  readonly early: Interaction[];
  watcher: OobWatcher | undefined;
  dueMs: number;
  unknown: string | undefined;
  readonly ended: Promise<void>;
  readonly end: () => void;
}

/** Of one url before it is watched. */
const mostEarly = 100;

/** The urls that were handed out and are still of use, by the ids in them. */
export class WatchedUrls {
  readonly #byId = new Map<string, Entry>();
  readonly #ids = new Map<string, string>();
  #watched = 0;

  get size(): number {
    return this.#byId.size;
  }

  get hasWatched(): boolean {
    return this.#watched > 0;
  }

  get watched(): readonly string[] {
    return [...this.#byId.values()].filter(({ watcher }) => watcher !== undefined).map(({ url }) => url);
  }

  add(id: string, url: string, nowMs: number): void {
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const state = { early: [], watcher: undefined, dueMs: Infinity, unknown: undefined };
    this.#byId.set(id, { url, madeMs: nowMs, ...state, ended, end });
    this.#ids.set(url, id);
  }

  /** Hands over what came until now. A url that is not there any more is unknown at once. */
  watch(url: string, watcher: OobWatcher, dueMs: number): void {
    const entry = this.#of(url);
    if (entry === undefined) return watcher.onUnknown("the interactsh url was not watched in time");
    if (entry.watcher === undefined) this.#watched += 1;
    entry.watcher = watcher;
    entry.dueMs = dueMs;
    if (entry.unknown !== undefined) watcher.onUnknown(entry.unknown);
    for (const interaction of entry.early.splice(0)) hand(entry, interaction);
  }

  forget(url: string): void {
    const [id, entry] = [this.#ids.get(url), this.#of(url)];
    if (id === undefined || entry === undefined) return;
    this.#ids.delete(url);
    this.#byId.delete(id);
    if (entry.watcher !== undefined) this.#watched -= 1;
    entry.end();
  }

  /** Resolves when the url is of no more use. */
  ended(url: string): Promise<void> {
    return this.#of(url)?.ended ?? Promise.resolve();
  }

  deliver(interaction: Interaction): void {
    const entry = this.#byId.get(interaction.uniqueId);
    if (entry === undefined) return;
    if (entry.watcher !== undefined) hand(entry, interaction);
    else if (entry.early.length < mostEarly) entry.early.push(interaction);
    else lose(entry, `more than ${mostEarly} interactions came before the request was sent`);
  }

  /** Of all urls something may have been lost. */
  loseAll(reason: string): void {
    for (const entry of this.#byId.values()) lose(entry, reason);
  }

  /** Ends the urls whose time was over at `beganMs`, of a poll that has now succeeded, or has failed with a reason. */
  settle(beganMs: number, failure?: string): void {
    for (const entry of [...this.#byId.values()]) {
      if (entry.dueMs > beganMs) continue;
      if (failure !== undefined) lose(entry, failure);
      this.forget(entry.url);
    }
  }

  /** Drops urls made before `madeMs` that nobody watches: their requests were never sent. */
  dropUnused(madeMs: number): void {
    for (const entry of [...this.#byId.values()]) {
      if (entry.watcher === undefined && entry.madeMs < madeMs) this.forget(entry.url);
    }
  }

  clear(): void {
    for (const { url } of [...this.#byId.values()]) this.forget(url);
  }

  #of(url: string): Entry | undefined {
    const id = this.#ids.get(url);
    return id === undefined ? undefined : this.#byId.get(id);
  }
}

/** A watcher that fails must not keep the others from what is theirs. */
const hand = (entry: Entry, interaction: Interaction): void => {
  try {
    entry.watcher?.onInteraction(interaction);
  } catch (thrown) {
    lose(entry, `an interaction could not be judged: ${asError(thrown).message}`);
  }
};

const lose = (entry: Entry, reason: string): void => {
  if (entry.unknown !== undefined) return;
  entry.unknown = reason;
  entry.watcher?.onUnknown(reason);
};
