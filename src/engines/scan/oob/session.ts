import type { Clock, Timer } from "../../../base/clock.ts";
import { asError } from "../../../base/errors.ts";
import type { Random } from "../../../base/random.ts";
import { ScanError } from "../errors.ts";
import { type Resolver, systemResolver } from "../net/resolver.ts";
import { refuseCaller } from "./callers.ts";
import { newNonce } from "./ids.ts";
import { createSessionKeys, type SessionKeys } from "./keys.ts";
import { Link } from "./link.ts";
import { OobFailure } from "./failure.ts";
import { idOfUrl, type OobServer } from "./server.ts";
import { type OobWatcher, WatchedUrls } from "./watched-urls.ts";

export interface OobSetup {
  /** The server, or how to find or start it: called when the first url is wanted, and again after it failed. */
  readonly server: OobServer | (() => Promise<OobServer>);
  readonly clock: Clock;
  readonly random: Random;
  readonly resolve?: Resolver;
  /** Makes the key pair of the session; `createSessionKeys` when absent. */
  readonly createKeys?: () => Promise<SessionKeys>;
  /** Between two polls, while urls are watched; 5,000 when absent, as in nuclei. */
  readonly pollMs?: number;
  /** How long a url is waited for after its request was sent; 5,000 when absent, as in nuclei. */
  readonly waitMs?: number;
  /** For one call to the server; 10,000 when absent. */
  readonly timeoutMs?: number;
  /** Urls in use at once; 10,000 when absent. */
  readonly maxUrls?: number;
}

/**
 * Out-of-band interactions for one engine: hands out urls that are nobody else's, and says who contacted them. The
 * server is contacted when the first url is wanted, and polled only while a url is watched.
 */
export interface OobSession {
  /** What `{{interactsh-server}}` stands for; undefined before the first url. */
  readonly serverName: string | undefined;
  /**
   * A new url (without a scheme): what `{{interactsh-url}}` stands for in one request.
   *
   * @param targetHost where the request goes: where only this machine can use the url, others are refused
   * @throws ScanError `oob-unavailable` with what to tell of the request that needs it
   */
  url(targetHost?: string): Promise<string>;
  /** What `{{interactsh-id}}` stands for where a request has this url. */
  idOf(url: string): string;
  /**
   * To be called when the url's request has been sent: the time to wait begins. Interactions that came before are
   * handed over at once. It ends with that time, with `forget`, or with `close`.
   */
  watch(url: string, watcher: OobWatcher): void;
  forget(url: string): void;
  /** Resolves when the time of these urls (absent: of all that are watched now) is over, or the signal fires. */
  settled(signal: AbortSignal, urls?: readonly string[]): Promise<void>;
  /** Ends the session at the server, at most within 2 s. Idempotent; never rejects. */
  close(): Promise<void>;
}

const unavailableCode = "oob-unavailable";
/** Requests can wait this long for their turn with a url in them. */
const unusedMs = 600_000;

export const createOob = (setup: OobSetup): OobSession => new Session(setup);

class Session implements OobSession {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #resolve: Resolver;
  readonly #pollMs: number;
  readonly #waitMs: number;
  readonly #maxUrls: number;
  readonly #link: Link;
  readonly #urls = new WatchedUrls();
  #timer: Timer | undefined;
  #polling: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor({ server, clock, random, resolve, createKeys, pollMs, waitMs, timeoutMs, maxUrls }: OobSetup) {
    this.#clock = clock;
    this.#random = random;
    this.#resolve = resolve ?? systemResolver;
    this.#pollMs = pollMs ?? 5_000;
    this.#waitMs = waitMs ?? 5_000;
    this.#maxUrls = maxUrls ?? 10_000;
    const find = typeof server === "function" ? server : () => Promise.resolve(server);
    this.#link = new Link({
      find,
      clock,
      random,
      resolve: this.#resolve,
      createKeys: createKeys ?? createSessionKeys,
      timeoutMs: timeoutMs ?? 10_000,
    });
  }

  get serverName(): string | undefined {
    return this.#link.form?.name;
  }

  async url(targetHost?: string): Promise<string> {
    if (this.#closing !== undefined) throw unavailable("the interactsh session is closed");
    // A server that has been started anew, or has not heard of us for long, does not know our urls.
    if (this.#link.isStale) await this.#poll();
    try {
      const { form, correlationId } = await this.#link.open();
      const refusal = targetHost === undefined ? undefined : await refuseCaller(form, targetHost, this.#resolve);
      if (refusal !== undefined) throw unavailable(refusal);
      const nowMs = this.#clock.monotonicMs();
      if (this.#urls.size >= this.#maxUrls) this.#urls.dropUnused(nowMs - unusedMs);
      if (this.#urls.size >= this.#maxUrls) throw unavailable(`${this.#maxUrls} interactsh urls are in use already`);
      const id = correlationId + newNonce(this.#random);
      const url = form.urlOf(id);
      this.#urls.add(id, url, nowMs);
      return url;
    } catch (thrown) {
      if (thrown instanceof ScanError && thrown.code === unavailableCode) throw thrown;
      throw unavailable(asError(thrown).message, thrown);
    }
  }

  idOf(url: string): string {
    return idOfUrl(url);
  }

  watch(url: string, watcher: OobWatcher): void {
    this.#urls.watch(url, watcher, this.#clock.monotonicMs() + this.#waitMs);
    this.#schedule();
  }

  forget(url: string): void {
    this.#urls.forget(url);
  }

  async settled(signal: AbortSignal, urls = this.#urls.watched): Promise<void> {
    const ended = Promise.all(urls.map((url) => this.#urls.ended(url)));
    const end = new AbortController();
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { signal: end.signal });
      if (signal.aborted) resolve();
    });
    await Promise.race([ended, aborted]);
    end.abort();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#timer?.cancel();
    await this.#link.close();
    await this.#polling;
    this.#urls.clear();
  }

  #schedule(): void {
    const isNeeded = this.#urls.hasWatched && this.#closing === undefined;
    if (!isNeeded || this.#timer !== undefined || this.#polling !== undefined) return;
    this.#timer = this.#clock.after(this.#pollMs, () => {
      this.#timer = undefined;
      if (this.#urls.hasWatched) void this.#poll();
    });
  }

  /** One poll at a time; who wants another one gets the one under way. Never rejects. */
  #poll(): Promise<void> {
    this.#polling ??= this.#pollOnce().finally(() => {
      this.#polling = undefined;
      this.#schedule();
    });
    return this.#polling;
  }

  async #pollOnce(): Promise<void> {
    const beganMs = this.#clock.monotonicMs();
    try {
      const { interactions, unreadable, dropped } = await this.#link.poll();
      for (const interaction of interactions) this.#urls.deliver(interaction);
      if (dropped > 0) this.#urls.loseAll(`the interactsh server had no room for ${dropped} interactions`);
      if (unreadable > 0) this.#urls.loseAll(`${unreadable} interactions of the interactsh server cannot be read`);
      this.#urls.settle(beganMs);
    } catch (thrown) {
      if (this.#closing !== undefined) return;
      const { message } = asError(thrown);
      if (thrown instanceof OobFailure && (thrown.kind === "unreachable" || thrown.kind === "refused")) {
        return this.#urls.settle(beganMs, message);
      }
      this.#urls.loseAll(message);
      this.#urls.settle(beganMs);
    }
  }
}

const unavailable = (message: string, cause?: unknown): ScanError =>
  new ScanError(unavailableCode, message, { retryable: true, cause });
