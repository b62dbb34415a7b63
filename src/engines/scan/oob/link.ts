import type { Clock } from "../../../base/clock.ts";
import { asError } from "../../../base/errors.ts";
import type { Random } from "../../../base/random.ts";
import type { Resolver } from "../net/resolver.ts";
import { OobFailure } from "./failure.ts";
import { newCorrelationId } from "./ids.ts";
import { InteractshClient, type Registration } from "./interactsh-client.ts";
import type { SessionKeys } from "./keys.ts";
import type { PollAnswer } from "./poll-answer.ts";
import { type OobServer, type UrlForm, urlFormOf } from "./server.ts";

export interface LinkSetup {
  readonly find: () => Promise<OobServer>;
  readonly clock: Clock;
  readonly random: Random;
  readonly resolve: Resolver;
  readonly createKeys: () => Promise<SessionKeys>;
  readonly timeoutMs: number;
}

interface Opened {
  readonly client: InteractshClient;
  readonly form: UrlForm;
  readonly correlationId: string;
  readonly registration: Registration;
}

/** Without contact for longer than this, the session may be gone at the server. */
const staleMs = 60_000;
/** How long a server that cannot be used is not tried again. */
const retryMs = 10_000;
const goodbyeMs = 2_000;

/** One registration at a server: made when it is first needed, made again when the server has forgotten it. */
export class Link {
  readonly #setup: LinkSetup;
  readonly #stop = new AbortController();
  #opened: Opened | undefined;
  #opening: Promise<Opened> | undefined;
  #failed: { readonly error: Error; readonly untilMs: number } | undefined;
  #contactMs = 0;

  constructor(setup: LinkSetup) {
    this.#setup = setup;
  }

  get form(): UrlForm | undefined {
    return this.#opened?.form;
  }

  /** There is a session, and nothing was heard of the server for so long that it may have dropped it. */
  get isStale(): boolean {
    return this.#opened !== undefined && this.#setup.clock.monotonicMs() - this.#contactMs > staleMs;
  }

  /**
   * The session at the server. After a failure it fails at once for a while: a server that does not answer must not
   * hold up each request.
   *
   * @throws OobFailure, ScanError, and what `find` throws
   */
  open(): Promise<Opened> {
    if (this.#failed !== undefined && this.#setup.clock.monotonicMs() < this.#failed.untilMs) {
      return Promise.reject(this.#failed.error);
    }
    if (this.#opened !== undefined) return Promise.resolve(this.#opened);
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  /**
   * What came since the last poll. When the server has forgotten the session it is made anew first.
   *
   * @throws OobFailure; with `forgotten` urls handed out before are known again, but what came in between is lost
   */
  async poll(): Promise<PollAnswer> {
    const { client, registration } = await this.open();
    try {
      const answer = await client.poll(registration, this.#stop.signal);
      this.#contactMs = this.#setup.clock.monotonicMs();
      return answer;
    } catch (thrown) {
      if (thrown instanceof OobFailure && thrown.kind === "forgotten") await this.#renew(client, registration);
      throw thrown;
    }
  }

  /** Never rejects. */
  async close(): Promise<void> {
    this.#stop.abort();
    const opened = this.#opened ?? (await this.#opening?.catch(() => undefined));
    if (opened === undefined) return;
    const goodbye = new AbortController();
    const timer = this.#setup.clock.after(goodbyeMs, () => goodbye.abort());
    // A server that cannot be told lets the session run out.
    await opened.client.deregister(opened.registration, goodbye.signal).catch(() => undefined);
    timer.cancel();
    this.#opened = undefined;
  }

  async #open(): Promise<Opened> {
    const { find, clock, random, resolve, createKeys, timeoutMs } = this.#setup;
    try {
      const server = await find();
      const client = new InteractshClient({ server, clock, resolve, timeoutMs });
      const keys = await createKeys();
      const correlationId = newCorrelationId(clock, random);
      const registration = { correlationId, secret: random.id(), keys };
      await client.register(registration, this.#stop.signal);
      const form = urlFormOf(client.url, server.domain);
      this.#contactMs = clock.monotonicMs();
      this.#failed = undefined;
      this.#opened = { client, form, correlationId, registration };
      return this.#opened;
    } catch (thrown) {
      const error = asError(thrown);
      this.#failed = { error, untilMs: clock.monotonicMs() + retryMs };
      throw error;
    }
  }

  /** Under the same id, so that urls that are out count again; a stranger may have taken it, then only new urls do. */
  async #renew(client: InteractshClient, registration: Registration): Promise<void> {
    try {
      await client.register(registration, this.#stop.signal);
      this.#contactMs = this.#setup.clock.monotonicMs();
    } catch {
      this.#opened = undefined;
    }
  }
}
