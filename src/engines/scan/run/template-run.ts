import type { Clock } from "../../../base/clock.ts";
import { HttpEvidence } from "../http/evidence.ts";
import { type PlannedRequest, planRequests, type HttpRequest, type RequestDefaults } from "../http/plan.ts";
import type { HttpResponse } from "../http/response.ts";
import type { WireUrl } from "../http/target.ts";
import { EvaluationBudget, OverBudgetError } from "../operators/budget.ts";
import { evaluate, type Evaluation } from "../operators/evaluate.ts";
import type { Template } from "../template/template.ts";
import { createFinding, type Finding } from "./finding.ts";
import type { RequestCounts, RequestError, SkippedHost } from "./outcome.ts";
import { type BeforeRequest, hostKey, type Sender } from "./sender.ts";

export interface TemplateRunSetup {
  readonly clock: Clock;
  readonly sender: Sender;
  readonly defaults: RequestDefaults;
  readonly evidenceChars: number;
  readonly judgingMs: number;
  readonly target: WireUrl;
  readonly signal: AbortSignal;
  readonly beforeRequest: BeforeRequest | undefined;
  /** How many findings the run still takes, over all its templates. */
  readonly room: { findings: number };
}

export interface TemplateResult {
  readonly findings: readonly Finding[];
  readonly droppedFindings: number;
  readonly requests: RequestCounts;
  readonly errors: readonly RequestError[];
  readonly skippedHosts: readonly SkippedHost[];
}

/** Runs one template: its requests one after the other, each judged before the next is sent. */
export const runTemplate = async (template: Template, setup: TemplateRunSetup): Promise<TemplateResult> => {
  const run = new TemplateRun(template, setup);
  await run.run();
  return run.result();
};

class TemplateRun {
  readonly #template: Template;
  readonly #setup: TemplateRunSetup;
  readonly #plan: readonly PlannedRequest[];
  readonly #findings: Finding[] = [];
  readonly #errors: RequestError[] = [];
  readonly #skipped = new Map<string, Omit<SkippedHost, "host">>();
  #sent = 0;
  #failed = 0;
  #redirects = 0;
  #retries = 0;
  #dropped = 0;

  constructor(template: Template, setup: TemplateRunSetup) {
    this.#template = template;
    this.#setup = setup;
    this.#plan = planRequests(template, setup.target.href, setup.defaults);
  }

  async run(): Promise<void> {
    let satisfied: PlannedRequest["block"] | undefined;
    for (const planned of this.#plan) {
      if (this.#setup.signal.aborted) return;
      if (planned.block === satisfied) continue;
      const matched = await this.#request(planned);
      if (matched && this.#template.stopAtFirstMatch) return;
      if (matched && planned.block.stopAtFirstMatch) satisfied = planned.block;
    }
  }

  result(): TemplateResult {
    const planned = this.#plan.length;
    return {
      findings: this.#findings,
      droppedFindings: this.#dropped,
      requests: {
        planned,
        sent: this.#sent,
        failed: this.#failed,
        skipped: planned - this.#sent - this.#failed,
        redirects: this.#redirects,
        retries: this.#retries,
      },
      errors: this.#errors,
      skippedHosts: [...this.#skipped].map(([host, skipped]) => ({ host, ...skipped })),
    };
  }

  /** Sends one planned request and judges what comes back; whether a matcher matched. */
  async #request(planned: PlannedRequest): Promise<boolean> {
    const { request } = planned;
    if (request === undefined) {
      this.#failed += 1;
      this.#error(planned.source, "protocol", "the path gives no URL for this target");
      return false;
    }
    const { sender, signal, beforeRequest } = this.#setup;
    const sent = await sender.send(request, { template: this.#template.id, signal, beforeRequest });
    if ("skipped" in sent) {
      this.#skip(hostKey(request.url), sent.cause, sent.skipped);
      return false;
    }
    const { responses, failure, attempts, retries } = sent;
    this.#retries += retries;
    // A run that was aborted did not fail: what had no answer yet counts as not tried.
    if (responses.length === 0 && failure?.kind === "aborted" && signal.aborted) return false;
    if (failure !== undefined) this.#error(failure.url, failure.kind, failure.message);
    if (responses.length > 0) this.#sent += 1;
    else this.#failed += 1;
    this.#redirects += Math.max(attempts - 1, 0);
    return this.#judge(planned, request, responses);
  }

  /** The last response first, as nuclei does; then the redirects that led to it. */
  #judge(planned: PlannedRequest, request: HttpRequest, responses: readonly HttpResponse[]): boolean {
    const { block, values } = planned;
    const { target, clock, evidenceChars, judgingMs, room } = this.#setup;
    const template = this.#template;
    let matched = false;
    for (const [redirects, response] of [...responses.entries()].toReversed()) {
      const budget = new EvaluationBudget(clock, judgingMs);
      const evidence = new HttpEvidence({ template, target: target.href, request, response, values, budget });
      const evaluation = this.#evaluate(planned, evidence, response);
      if (evaluation === undefined) continue;
      for (const hit of evaluation.hits) {
        if (room.findings === 0) {
          this.#dropped += 1;
          continue;
        }
        room.findings -= 1;
        const wallMs = clock.wallMs();
        this.#findings.push(
          createFinding({ template, target, request, response, redirects, evidence, hit, evidenceChars, wallMs }),
        );
      }
      matched ||= evaluation.matched;
      if (evaluation.hits.length > 0 && (block.stopAtFirstMatch || template.stopAtFirstMatch)) break;
    }
    return matched;
  }

  /** Undefined, with an error, when it took too long. */
  #evaluate({ block }: PlannedRequest, evidence: HttpEvidence, { url }: HttpResponse): Evaluation | undefined {
    try {
      return evaluate(block.operators, evidence);
    } catch (thrown) {
      if (!(thrown instanceof OverBudgetError)) throw thrown;
      this.#error(url.href, "judging-timeout", thrown.message);
      return undefined;
    }
  }

  #skip(host: string, cause: SkippedHost["cause"], reason: string): void {
    this.#skipped.set(host, { cause, reason, requests: (this.#skipped.get(host)?.requests ?? 0) + 1 });
  }

  #error(url: string, kind: RequestError["kind"], message: string): void {
    this.#errors.push({
      template: this.#template.id,
      url: url.slice(0, 2_048),
      kind,
      message: message.slice(0, 1_024),
    });
  }
}
