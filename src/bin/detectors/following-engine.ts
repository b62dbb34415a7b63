import type { Clock, Timer } from "../../base/clock.ts";
import { asError } from "../../base/errors.ts";
import type { DetectionEngine, DetectorDescription, ScanObject, ScanResult } from "../../engines/malware/index.ts";
import type { Logger } from "../../kernel/index.ts";

export interface FollowingEngineOptions {
  readonly open: () => Promise<DetectionEngine>;
  /** What an engine that is opened now would say of itself. Rejects for rules that cannot be read. */
  readonly describe: () => Promise<DetectorDescription>;
  /** Between two looks. */
  readonly everyMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** An engine with the scans that it has under way. */
interface Opened {
  readonly engine: DetectionEngine;
  scans: number;
  replaced: boolean;
}

/** After so long rules are tried again that could not be used: what was in the way, such as a full disk, may have passed. */
const againMs = 60_000;

const versionOf = ({ engineVersion, signatureVersion }: DetectorDescription): string =>
  `${engineVersion} ${signatureVersion}`;

/**
 * An engine that is opened again when its rules have changed. A scan ends with the rules that it began with. Rules that no engine can be
 * made from are told of, once, and those of before hold.
 */
export class FollowingEngine implements DetectionEngine {
  readonly #options: FollowingEngineOptions;
  #current: Opened;
  /** The version that was last tried. */
  #tried: string;
  /** Why it could not be used, and when it is tried again. */
  #unusable: { readonly message: string; readonly againAtMs: number } | undefined;
  /** Why the rules could not be read when it last looked. */
  #unreadable = "";
  #timer: Timer | undefined;
  #looking: Promise<void> = Promise.resolve();
  readonly #closing: Promise<void>[] = [];
  #closed = false;

  private constructor(options: FollowingEngineOptions, engine: DetectionEngine) {
    this.#options = options;
    this.#current = { engine, scans: 0, replaced: false };
    this.#tried = versionOf(engine.describe());
    this.#wait();
  }

  /** @throws what `open` throws */
  static async open(options: FollowingEngineOptions): Promise<FollowingEngine> {
    return new FollowingEngine(options, await options.open());
  }

  get capacity(): number {
    return this.#current.engine.capacity;
  }

  describe(): DetectorDescription {
    return this.#current.engine.describe();
  }

  async scan(object: ScanObject, signal: AbortSignal): Promise<ScanResult> {
    const opened = this.#current;
    opened.scans += 1;
    try {
      return await opened.engine.scan(object, signal);
    } finally {
      opened.scans -= 1;
      this.#closeIfDone(opened);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#looking;
    await Promise.all([...this.#closing, this.#current.engine.close()]);
  }

  #wait(): void {
    const { clock, everyMs } = this.#options;
    this.#timer = clock.after(
      everyMs,
      () => {
        this.#looking = this.#look().finally(() => {
          if (!this.#closed) this.#wait();
        });
      },
      true,
    );
  }

  async #look(): Promise<void> {
    const { open, log } = this.#options;
    const description = await this.#described();
    if (description === undefined || this.#closed || !this.#isToBeTried(versionOf(description))) return;
    const { kind, signatureVersion: version } = description;
    try {
      const engine = await open();
      const before = this.#current;
      this.#current = { engine, scans: 0, replaced: false };
      this.#tried = versionOf(engine.describe());
      this.#unusable = undefined;
      before.replaced = true;
      this.#closeIfDone(before);
      log.info({ kind, version }, "scans begin with changed rules now");
    } catch (error) {
      this.#fail(description, asError(error));
    }
  }

  #isToBeTried(version: string): boolean {
    if (version !== this.#tried) return true;
    return this.#unusable !== undefined && this.#unusable.againAtMs <= this.#options.clock.monotonicMs();
  }

  #fail(description: DetectorDescription, error: Error): void {
    const { clock, log } = this.#options;
    const { kind, signatureVersion: version } = description;
    const isTold = versionOf(description) === this.#tried && this.#unusable?.message === error.message;
    if (!isTold) log.error({ kind, version, err: error }, "the changed rules cannot be used: those of before hold");
    this.#tried = versionOf(description);
    this.#unusable = { message: error.message, againAtMs: clock.monotonicMs() + againMs };
  }

  async #described(): Promise<DetectorDescription | undefined> {
    try {
      const description = await this.#options.describe();
      this.#unreadable = "";
      return description;
    } catch (error) {
      const { message } = asError(error);
      if (message !== this.#unreadable) {
        this.#options.log.error({ problem: message }, "the rules cannot be read: those of before hold");
      }
      this.#unreadable = message;
      return undefined;
    }
  }

  #closeIfDone(opened: Opened): void {
    if (!opened.replaced || opened.scans > 0) return;
    const closing = opened.engine.close().finally(() => {
      void this.#closing.splice(this.#closing.indexOf(closing), 1);
    });
    this.#closing.push(closing);
  }
}
