import type { TaskType } from "../../../engines/malware/index.ts";
import { bounds, type Space, type StoredRecord } from "../../../store/index.ts";
import { flightKey, sampleKey, verdictKey } from "../records/keys.ts";
import { parseSample } from "../records/sample-record.ts";
import { parseFlight } from "../records/task-record.ts";
import { parseVerdict } from "../records/verdict-record.ts";
import type { Offers } from "../records/offers-record.ts";
import type { VerdictView } from "../views.ts";
import type { Policy } from "./policy.ts";
import { lackingTypes, verdictView, type Known, type OpenTask } from "./verdict-view.ts";

/** Reads what is known of objects. */
export class Library {
  readonly #space: Space;
  readonly #policy: Policy;

  constructor(space: Space, policy: Policy) {
    this.#space = space;
    this.#policy = policy;
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
    const open = await this.#openTasks(known, offers);
    // Between the reads of a verdict and of its task it may have been made.
    const between = known.filter((each, at) => open[at] === undefined && this.#lacking(each, offers).length > 0);
    const again = new Map((await this.known(between.map(({ sha256 }) => sha256))).map((each) => [each.sha256, each]));
    return known.map((each, at) => verdictView(again.get(each.sha256) ?? each, this.#policy, offers, open[at]));
  }

  /** For each object a task that is to make what is lacking. */
  async #openTasks(known: readonly Known[], offers: Offers): Promise<readonly (OpenTask | undefined)[]> {
    const lacking = known.map((each) =>
      this.#lacking(each, offers).map((taskType) => ({ taskType, key: flightKey(each.sha256, taskType) })),
    );
    const flights = new Map(
      (await this.#many(lacking.flat().map(({ key }) => key))).flatMap((record) =>
        record === undefined ? [] : [[record.key, parseFlight(record.value)] as const],
      ),
    );
    return lacking.map((types) =>
      types
        .flatMap(({ taskType, key }) => {
          const taskId = flights.get(key);
          return taskId === undefined ? [] : [{ taskType, taskId }];
        })
        .at(0),
    );
  }

  #lacking(known: Known, offers: Offers): readonly TaskType[] {
    return lackingTypes(known, this.#policy, offers);
  }

  async #many(keys: readonly string[]): Promise<readonly (StoredRecord | undefined)[]> {
    const found: (StoredRecord | undefined)[] = [];
    for (let at = 0; at < keys.length; at += bounds.changes) {
      found.push(...(await this.#space.records.getMany(keys.slice(at, at + bounds.changes))));
    }
    return found;
  }
}
