import { asError } from "../../../../base/errors.ts";
import type { Context } from "../../../../kernel/index.ts";
import type { CentrePort } from "../../centre-port.ts";
import type { RelaySettings } from "../settings.ts";
import { download } from "./download.ts";
import type { ObjectFiles } from "./object-files.ts";
import type { ObjectInstance } from "./object-instance.ts";
import type { ObjectsMessage } from "./objects-protocol.ts";

export interface StorageSetup {
  readonly centre: Pick<CentrePort, "download">;
  readonly settings: RelaySettings;
  readonly files: ObjectFiles;
}

/**
 * The files of objects, and the downloads that make them: bounded in bytes and in number. What has no room or no turn waits in line, first
 * come first served.
 */
export class ObjectStorage {
  /** Bytes on disk, and those that downloads under way have been given room for. */
  residentBytes = 0;
  /** Begun. */
  downloads = 0;
  downloadedBytes = 0;
  readonly #line = new Set<ObjectInstance>();
  /** Work on files outside of the actor's turns. */
  readonly #pending = new Set<Promise<void>>();
  readonly #setup: StorageSetup;
  readonly #context: Context<ObjectsMessage>;
  #downloading = 0;
  /** Of files that are being deleted. */
  #leavingBytes = 0;

  constructor(setup: StorageSetup, context: Context<ObjectsMessage>) {
    this.#setup = setup;
    this.#context = context;
  }

  wait(instance: ObjectInstance): void {
    this.#line.add(instance);
  }

  leave(instance: ObjectInstance): void {
    this.#line.delete(instance);
  }

  /**
   * Begins downloads, in order, as many as there is room for.
   * @param discardUnused deletes an object that nobody needs, to make room; false: there is none
   */
  begin(discardUnused: () => boolean): void {
    const { downloads, objectBytes } = this.#setup.settings;
    for (const instance of this.#line) {
      if (this.#downloading >= downloads) return;
      const roomFor = objectBytes - instance.source.size;
      while (this.residentBytes - this.#leavingBytes > roomFor && discardUnused());
      if (this.residentBytes > roomFor) return;
      this.#line.delete(instance);
      this.#download(instance);
    }
  }

  /** A download has ended. Without a file its room is free. */
  ended(instance: ObjectInstance, bytes: number, hasFile: boolean): void {
    this.#downloading -= 1;
    this.downloadedBytes += bytes;
    instance.abort = undefined;
    if (!hasFile) this.residentBytes -= instance.source.size;
  }

  /** Deletes a file. `freed` is told when there is room. */
  delete({ path, source }: ObjectInstance): void {
    const { log, self } = this.#context;
    this.#leavingBytes += source.size;
    this.#track(
      this.#setup.files.remove(path).then(
        () => void self.tell({ type: "freed", bytes: source.size }),
        // Its room stays taken: the next relay of the host deletes it.
        (error: unknown) => log.error({ err: asError(error), path }, "an object could not be deleted"),
      ),
    );
  }

  freed(bytes: number): void {
    this.residentBytes -= bytes;
    this.#leavingBytes -= bytes;
  }

  /** Resolves when no work on files is under way. */
  async rest(): Promise<void> {
    await Promise.all(this.#pending);
  }

  #download(instance: ObjectInstance): void {
    const { centre, settings, files } = this.#setup;
    const { self, clock } = this.#context;
    const { id, source, path } = instance;
    const abort = new AbortController();
    let bytes = 0;
    const arrived = (more: number): void => {
      bytes += more;
    };
    Object.assign(instance, { state: "downloading", abort, tries: instance.tries + 1 });
    this.#downloading += 1;
    this.downloads += 1;
    this.residentBytes += source.size;
    const idleMs = settings.downloadIdleMs;
    this.#track(
      download({ centre, files, source, path, clock, idleMs, signal: abort.signal, arrived }).then(
        () => void self.tell({ type: "downloaded", instance: id, bytes }),
        (error: unknown) => void self.tell({ type: "download-failed", instance: id, error: asError(error), bytes }),
      ),
    );
  }

  #track(work: Promise<void>): void {
    this.#pending.add(work);
    void work.finally(() => this.#pending.delete(work));
  }
}
