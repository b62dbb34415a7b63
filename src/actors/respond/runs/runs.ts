import type { Clock } from "../../../base/clock.ts";
import type { SecurityEvent } from "../../../engines/events/index.ts";
import type { CatalogSource, PlaybookVersion } from "../../../engines/playbook/index.ts";
import { StoreError, type Page, type PageRequest, type Space, type StoredRecord } from "../../../store/index.ts";
import { listViews } from "../../listing/list-views.ts";
import { RespondError } from "../errors.ts";
import type { RespondHints } from "../hints.ts";
import { eventKey, indexedRun, runIdOf, runsByTime, stepPrefix } from "../records/keys.ts";
import { parseEventRecord } from "../records/event-record.ts";
import { PlaybookCode } from "../records/playbook-code.ts";
import { newRunChanges, type NewRun } from "../records/run-changes.ts";
import { readSubject, type RunSubject } from "../records/run-subject.ts";
import { parseStep, stepView } from "../records/step-record.ts";
import { runHasEnded, type Answer, type RunState, type RunView, type StepView } from "../views.ts";
import { checkKey, checkRunId, defaultRunPriority, keyOf } from "../work.ts";
import { answerRun } from "./answer-run.ts";
import { cancelRun } from "./cancel-run.ts";
import { checkVariables } from "./check-variables.ts";
import { readLog, readRun, readRuns, viewRun, type StoredRun } from "./view-run.ts";

export interface RunListing extends PageRequest {
  /** Only runs that are in one of these states; all when absent. */
  readonly states?: readonly RunState[];
  /** Only runs of this playbook. */
  readonly playbook?: string;
  /** Only runs that this event started: all of them on one page. */
  readonly event?: string;
}

/** A run that was asked for. `known`: the same was asked for before, and it is that run. */
export interface RunMade {
  readonly id: string;
  readonly known: boolean;
}

export interface StartOptions {
  /** 0 … 255, lower first. Default 100. */
  readonly priority?: number;
  /** `traceparent` of the call that starts it. */
  readonly trace?: string;
  /** Values for external variables of a CACAO playbook, by name as in `__name__`: at most `startBounds`. */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface RunsSetup {
  readonly space: Space;
  readonly clock: Clock;
  readonly catalog: CatalogSource;
  readonly retainMs: number;
  /** The same that the actors of this node were given. */
  readonly hints: RespondHints;
}

const defaultPage = 100;

/** The runs of a space as those see them who watch and steer. Every call may reject with a StoreError. */
export class Runs {
  readonly #setup: RunsSetup;
  readonly #code: PlaybookCode;

  constructor(setup: RunsSetup) {
    this.#setup = setup;
    this.#code = new PlaybookCode(setup.space, setup.clock, setup.retainMs);
  }

  /**
   * Makes a run of a playbook for an event, whatever the bindings say. The same playbook for an event of the same key is the same run,
   * whatever its variables.
   * @throws RespondError `playbook-unknown`, `invalid`
   */
  async start(playbookId: string, event: SecurityEvent, options: StartOptions = {}): Promise<RunMade> {
    const { priority = defaultRunPriority, trace, variables = {} } = options;
    const key = keyOf(event);
    checkKey(key);
    checkVariables(variables);
    const playbook = this.#setup.catalog.current().playbooks.get(playbookId);
    if (playbook === undefined) throw unknownPlaybook(playbookId);
    const id = runIdOf("started", key, playbookId);
    const run = { priority, ...(trace === undefined ? {} : { trace }) };
    return this.#make(id, playbook, { event, variables }, run);
  }

  /** With what it logged last. `undefined`: there is no such run, or it is forgotten. */
  async get(id: string): Promise<RunView | undefined> {
    checkRunId(id);
    const stored = await readRun(this.#setup.space, id);
    if (stored === undefined) return undefined;
    const [view, log] = await Promise.all([viewRun(this.#setup.space, stored), readLog(this.#setup.space, id)]);
    return { ...view, log };
  }

  /** The latest first, without what they logged. `next` of a page continues it. */
  async list({ limit = defaultPage, after, event, ...filter }: RunListing = {}): Promise<Page<RunView>> {
    if (event !== undefined) return { rows: (await this.#ofEvent(event)).filter(passes(filter)), next: undefined };
    const listed = { ...this.#setup, prefix: runsByTime, isWanted: passes(filter) };
    const viewsOf = (entries: readonly StoredRecord[]): Promise<readonly RunView[]> =>
      this.#views(entries.map(({ key }) => indexedRun(key)));
    return listViews({ ...listed, viewsOf }, { limit, after });
  }

  /** The steps of a run in the order in which they started. @throws RespondError `run-unknown` */
  async steps(id: string, { limit = defaultPage, after }: PageRequest = {}): Promise<Page<StepView>> {
    const { state } = await viewRun(this.#setup.space, await this.#stored(id));
    const prefix = stepPrefix(id);
    const page = await this.#setup.space.records.list(prefix, {
      limit,
      ...(after === undefined ? {} : { after: `${prefix}${after}` }),
    });
    return {
      rows: page.rows.map(({ value }) => stepView(parseStep(value), state)),
      next: page.next?.slice(prefix.length),
    };
  }

  /**
   * Ends a run: nothing that it does is written down any more, and within a second no process of it is alive. False: it had ended before.
   * @throws RespondError `run-unknown`
   */
  async cancel(id: string): Promise<boolean> {
    await this.#stored(id);
    return cancelRun(this.#setup, id);
  }

  /**
   * Makes another run of the same playbook, as it is now, for the same event and with the same variables, from the beginning. A run has one retry: asked for again, it
   * is that one.
   * @throws RespondError `run-unknown`, `run-not-ended`, `playbook-unknown`
   */
  async retry(id: string): Promise<RunMade> {
    const { space, catalog } = this.#setup;
    const stored = await this.#stored(id);
    const { state } = await viewRun(space, stored);
    if (!runHasEnded(state)) {
      throw new RespondError("run-not-ended", `run ${id} is ${state}: cancel it first, or wait for its end`, {
        ids: { id },
      });
    }
    const { playbook, priority, binding } = stored.run;
    const code = catalog.current().playbooks.get(playbook.id) ?? (await this.#code.get(playbook.version));
    if (code === undefined) throw unknownPlaybook(playbook.id);
    const subject = await readSubject(space, id);
    if (subject === undefined) throw unknownRun(id);
    return this.#make(runIdOf("retried", id, playbook.id), code, subject, {
      priority,
      retryOf: id,
      ...(binding === undefined ? {} : { binding }),
    });
  }

  /**
   * Says how steps ended whose outcomes nobody knows, or that a person does. A run that waits goes on, unless an outcome is left that nobody
   * knows: that is a smaller question. One that is under way hears of it within a second.
   * @param answers 1 … 500, each about another step
   * @throws RespondError `run-unknown`, `no-question`, `invalid`
   */
  async answer(id: string, answers: readonly Answer[]): Promise<RunView> {
    checkRunId(id);
    await answerRun(this.#setup, id, answers);
    const view = await this.get(id);
    if (view === undefined) throw unknownRun(id);
    return view;
  }

  async #make(
    id: string,
    playbook: PlaybookVersion,
    subject: RunSubject,
    run: Omit<NewRun, "event" | "playbook" | "createdAtMs">,
  ): Promise<RunMade> {
    const { space, clock, hints } = this.#setup;
    await this.#code.keep(playbook);
    const facts: NewRun = {
      ...run,
      event: keyOf(subject.event),
      playbook: { id: playbook.id, version: playbook.version },
      createdAtMs: clock.wallMs(),
    };
    try {
      await space.commit(undefined, newRunChanges(id, facts, subject));
    } catch (error) {
      if (error instanceof StoreError && error.code === "version-conflict") return { id, known: true };
      throw error;
    }
    hints.tell({ type: "runs" });
    return { id, known: false };
  }

  async #ofEvent(event: string): Promise<readonly RunView[]> {
    checkKey(event);
    const record = await this.#setup.space.records.get(eventKey(event));
    return record === undefined ? [] : this.#views(parseEventRecord(record.value).runs.map(({ id }) => id));
  }

  async #views(ids: readonly string[]): Promise<readonly RunView[]> {
    const { space } = this.#setup;
    return Promise.all((await readRuns(space, ids)).map((stored) => viewRun(space, stored)));
  }

  async #stored(id: string): Promise<StoredRun> {
    checkRunId(id);
    const stored = await readRun(this.#setup.space, id);
    if (stored === undefined) throw unknownRun(id);
    return stored;
  }
}

const passes =
  ({ states, playbook }: Pick<RunListing, "states" | "playbook">) =>
  (view: RunView): boolean =>
    (states?.includes(view.state) ?? true) && (playbook === undefined || view.playbook.id === playbook);

const unknownRun = (id: string): RespondError =>
  new RespondError("run-unknown", `there is no run ${id}, or it is forgotten`, { ids: { id } });

const unknownPlaybook = (id: string): RespondError =>
  new RespondError("playbook-unknown", `no playbook ${id} is in use: see the list of playbooks`, {
    ids: { playbook: id },
  });
