import type { RequestCounts, RequestError, SkippedHost } from "./outcome.ts";

const maxUrlChars = 2_048;
const maxMessageChars = 1_024;
/** Errors of one template that are kept one by one; those beyond are counted by their kind. */
const maxErrors = 1_000;

/** Counts what became of a template's requests. Every planned one ends as sent, failed or skipped. */
export class Tally {
  readonly #template: string;
  readonly #errors: RequestError[] = [];
  readonly #unlisted = new Map<RequestError["kind"], number>();
  readonly #skippedHosts = new Map<string, Omit<SkippedHost, "host">>();
  #planned = 0;
  #sent = 0;
  #failed = 0;
  #redirects = 0;
  #retries = 0;
  #unjudged = 0;

  constructor(template: string) {
    this.#template = template;
  }

  /** So many requests more are to be sent, as far as that is known; more may come with what is extracted. */
  plan(requests: number): void {
    this.#planned += requests;
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

  /** A request was answered, and it is not known what the answer means: it does not count as sent. */
  unjudged(url: string, kind: RequestError["kind"], message: string): void {
    this.#unjudged += 1;
    this.error(url, kind, message);
  }

  /** Something went wrong beside a request that counts already. */
  error(url: string, kind: RequestError["kind"], message: string): void {
    if (this.#errors.length >= maxErrors) {
      this.#unlisted.set(kind, (this.#unlisted.get(kind) ?? 0) + 1);
      return;
    }
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
    const unjudged = Math.min(this.#unjudged, this.#sent);
    const ended = this.#sent + this.#failed;
    const planned = Math.max(this.#planned, ended + hosts);
    return {
      planned,
      sent: this.#sent - unjudged,
      failed: this.#failed + unjudged,
      skipped: planned - ended,
      redirects: this.#redirects,
      retries: this.#retries,
    };
  }

  errors(): readonly RequestError[] {
    const more = [...this.#unlisted].map(([kind, count]) => ({
      template: this.#template,
      url: "",
      kind,
      message: `${count} more errors of this kind are not listed`,
    }));
    return [...this.#errors, ...more];
  }

  skippedHosts(): readonly SkippedHost[] {
    return [...this.#skippedHosts].map(([host, skipped]) => ({ host, ...skipped }));
  }
}
