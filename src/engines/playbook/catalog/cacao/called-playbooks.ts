import { compareTimestamps } from "../../cacao/index.ts";
import type { FoundCacao, WithdrawnCacao } from "./found-cacao.ts";

/** Which playbook a playbook-action means, among all of the folders. */
export class CalledPlaybooks {
  readonly #byId = new Map<string, FoundCacao[]>();
  readonly #withdrawn: ReadonlySet<string>;

  constructor(found: readonly FoundCacao[], withdrawn: readonly WithdrawnCacao[]) {
    this.#withdrawn = new Set(withdrawn.map(({ playbookId }) => playbookId));
    for (const each of found) {
      const others = this.#byId.get(each.playbook.id) ?? [];
      this.#byId.set(each.playbook.id, [...others, each]);
    }
  }

  /**
   * @param version its `modified`; undefined: the latest one
   * @returns the playbook, or why there is none, in words for a person
   */
  find(id: string, version: string | undefined): FoundCacao | string {
    const all = this.#byId.get(id) ?? [];
    if (all.length === 0) {
      return this.#withdrawn.has(id)
        ? `calls ${id}, which is revoked`
        : `calls ${id}, which is in none of the folders of playbooks: add its file`;
    }
    const modified = version ?? latestOf(all);
    const [first, ...others] = all.filter((each) => compareTimestamps(each.playbook.modified, modified) === 0);
    if (first === undefined) {
      const there = all.map((each) => each.playbook.modified).join(", ");
      return `calls ${id} of ${modified}, and there is only that of ${there}`;
    }
    const other = others.find(({ raw }) => JSON.stringify(raw) !== JSON.stringify(first.raw));
    if (other === undefined) return first;
    return `calls ${id} of ${modified}, which both ${first.file} and ${other.file} are: give one of them another modified`;
  }
}

const latestOf = (all: readonly FoundCacao[]): string =>
  all.map(({ playbook }) => playbook.modified).reduce((a, b) => (compareTimestamps(a, b) < 0 ? b : a));
