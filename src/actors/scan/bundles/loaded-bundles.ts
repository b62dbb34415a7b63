import type { Clock } from "../../../base/clock.ts";
import { templatesOfBundle, unpackBundle, type Template } from "../../../engines/scan/index.ts";
import { ScanActorError } from "../errors.ts";
import type { ScanSpec } from "../spec.ts";
import type { BundleStore } from "./bundle-store.ts";

/** The templates of a bundle that can be run, by id. */
export type LoadedBundle = ReadonlyMap<string, Template>;

interface Kept {
  readonly bundle: LoadedBundle;
  readonly bytes: number;
}

/** Bytes of bundles whose templates are kept, as files. Compiled they take several times as much. */
const defaultKeptBytes = 64 * 1024 * 1024;
/** Small templates take far more memory than their files have bytes. */
const defaultMostKept = 500;

export interface LoadedBundlesSetup {
  readonly bundles: BundleStore;
  readonly clock: Clock;
  /** Bound on what is kept, in bytes of template files; the bundle used last is kept whatever its size. */
  readonly keptBytes?: number;
  /** Bundles that are kept; 500 when absent. */
  readonly mostKept?: number;
}

/** Bundles of the store, compiled. Keeps those used last, and loads each one once however many ask for it at a time. */
export class LoadedBundles {
  readonly #setup: LoadedBundlesSetup;
  /** In the order of their last use. */
  readonly #kept = new Map<string, Kept>();
  readonly #loading = new Map<string, Promise<LoadedBundle>>();
  #bytes = 0;

  constructor(setup: LoadedBundlesSetup) {
    this.#setup = setup;
  }

  /**
   * The templates that a scan runs.
   * @throws ScanActorError `bundle-unknown`, `bundle-corrupt`; ScanError `invalid-bundle`; StoreError
   */
  get({ bundle: hash }: ScanSpec): Promise<LoadedBundle> {
    const kept = this.#kept.get(hash);
    if (kept !== undefined) {
      this.#kept.delete(hash);
      this.#kept.set(hash, kept);
      return Promise.resolve(kept.bundle);
    }
    const loading = this.#loading.get(hash);
    if (loading !== undefined) return loading;
    const load = this.#load(hash).finally(() => this.#loading.delete(hash));
    this.#loading.set(hash, load);
    return load;
  }

  async #load(hash: string): Promise<LoadedBundle> {
    const packed = await this.#setup.bundles.get(hash);
    if (packed === undefined) {
      throw new ScanActorError("bundle-unknown", `the templates ${hash} are not in the store; submit the scan again`, {
        ids: { bundle: hash },
      });
    }
    const files = await unpackBundle(packed, hash);
    const templates = await templatesOfBundle(files, this.#setup.clock);
    const bundle = new Map(
      templates.flatMap(({ template }) => (template === undefined ? [] : [[template.id, template] as const])),
    );
    this.#keep(hash, { bundle, bytes: files.reduce((sum, { content }) => sum + content.length, 0) });
    return bundle;
  }

  #keep(hash: string, kept: Kept): void {
    this.#kept.set(hash, kept);
    this.#bytes += kept.bytes;
    const { keptBytes = defaultKeptBytes, mostKept = defaultMostKept } = this.#setup;
    for (const [oldest, { bytes }] of this.#kept) {
      const { size } = this.#kept;
      if (size === 1 || (size <= mostKept && this.#bytes <= keptBytes)) return;
      this.#kept.delete(oldest);
      this.#bytes -= bytes;
    }
  }
}
