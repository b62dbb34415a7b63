import type { Finding } from "./finding.ts";
import type { RequestCounts, RequestError, ScanOutcome, SkippedHost } from "./outcome.ts";
import type { TemplateResult } from "./template-run.ts";

/** What a template left that is not a number. */
interface Remains {
  readonly at: number;
  readonly findings: readonly Finding[];
  readonly errors: readonly RequestError[];
}

/**
 * The results of the templates of a run as one; each host that was skipped is named once. Nothing is kept of a template
 * that has neither findings nor errors: those are nearly all, of thousands.
 */
export class ResultSum {
  readonly #remains: Remains[] = [];
  readonly #skipped = new Map<string, SkippedHost>();
  readonly #requests: Record<keyof RequestCounts, number> = {
    planned: 0,
    sent: 0,
    failed: 0,
    skipped: 0,
    redirects: 0,
    retries: 0,
  };
  #droppedFindings = 0;

  /** @param at the place of the template among those of the run: findings and errors come in this order */
  add(at: number, { findings, errors, requests, droppedFindings, skippedHosts }: TemplateResult): void {
    const sum = this.#requests;
    sum.planned += requests.planned;
    sum.sent += requests.sent;
    sum.failed += requests.failed;
    sum.skipped += requests.skipped;
    sum.redirects += requests.redirects;
    sum.retries += requests.retries;
    this.#droppedFindings += droppedFindings;
    if (findings.length > 0 || errors.length > 0) this.#remains.push({ at, findings, errors });
    for (const host of skippedHosts) {
      const key = `${host.cause} ${host.host}`;
      this.#skipped.set(key, { ...host, requests: (this.#skipped.get(key)?.requests ?? 0) + host.requests });
    }
  }

  outcome(): Omit<ScanOutcome, "target" | "aborted"> {
    const remains = this.#remains.toSorted((a, b) => a.at - b.at);
    return {
      findings: remains.flatMap(({ findings }) => findings),
      droppedFindings: this.#droppedFindings,
      requests: { ...this.#requests },
      errors: remains.flatMap(({ errors }) => errors),
      skippedHosts: [...this.#skipped.values()],
    };
  }
}
