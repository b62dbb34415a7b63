import type { NewObject, ObjectFiles } from "../../../src/actors/detect/relay/objects/object-files.ts";
import type { DetectFacts, FileFact } from "./facts.ts";

/** The files of the objects of one relay, without a disk: what they hold is never read, since no detector here looks into an object. */
export class SimulatedFiles implements ObjectFiles {
  readonly #facts: DetectFacts;
  readonly #by: Pick<FileFact, "host" | "relay">;
  readonly #paths = new Set<string>();

  constructor(facts: DetectFacts, by: Pick<FileFact, "host" | "relay">) {
    this.#facts = facts;
    this.#by = by;
  }

  clear(): Promise<void> {
    this.#paths.clear();
    this.#facts.note({ type: "cleared", ...this.#by, path: "" });
    return Promise.resolve();
  }

  pathOf(sha256: string, instance: number): string {
    return `${sha256}.${instance}`;
  }

  create(path: string): Promise<NewObject> {
    if (this.#paths.has(path)) return Promise.reject(new Error(`${path} is there already`));
    this.#paths.add(path);
    return Promise.resolve({
      write: () => Promise.resolve(),
      close: () => {
        this.#facts.note({ type: "kept", ...this.#by, path });
        return Promise.resolve();
      },
    });
  }

  remove(path: string): Promise<void> {
    if (this.#paths.delete(path)) this.#facts.note({ type: "removed", ...this.#by, path });
    return Promise.resolve();
  }
}
