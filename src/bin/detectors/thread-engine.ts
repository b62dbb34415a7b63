import type { Clock } from "../../base/clock.ts";
import type { DetectionEngine } from "../../engines/malware/index.ts";
import type { UnpackLimits } from "../../engines/malware/unpack/index.ts";
import type { Served } from "../../engines/malware/threads/serve-scans.ts";
import type { OpenedEngine } from "../../engines/malware/threads/threaded-engine.ts";

/** Which engine a thread is to open, and with what. */
export type ThreadEngine =
  | { readonly kind: "structure"; readonly maxObjectBytes: number; readonly limits: Partial<UnpackLimits> }
  | { readonly kind: "script" }
  | { readonly kind: "sigma"; readonly rules: readonly string[]; readonly maxObjectBytes: number };

const served = (engine: DetectionEngine, problems: readonly string[] = []): Served<OpenedEngine> => ({
  loaded: { description: engine.describe(), problems },
  scan: (object, signal) => engine.scan(object, signal),
});

/** Loads one engine, in the thread that scans with it. @throws MalwareError for rules that cannot be used */
export const openThreadEngine = async (clock: Clock, wanted: ThreadEngine): Promise<Served<OpenedEngine>> => {
  switch (wanted.kind) {
    case "structure": {
      const { createStructureEngine } = await import("../../engines/malware/structure/index.ts");
      return served(createStructureEngine({ ...wanted, clock }));
    }
    case "script": {
      const { createScriptEngine } = await import("../../engines/malware/script/index.ts");
      return served(createScriptEngine());
    }
    case "sigma": {
      const { createSigmaEngine } = await import("../../engines/malware/sigma/index.ts");
      const problems: string[] = [];
      const engine = await createSigmaEngine({
        ...wanted,
        onProblem: ({ file, line, message }) => problems.push(`${file}:${line}: ${message}`),
      });
      return served(engine, problems);
    }
  }
};
