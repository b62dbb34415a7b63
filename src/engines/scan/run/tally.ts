import type { RequestCounts, RequestError, SkippedHost } from "./outcome.ts";

const maxUrlChars = 2_048;
const maxMessageChars = 1_024;

/** Counts what became of a template's requests. Every planned one ends as sent, failed or skipped. */
export class Tally {
  readonly #template: string;
  readonly #errors: RequestError[] = [];
  readonly #skippedHosts = new Map<string, Omit<SkippedHost, "host">>();
  readonly #planned: number;
  #sent = 0;
  #failed = 0;
  #redirects = 0;
  #retries = 0;

  /** @param planned what is known before anything is sent; more may come with what is extracted */
  constructor(template: string, planned: number) {
    this.#template = template;
    this.#planned = planned;
  }

  /** A request was answered. */
  sent(): void {
    this.#sent += 1;
  }

  /** A request got no answer, or could not be made. */
  failed(url: string, kind: RequestError["kind"], message: string): void {
    this.#failed += 1;
    this.error(url, kind, message);
  }

  /** Something went wrong beside a request that counts already. */
  error(url: string, kind: RequestError["kind"], message: string): void {
    this.#errors.push({
      template: this.#template,
      url: url.slice(0, maxUrlChars),
      kind,
      message: message.slice(0, maxMessageChars),
    });
  }

  /** A request was not sent because of its host. */
  skipped(host: string, cause: SkippedHost["cause"], reason: string): void {
    this.#skippedHosts.set(host, { cause, reason, requests: (this.#skippedHosts.get(host)?.requests ?? 0) + 1 });
  }

  redirected(times: number): void {
    this.#redirects += times;
  }

  retried(times: number): void {
    this.#retries += times;
  }

  /** The counts so far; what has not ended counts as skipped. */
  counts(): RequestCounts {
    let hosts = 0;
    for (const { requests } of this.#skippedHosts.values()) hosts += requests;
    const planned = Math.max(this.#planned, this.#sent + this.#failed + hosts);
    return {
      planned,
      sent: this.#sent,
      failed: this.#failed,
      skipped: planned - this.#sent - this.#failed,
      redirects: this.#redirects,
      retries: this.#retries,
    };
  }

  errors(): readonly RequestError[] {
    return this.#errors;
  }

  skippedHosts(): readonly SkippedHost[] {
    return [...this.#skippedHosts].map(([host, skipped]) => ({ host, ...skipped }));
  }
}
