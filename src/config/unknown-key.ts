import { isSection, leaves } from "./schema.ts";

/** Keys that later versions know. */
const notYet: ReadonlyMap<string, string> = new Map([
  ["tls", "mutual TLS is not supported by this version, nodes listen on loopback only: remove the section"],
  ["respond", "response runs are not supported by this version: remove the section"],
  ["detect", "detection is not supported by this version: remove the section"],
  ["guard", "the guard is not supported by this version: remove the section"],
  ["scan.enable", "templates of these kinds are not supported by this version: remove the key"],
]);

/** Why a key is refused: unknown keys are mistakes that would else go unnoticed. */
export const refuseKey = (path: string): string => {
  const parts = path.split(".");
  const known = notYet.get(parts[0] ?? "") ?? notYet.get(parts.slice(0, 2).join("."));
  if (known !== undefined) return known;
  const [section = ""] = parts;
  const siblings = [...leaves.keys()].filter((leaf) => leaf.startsWith(`${section}.`));
  if (isSection(section)) return `there is no such key: ${section} has ${siblings.map(lastPart).join(", ")}`;
  const sections = new Set([...leaves.keys()].map((leaf) => leaf.slice(0, leaf.indexOf("."))));
  return `there is no such section: use ${[...sections].join(", ")}`;
};

const lastPart = (path: string): string => path.slice(path.indexOf(".") + 1);
