import type { TaskType } from "../../../engines/malware/index.ts";
import { bounds, type Space, type StoredRecord } from "../../../store/index.ts";
import { flightKey, sampleKey, verdictKey } from "../records/keys.ts";
import { parseSample } from "../records/sample-record.ts";
import { parseFlight } from "../records/task-record.ts";
import { parseVerdict } from "../records/verdict-record.ts";
import type { Offers } from "../records/offers-record.ts";
import type { CentreSetup } from "../setup.ts";
import type { VerdictView } from "../views.ts";
import type { Policy } from "./policy.ts";
import { lackingTypes, verdictView, type Known, type OpenTask } from "./verdict-view.ts";

/** Reads what is known of objects. */
export class Library {
  readonly #space: Space;
  readonly #policy: Policy;
  readonly #addressOf: CentreSetup["addressOf"];

  constructor(space: Space, policy: Policy, addressOf: CentreSetup["addressOf"]) {
    this.#space = space;
    this.#policy = policy;
    this.#addressOf = addressOf;
  }

  /** In their order. */
  async known(sha256s: readonly string[]): Promise<readonly Known[]> {
    const records = await this.#many(sha256s.flatMap((sha256) => [verdictKey(sha256), sampleKey(sha256)]));
    return sha256s.map((sha256, at) => {
      const verdict = records[2 * at];
      const sample = records[2 * at + 1];
      return {
        sha256,
        verdict: verdict === undefined ? undefined : parseVerdict(verdict.value),
        sample: sample === undefined ? undefined : parseSample(sample.value),
      };
    });
  }

  /**
   * What is told about each.
   * @param offers read before the objects were: what is told holds for the versions of that time or later ones
   */
  async views(known: readonly Known[], offers: Offers): Promise<readonly VerdictView[]> {
    const lacking = known.map((each) => lackingTypes(each, this.#policy, offers));
    const open = await this.#openTasks(known, lacking);
    // Between the reads of a verdict and of its task it may have been made.
    const between = known.filter((_, at) => open[at] === undefined && lacking[at]?.length !== 0);
    const again = new Map((await this.known(between.map(({ sha256 }) => sha256))).map((each) => [each.sha256, each]));
    return known.map((each, at) => {
      const later = again.get(each.sha256);
      return later === undefined
        ? verdictView(each, lacking[at] ?? [], this.#addressOf, open[at])
        : verdictView(later, lackingTypes(later, this.#policy, offers), this.#addressOf);
    });
  }

  /** For each object a task that is to make what is lacking. */
  async #openTasks(
    known: readonly Known[],
    lacking: readonly (readonly TaskType[])[],
  ): Promise<readonly (OpenTask | undefined)[]> {
    const wanted = known.map(({ sha256 }, at) =>
      (lacking[at] ?? []).map((taskType) => ({ taskType, key: flightKey(sha256, taskType) })),
    );
    const flights = new Map(
      (await this.#many(wanted.flat().map(({ key }) => key))).flatMap((record) =>
        record === undefined ? [] : [[record.key, parseFlight(record.value)] as const],
      ),
    );
    return wanted.map((types) =>
      types
        .flatMap(({ taskType, key }) => {
          const taskId = flights.get(key);
          return taskId === undefined ? [] : [{ taskType, taskId }];
        })
        .at(0),
    );
  }

  async #many(keys: readonly string[]): Promise<readonly (StoredRecord | undefined)[]> {
    const found: (StoredRecord | undefined)[] = [];
    for (let at = 0; at < keys.length; at += bounds.changes) {
      found.push(...(await this.#space.records.getMany(keys.slice(at, at + bounds.changes))));
    }
    return found;
  }
}
