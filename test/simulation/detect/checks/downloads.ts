import type { Violation } from "../../../support/invariants/index.ts";
import type { DetectionRecord } from "./detection-record.ts";

const digestOf = (path: string): string => path.split(".")[0] ?? "";

/** I26: no relay asks for the bytes of an object while it has them, or while they are on their way to it. */
export const checkDownloads = ({ history, facts }: Pick<DetectionRecord, "history" | "facts">): Violation[] => {
  const violations: Violation[] = [];
  /** By relay: the files that it has, and the downloads that it wants. */
  const kept = new Map<string, Set<string>>();
  const wanted = new Map<string, Map<number, string>>();
  for (const fact of facts) {
    if (fact.type === "said" || fact.type === "told") continue;
    const { relay } = fact;
    const files = kept.get(relay) ?? new Set();
    const downloads = wanted.get(relay) ?? new Map<number, string>();
    kept.set(relay, files);
    wanted.set(relay, downloads);
    if (fact.type === "cleared") files.clear();
    else if (fact.type === "kept") files.add(fact.path);
    else if (fact.type === "removed") files.delete(fact.path);
    else if (fact.type === "unwanted") downloads.delete(fact.id);
    if (fact.type !== "download") continue;
    const { sha256, id, host } = fact;
    const isHere = [...files].some((path) => digestOf(path) === sha256);
    const isComing = [...downloads.values()].includes(sha256);
    downloads.set(id, sha256);
    if (!isHere && !isComing) continue;
    const message = `relay ${relay} of ${host} asks again for ${sha256}, which it ${isHere ? "has" : "is getting"}`;
    violations.push({ invariant: "I26", message, at: history.length, about: sha256 });
  }
  return violations;
};
