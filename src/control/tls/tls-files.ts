import type { Clock, Timer } from "../../base/clock.ts";
import { asError } from "../../base/errors.ts";
import type { TlsMaterial, TlsSource } from "../../wire/index.ts";
import { checkMaterial, type ExpectedHolder } from "./check-material.ts";
import { readPem } from "./read-pem.ts";

/** Paths of PEM files. `cert` and `key` go together. */
export interface TlsPaths {
  readonly ca: string;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** Told when files were replaced, and why they could not be used. */
export interface TlsNews {
  replaced(): void;
  refused(error: Error): void;
}

export interface TlsFilesSetup {
  readonly paths: TlsPaths;
  readonly holder: ExpectedHolder;
  readonly clock: Clock;
  /** Absent: the files are read once. */
  readonly news?: TlsNews;
}

/** How soon replaced files are in use. */
const lookEveryMs = 10_000;

/**
 * Certificates in files, which may be replaced while the process runs: they are read again every 10 s. What does not fit together, as while
 * one of two files has been written, is not used: the ones before it stay.
 */
export class TlsFiles implements TlsSource {
  readonly #setup: TlsFilesSetup;
  readonly #listeners = new Set<() => void>();
  #material: TlsMaterial;
  #refused = "";
  #timer: Timer | undefined;
  #closed = false;

  private constructor(setup: TlsFilesSetup, material: TlsMaterial) {
    this.#setup = setup;
    this.#material = material;
    this.#wait();
  }

  /** @throws ControlError `tls-unusable` */
  static async open(setup: TlsFilesSetup): Promise<TlsFiles> {
    return new TlsFiles(setup, await readMaterial(setup));
  }

  current(): TlsMaterial {
    return this.#material;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Looks at the files no more. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #wait(): void {
    const { clock, news } = this.#setup;
    if (news === undefined || this.#closed) return;
    this.#timer = clock.after(lookEveryMs, () => void this.#look(news).then(() => this.#wait()), true);
  }

  async #look(news: TlsNews): Promise<void> {
    try {
      const material = await readMaterial(this.#setup);
      if (this.#closed || isSame(material, this.#material)) return;
      this.#material = material;
      this.#refused = "";
      news.replaced();
      for (const listener of this.#listeners) listener();
    } catch (thrown) {
      const error = asError(thrown);
      // Once for each problem, not every time.
      if (this.#closed || error.message === this.#refused) return;
      this.#refused = error.message;
      news.refused(error);
    }
  }
}

const readMaterial = async ({ paths, holder, clock }: TlsFilesSetup): Promise<TlsMaterial> => {
  const { ca, cert, key } = paths;
  const authority = await readPem("tls.ca", ca);
  const material: TlsMaterial =
    cert === undefined || key === undefined
      ? { ca: authority }
      : {
          ca: authority,
          identity: { cert: await readPem("tls.cert", cert), key: await readPem("tls.key", key, true) },
        };
  checkMaterial(material, holder, clock.wallMs());
  return material;
};

const isSame = (a: TlsMaterial, b: TlsMaterial): boolean =>
  a.ca.equals(b.ca) &&
  (a.identity === undefined || b.identity === undefined
    ? a.identity === b.identity
    : a.identity.cert.equals(b.identity.cert) && a.identity.key.equals(b.identity.key));
