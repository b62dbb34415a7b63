import type { Cause } from "../../../engines/events/index.ts";
import type { TaskType } from "../../../engines/malware/index.ts";
import type { Page, PageRequest } from "../../../store/index.ts";
import { DetectError } from "../errors.ts";
import { mostShared, readAlias } from "../records/alias-changes.ts";
import { historyOf, verdictDetailKey } from "../records/keys.ts";
import type { Offers } from "../records/offers-record.ts";
import { readOffers } from "../records/read.ts";
import { decisionOf, parseDetail, parsePast } from "../records/verdict-record.ts";
import type { CentreSetup } from "../setup.ts";
import type { TaskRequest } from "../tasks/plan-task.ts";
import { Tasks } from "../tasks/tasks.ts";
import { defaultTaskPriority, refreshPriority, sha256Shape } from "../work.ts";
import type { Digest, PastVerdict, VerdictView } from "../views.ts";
import { checkDigests } from "./digest.ts";
import { Library } from "./library.ts";
import { Policy } from "./policy.ts";
import { entriesOf, lackingTypes, worstView, type Known } from "./verdict-view.ts";

export interface CheckOptions {
  /** Start what is needed for a verdict of each object whose sample is here. Without it nothing is written. */
  readonly scan: boolean;
  /** Who asks, 1 … 200 characters. */
  readonly source: string;
  /** Where a playbook asks. */
  readonly cause?: Cause;
}

const startsAtOnce = 16;
/** At a decision and the answers that it was made from, until they are of one task. */
const mostLooks = 4;
/** However quiet the space is, who watches looks this often. */
const watchEveryMs = 1_000;
/** Whoever makes a verdict anew has begun to by then. */
const longestIdleMs = 5_000;

/** The verdict library. A digest is enough to ask; a miss is unknown, never harmless. */
export class Verdicts {
  readonly #setup: CentreSetup;
  readonly #policy: Policy;
  readonly #library: Library;
  readonly #tasks: Tasks;

  constructor(setup: CentreSetup) {
    const { space, clock, random, addressOf, settings } = setup;
    this.#setup = setup;
    this.#policy = new Policy(settings);
    this.#library = new Library(space, this.#policy, addressOf);
    this.#tasks = new Tasks({
      ...{ space, clock, random, addressOf, policy: this.#policy },
      deadlineMs: settings.deadlineMs,
    });
  }

  /**
   * Answers for each digest, in their order, without details.
   * @param digests at most 1,000
   * @throws DetectError `invalid`; StoreError
   */
  async check(digests: readonly Digest[], { scan, source, cause }: CheckOptions): Promise<readonly VerdictView[]> {
    checkDigests(digests);
    if (source.length < 1 || source.length > 200) throw new DetectError("invalid", "source: use 1 to 200 characters");
    // Before anything else is read: what is told then holds for the versions of now.
    const offers = await readOffers(this.#setup.space);
    const named = await Promise.all(digests.map((digest) => this.#named(digest)));
    const unique = [...new Set(named.flatMap(({ sha256s }) => sha256s))];
    const known = await this.#library.known(unique);
    if (scan)
      await this.#startLacking(known, offers, { requester: { source }, ...(cause === undefined ? {} : { cause }) });
    const views = await this.#library.views(known, offers);
    const bySha256 = new Map(views.map((view) => [view.sha256, view]));
    return named.map(({ sha256s, shared }) => {
      const worst = worstView(sha256s.flatMap((sha256) => bySha256.get(sha256) ?? []));
      if (worst === undefined) return { sha256: "", state: "unknown", sampleHere: false, ...sharedBy(shared) };
      return { ...worst, ...sharedBy(shared) };
    });
  }

  /** Answers for one digest, with the answers of the detectors where it is decided. Starts nothing. */
  async get(digest: Digest): Promise<VerdictView> {
    for (let looks = 1; ; looks += 1) {
      const [view] = await this.check([digest], { scan: false, source: "get" });
      if (view?.decision === undefined || view.taskType === undefined)
        return view ?? { sha256: "", state: "unknown", sampleHere: false };
      const record = await this.#setup.space.records.get(verdictDetailKey(view.sha256, view.taskType));
      const detail = record === undefined ? undefined : parseDetail(record.value);
      if (detail !== undefined && detail.taskId === view.taskId) {
        return { ...view, detail: { rule: detail.rule, answers: detail.answers } };
      }
      // It was decided anew between the two reads.
      if (looks >= mostLooks) return view;
    }
  }

  /** The decisions about an object, the latest first. */
  async history(sha256: string, page: PageRequest = {}): Promise<Page<PastVerdict>> {
    checkSha256(sha256);
    const { rows, next } = await this.#setup.space.records.list(historyOf(sha256), page);
    const past = rows.map(({ value }): PastVerdict => {
      const { decision, ...record } = parsePast(value);
      return { ...record, decision: decisionOf(decision) };
    });
    return { rows: past, next };
  }

  /**
   * What is told about an object now, and again with each change of it, until it is decided or nothing is under way for it: where its sample is
   * here, nothing for some seconds, since a verdict that does not hold any more is made anew in the background. Ends when the signal is aborted.
   */
  async *watch(sha256: string, signal: AbortSignal): AsyncGenerator<VerdictView> {
    checkSha256(sha256);
    const { space, clock } = this.#setup;
    let told = "";
    let seen = 0;
    let idleSinceMs: number | undefined;
    while (!signal.aborted) {
      const revision = await space.revision();
      const view = await this.get({ algorithm: "sha256", hex: sha256 });
      const text = JSON.stringify(view);
      if (text !== told) yield view;
      told = text;
      if (view.state === "decided" || (view.state === "unknown" && !view.sampleHere)) return;
      idleSinceMs = view.state === "unknown" ? (idleSinceMs ?? clock.monotonicMs()) : undefined;
      if (idleSinceMs !== undefined && clock.monotonicMs() - idleSinceMs >= longestIdleMs) return;
      seen = Math.max(seen, revision);
      seen = await space.changed(seen, watchEveryMs);
    }
  }

  async #named({ algorithm, hex }: Digest): Promise<{ readonly sha256s: readonly string[]; readonly shared: number }> {
    if (algorithm === "sha256") return { sha256s: [hex], shared: 1 };
    const sha256s = await readAlias(this.#setup.space, algorithm, hex);
    return { sha256s: sha256s.length > mostShared ? [] : sha256s, shared: sha256s.length };
  }

  async #startLacking(
    known: readonly Known[],
    offers: Offers,
    asker: Pick<TaskRequest, "requester" | "cause">,
  ): Promise<void> {
    const nowMs = this.#setup.clock.wallMs();
    const starts = known.flatMap((each) => {
      const lacking = lackingTypes(each, this.#policy, offers);
      const asked = { ...asker, priority: defaultTaskPriority };
      // What holds is told meanwhile.
      const retried = entriesOf(each.verdict).filter(([, entry]) => this.#policy.couldRetry(entry, nowMs));
      return [
        ...lacking.map((type) => () => this.#startTask(each, type, asked)),
        ...retried.map(
          ([type]) =>
            () =>
              this.#startTask(each, type, { priority: refreshPriority }),
        ),
      ];
    });
    for (let at = 0; at < starts.length; at += startsAtOnce) {
      await Promise.all(starts.slice(at, at + startsAtOnce).map((start) => start()));
    }
  }

  async #startTask(
    { sha256, sample }: Known,
    taskType: TaskType,
    by: Pick<TaskRequest, "requester" | "priority" | "cause">,
  ): Promise<void> {
    if (sample === undefined) return;
    const { status } = await this.#tasks.startAgain({ sha256, taskType, ...by });
    if (status === "started" || status === "joined") await this.#setup.files.touch(sha256);
  }
}

const sharedBy = (shared: number): Pick<VerdictView, "sharedBy"> => (shared > 1 ? { sharedBy: shared } : {});

const checkSha256 = (sha256: string): void => {
  if (!sha256Shape.test(sha256)) throw new DetectError("invalid", "sha256: use 64 lower-case hexadecimal digits");
};
