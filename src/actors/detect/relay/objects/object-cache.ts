import type { Context } from "../../../../kernel/index.ts";
import { remind } from "../../../claims/remind.ts";
import { DetectError } from "../../errors.ts";
import type { ObjectInstance } from "./object-instance.ts";
import { ObjectStorage, type StorageSetup } from "./object-storage.ts";
import type { ObjectCounts, ObjectFailure, ObjectNeed, ObjectsMessage } from "./objects-protocol.ts";

const mostTries = 5;
const firstRetryMs = 200;
const longestRetryMs = 10_000;

/**
 * The objects of a host, bounded in bytes. Making an instance begins its download; one that does not fit waits until those before it have
 * gone. An instance goes when nobody needs it any more, or when it is too old.
 */
export class ObjectCache {
  /** Also those that are only waited for to be gone. */
  readonly #instances = new Map<number, ObjectInstance>();
  readonly #byDigest = new Map<string, ObjectInstance>();
  readonly #storage: ObjectStorage;
  readonly #setup: StorageSetup;
  readonly #context: Context<ObjectsMessage>;
  #made = 0;
  #corrupt = 0;
  #failed = 0;

  constructor(setup: StorageSetup, context: Context<ObjectsMessage>) {
    this.#setup = setup;
    this.#context = context;
    this.#storage = new ObjectStorage(setup, context);
  }

  get counts(): ObjectCounts {
    const { residentBytes, downloads, downloadedBytes } = this.#storage;
    const { size: objects } = this.#byDigest;
    return { objects, residentBytes, downloads, downloadedBytes, corrupt: this.#corrupt, failed: this.#failed };
  }

  /** Those that can still be used. */
  live(): IterableIterator<ObjectInstance> {
    return this.#byDigest.values();
  }

  of(sha256: string): ObjectInstance | undefined {
    return this.#byDigest.get(sha256);
  }

  need(need: ObjectNeed): void {
    const { sha256, size } = need.source;
    const { objectBytes } = this.#setup.settings;
    if (size > objectBytes) {
      const message = `the object has ${size} bytes; the relay of this host keeps at most ${objectBytes} (detect.cacheBytes)`;
      need.failed.tell({ type: "object-failed", key: need.key, failure: "limit", message });
      return;
    }
    const instance = this.#byDigest.get(sha256) ?? this.#make(need);
    instance.source = need.source;
    instance.needs.set(need.key, need);
    this.#context.timers.cancel(unusedTimer(instance));
    if (instance.state === "complete") tellReady(instance, need);
    else this.#begin();
  }

  release(key: string, sha256: string): void {
    const instance = this.#byDigest.get(sha256);
    if (instance === undefined || !instance.needs.delete(key) || instance.needs.size > 0) return;
    const { objectLingerMs } = this.#setup.settings;
    // A claim that was lost is often had again at once: its download goes on meanwhile.
    if (instance.state === "waiting" || objectLingerMs === 0) this.#discard(instance);
    else remind(this.#context, unusedTimer(instance), objectLingerMs, { type: "unused", instance: instance.id });
    this.#begin();
  }

  downloaded(id: number, bytes: number): void {
    const instance = this.#instances.get(id);
    if (instance === undefined) return;
    this.#storage.ended(instance, bytes, true);
    instance.state = "complete";
    if (instance.discarded) this.#delete(instance);
    else for (const need of instance.needs.values()) tellReady(instance, need);
    this.#begin();
  }

  downloadFailed(id: number, bytes: number, error: Error): void {
    const instance = this.#instances.get(id);
    if (instance === undefined) return;
    this.#storage.ended(instance, bytes, false);
    if (instance.discarded) this.#instances.delete(id);
    else this.#tryAgain(instance, error);
    this.#begin();
  }

  retry(id: number): void {
    const instance = this.#instances.get(id);
    if (instance === undefined || instance.discarded) return;
    this.#storage.wait(instance);
    this.#begin();
  }

  tooOld(id: number): void {
    const instance = this.#instances.get(id);
    if (instance === undefined || instance.discarded) return;
    const { objectMaxAgeMs } = this.#setup.settings;
    this.#fail(instance, "missing-object", `the object was deleted: it was here for ${objectMaxAgeMs} ms`);
    this.#begin();
  }

  unused(id: number): void {
    const instance = this.#instances.get(id);
    if (instance === undefined || instance.discarded || instance.needs.size > 0) return;
    this.#discard(instance);
    this.#begin();
  }

  freed(bytes: number): void {
    this.#storage.freed(bytes);
    this.#begin();
  }

  /** Ends downloads and deletes all files. */
  async close(): Promise<void> {
    for (const { abort } of this.#instances.values()) abort?.abort();
    await this.#storage.rest();
    for (const { path } of this.#instances.values()) await this.#setup.files.remove(path);
  }

  #make(need: ObjectNeed): ObjectInstance {
    const { source, taskId } = need;
    const { files, settings } = this.#setup;
    const id = (this.#made += 1);
    const path = files.pathOf(source.sha256, id);
    const madeAtMs = this.#context.clock.monotonicMs();
    const instance: ObjectInstance = {
      ...{ id, source, taskId, path, madeAtMs, needs: new Map() },
      ...{ state: "waiting", tries: 0, abort: undefined, discarded: false },
    };
    this.#instances.set(id, instance);
    this.#byDigest.set(source.sha256, instance);
    this.#storage.wait(instance);
    remind(this.#context, oldTimer(instance), settings.objectMaxAgeMs, { type: "too-old", instance: id });
    return instance;
  }

  #begin(): void {
    this.#storage.begin(() => this.#discardUnused());
  }

  /** What only stays for those that ask a little later goes first when there is no room. */
  #discardUnused(): boolean {
    for (const instance of this.#byDigest.values()) {
      if (instance.state !== "complete" || instance.needs.size > 0) continue;
      this.#discard(instance);
      return true;
    }
    return false;
  }

  #tryAgain(instance: ObjectInstance, error: Error): void {
    const { log, random } = this.#context;
    const { tries, source } = instance;
    instance.state = "waiting";
    if (error instanceof DetectError && error.code === "corrupt") this.#corrupt += 1;
    log.warn({ err: error, sha256: source.sha256, tries }, "an object could not be downloaded");
    if (instance.needs.size === 0) {
      this.#discard(instance);
    } else if (error instanceof DetectError && error.code === "not-found") {
      this.#fail(instance, "missing-object", error.message);
    } else if (tries >= mostTries || source.addresses.length === 0) {
      // The centre may know of other nodes by now.
      this.#fail(instance, "not-now", `the object could not be downloaded in ${tries} tries: ${error.message}`);
    } else {
      const evenMs = Math.min(longestRetryMs, firstRetryMs * 3 ** (tries - 1));
      remind(this.#context, retryTimer(instance), evenMs * (0.8 + 0.4 * random.next()), {
        type: "retry",
        instance: instance.id,
      });
    }
  }

  #fail(instance: ObjectInstance, failure: ObjectFailure, message: string): void {
    if (instance.needs.size > 0) this.#failed += 1;
    for (const { key, failed } of instance.needs.values())
      failed.tell({ type: "object-failed", key, failure, message });
    this.#discard(instance);
  }

  #discard(instance: ObjectInstance): void {
    const { timers } = this.#context;
    for (const timer of [oldTimer, unusedTimer, retryTimer]) timers.cancel(timer(instance));
    instance.discarded = true;
    instance.needs.clear();
    this.#byDigest.delete(instance.source.sha256);
    this.#storage.leave(instance);
    if (instance.state === "waiting") this.#instances.delete(instance.id);
    else if (instance.state === "downloading") instance.abort?.abort();
    else this.#delete(instance);
  }

  #delete(instance: ObjectInstance): void {
    this.#instances.delete(instance.id);
    this.#storage.delete(instance);
  }
}

const tellReady = ({ path }: ObjectInstance, { key, ready }: ObjectNeed): void => {
  ready.tell({ type: "object-ready", key, path });
};

const oldTimer = ({ id }: ObjectInstance): string => `old-${id}`;
const unusedTimer = ({ id }: ObjectInstance): string => `unused-${id}`;
const retryTimer = ({ id }: ObjectInstance): string => `retry-${id}`;
