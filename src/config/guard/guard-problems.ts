import type { ConfigProblem } from "../errors.ts";
import type { Given } from "../layers/given.ts";
import type { Config, ConfigPath } from "../schema.ts";

/** What lies in memory does not outlive a restart of the machine. */
const inMemory = "/dev/shm/";

/** What does not go together in the keys of guard. */
export const guardProblems = ({ guard }: Config, given: ReadonlyMap<ConfigPath, Given>): readonly ConfigProblem[] => {
  const problems: ConfigProblem[] = [];
  const report = (path: ConfigPath, message: string): void => {
    problems.push({ path, source: given.get(path)?.sourceOf() ?? "default", message });
  };
  const { folder, spoolFolder, spoolBytes, report: condition, skewMs } = guard;
  if (spoolFolder.startsWith(inMemory)) {
    report("guard.spoolFolder", `"${spoolFolder}": in memory, so that a restart loses reports: use a folder on a disk`);
  }
  if (folder !== undefined && folder === spoolFolder) {
    report("guard.spoolFolder", `"${spoolFolder}": guard.folder is the same: use another one`);
  }
  if (condition.bytes > spoolBytes / 4) {
    report(
      "guard.report.bytes",
      `${condition.bytes}: the spool has to hold a few reports: use at most a quarter of guard.spoolBytes (${spoolBytes})`,
    );
  }
  if (condition.ageMs > skewMs) {
    report(
      "guard.report.ageMs",
      `${condition.ageMs}: accesses that are reported so late can miss their windows: use at most guard.skewMs (${skewMs})`,
    );
  }
  return problems;
};
