import { isConfigPath, isSection, leaves } from "../schema.ts";

/** Why a key is refused: unknown keys are mistakes that would else go unnoticed. */
export const refuseKey = (path: string): string => {
  const parts = path.split(".");
  const section = parts.slice(0, -1).join(".");
  if (isSection(section)) return `there is no such key: ${section} has ${keysOf(section).join(", ")}`;
  if (isConfigPath(section)) return `there is no such key: ${section} has a value, no keys`;
  return parts.length > 2 ? refuseKey(section) : `there is no such section: use ${keysOf("").join(", ")}`;
};

/** The keys and sections that stand directly below a section. */
const keysOf = (section: string): readonly string[] => {
  const prefix = section === "" ? "" : `${section}.`;
  const below = [...leaves.keys()].filter((leaf) => leaf.startsWith(prefix));
  return [...new Set(below.map((leaf) => leaf.slice(prefix.length).split(".")[0] ?? ""))];
};
