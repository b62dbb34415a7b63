import { createHash } from "node:crypto";
import {
  CentreDesk,
  detectProps,
  detectSpace,
  SampleFiles,
  Samples,
  Verdicts,
  type Callback,
  type CentreSettings,
  type CentreSetup,
  type DetectEvent,
  type FetchedTask,
  type GiveBackReason,
  type OfferedKind,
  type RelayIdentity,
  type TaskClaim,
} from "../../src/actors/detect/index.ts";
import type { ScanResult, TaskType } from "../../src/engines/malware/index.ts";
import { defaultRule } from "../../src/engines/malware/rules/index.ts";
import type { Clock } from "../../src/base/clock.ts";
import { systemRandom } from "../../src/base/random.ts";
import type { ActorSystem, Address } from "../../src/kernel/index.ts";
import type { Space, Store } from "../../src/store/index.ts";
import { tempDir } from "./temp-dir.ts";

export const testSettings: CentreSettings = {
  rule: defaultRule,
  require: [],
  deadlineMs: 600_000,
  missingGraceMs: 5_000,
  leaseMs: 30_000,
  retainMs: 86_400_000,
  sampleRetainMs: 86_400_000,
};

export interface CentreOptions {
  readonly settings?: Partial<CentreSettings>;
  readonly node?: string;
  /** What stands between the centre and its space. */
  readonly wrap?: (space: Space) => Space;
  readonly maxBytes?: number;
  readonly maxSampleBytes?: number;
  /** Answers a callback; absent: it is taken. */
  readonly sendCallback?: CentreSetup["sendCallback"];
  /** Absent: an address that cannot be called. */
  readonly addressOf?: CentreSetup["addressOf"];
  /** Takes raised events; absent: they are taken, and nobody looks at them. */
  readonly acceptEvents?: CentreSetup["acceptEvents"];
  /** A folder of samples that an earlier life has left. */
  readonly folder?: { readonly path: string; remove(): void };
}

/** One node's centre, with real sample files in a folder of its own. */
export class TestCentre {
  readonly setup: CentreSetup;
  readonly verdicts: Verdicts;
  readonly samples: Samples;
  readonly desk: CentreDesk;
  readonly events: DetectEvent[];
  readonly callbacks: Callback[];
  readonly folder: { readonly path: string; remove(): void };

  private constructor(
    setup: CentreSetup,
    seen: { readonly events: DetectEvent[]; readonly callbacks: Callback[] },
    folder: { readonly path: string; remove(): void },
  ) {
    this.setup = setup;
    this.verdicts = new Verdicts(setup);
    this.samples = new Samples(setup);
    this.desk = new CentreDesk(setup);
    this.events = seen.events;
    this.callbacks = seen.callbacks;
    this.folder = folder;
  }

  static async open(store: Store, clock: Clock, options: CentreOptions = {}): Promise<TestCentre> {
    const { node = "n1", wrap = (space: Space) => space, maxBytes = 2 ** 30, maxSampleBytes = 2 ** 24 } = options;
    const folder = options.folder ?? tempDir("samples");
    const random = systemRandom;
    const files = await SampleFiles.open({ path: folder.path, maxBytes, maxSampleBytes, clock, random });
    const events: DetectEvent[] = [];
    const callbacks: Callback[] = [];
    const setup: CentreSetup = {
      space: wrap(store.space(detectSpace)),
      ...{ clock, random, node, files, owner: `${node}/1` },
      settings: { ...testSettings, ...options.settings },
      addressOf: options.addressOf ?? ((id) => `${id}:1`),
      sendCallback:
        options.sendCallback ??
        ((callback) => {
          callbacks.push(callback);
          return Promise.resolve();
        }),
      acceptEvents: options.acceptEvents ?? (() => Promise.resolve()),
      notify: (event) => events.push(event),
    };
    return new TestCentre(setup, { events, callbacks }, folder);
  }

  get space(): Space {
    return this.setup.space;
  }

  /** Its actors, as `/<name>`. */
  start(system: ActorSystem, name = "detect"): Address<never> {
    return system.spawn(detectProps({ centre: this.setup }), name);
  }

  async submit(
    text: string,
    options: { readonly taskType?: TaskType; readonly callbackUrl?: string } = {},
  ): Promise<{ readonly sha256: string; readonly taskId: string; readonly known: boolean }> {
    const { taskType = "sample-file", callbackUrl } = options;
    return this.samples.submit(
      { taskType, source: "a test", ...(callbackUrl === undefined ? {} : { callbackUrl }) },
      chunksOf(text),
      new AbortController().signal,
    );
  }

  async verdict(sha256: string) {
    return this.verdicts.get({ algorithm: "sha256", hex: sha256 });
  }

  /** How often each task was decided. */
  get decisions(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const event of this.events) {
      if (event.type === "decided") counts.set(event.taskId, (counts.get(event.taskId) ?? 0) + 1);
    }
    return counts;
  }
}

export async function* chunksOf(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(Buffer.from(text));
}

export const sha256Of = (text: string): string => createHash("sha256").update(text).digest("hex");

export const offer = (kind: string, extra: Partial<OfferedKind> = {}): OfferedKind => ({
  ...{ kind, class: "static", taskTypes: ["sample-file"], engineVersion: "1.0", signatureVersion: "1", detectors: 1 },
  ...extra,
});

export const white: ScanResult = { outcome: "verdict", trust: "white", names: [] };
export const black: ScanResult = { outcome: "verdict", trust: "black", names: ["Eicar-Test"] };

/** A host's relay, without detectors: it claims at the desk and answers what the test says. */
export class TestRelay {
  readonly identity: RelayIdentity;
  kinds: readonly OfferedKind[];
  readonly #desk: CentreDesk;

  constructor(desk: CentreDesk, kinds: readonly OfferedKind[], host = "h1", incarnation = "i1") {
    this.#desk = desk;
    this.kinds = kinds;
    this.identity = { host, incarnation };
  }

  announce(): ReturnType<CentreDesk["announce"]> {
    return this.#desk.announce(this.identity, this.kinds);
  }

  async fetch(count = 100): Promise<readonly FetchedTask[]> {
    const wanted = [...new Set(this.kinds.map(({ kind }) => kind))].map((kind) => ({
      ...{ kind, count },
      taskTypes: this.kinds.find((each) => each.kind === kind)?.taskTypes ?? [],
    }));
    return this.#desk.fetchTasks(this.identity, wanted);
  }

  /**
   * Reports each execution as its detector would.
   * @param detector its name
   * @returns the claims that were lost
   */
  async answer(
    tasks: readonly FetchedTask[],
    result: (task: FetchedTask) => ScanResult,
    detector = ({ kind, nth }: FetchedTask): string => `${kind}-${nth}`,
  ): Promise<readonly TaskClaim[]> {
    const summaries = [...new Set(tasks.map(({ taskId }) => taskId))].map((taskId) => ({
      taskId,
      answers: tasks
        .filter((task) => task.taskId === taskId)
        .map((task) => {
          const { kind, nth, token } = task;
          const { engineVersion = "?", signatureVersion = "?" } = this.kinds.find((each) => each.kind === kind) ?? {};
          const by = { kind, detector: detector(task), host: this.identity.host, engineVersion, signatureVersion };
          return { claim: { taskId, kind, nth, token }, answer: { ...by, tookMs: 1, result: result(task) } };
        }),
      givenBack: [],
    }));
    return this.#desk.report(this.identity, summaries);
  }

  async giveBack({ taskId, kind, nth, token }: FetchedTask, reason: GiveBackReason, message: string): Promise<void> {
    const givenBack = [{ claim: { taskId, kind, nth, token }, reason, delayMs: 100, message }];
    await this.#desk.report(this.identity, [{ taskId, answers: [], givenBack }]);
  }

  /** Takes whatever waits and answers it. */
  async work(result: (task: FetchedTask) => ScanResult): Promise<number> {
    const tasks = await this.fetch();
    await this.answer(tasks, result);
    return tasks.length;
  }
}
