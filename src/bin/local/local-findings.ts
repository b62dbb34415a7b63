import { storedFindings } from "../../actors/scan/index.ts";
import type { Finding } from "../../engines/scan/index.ts";
import type { Space } from "../../store/index.ts";

/** The findings that the store of a local scan has, in the order of targets and templates. */
export async function* localFindings(space: Space, taskIds: readonly string[]): AsyncGenerator<Finding> {
  for (const id of taskIds) {
    // What the store holds here was written by this version's engine, as a finding.
    for await (const { value } of storedFindings(space, id)) yield value as unknown as Finding;
  }
}
