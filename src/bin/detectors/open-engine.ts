import type { ShippedKind } from "../../config/index.ts";
import type { DetectionEngine } from "../../engines/malware/index.ts";
import type { OpenEngine } from "./detector-settings.ts";

type Open = (setup: OpenEngine) => Promise<DetectionEngine>;

/** Each loads its engine alone. */
const kinds: Readonly<Record<ShippedKind, () => Promise<Open>>> = {
  digest: async () => (await import("./kinds/digest.ts")).openDigest,
  structure: async () => (await import("./kinds/structure.ts")).openStructure,
  yara: async () => (await import("./kinds/yara.ts")).openYara,
  clamav: async () => (await import("./kinds/clamav.ts")).openClamav,
  sigma: async () => (await import("./kinds/sigma.ts")).openSigma,
  script: async () => (await import("./kinds/script.ts")).openScript,
  sandbox: async () => (await import("./kinds/sandbox.ts")).openSandbox,
};

/** Loads and opens the engine of a kind. @throws MalwareError, UsageError for settings that it cannot use */
export const openEngine = async (kind: ShippedKind, setup: OpenEngine): Promise<DetectionEngine> =>
  (await kinds[kind]())(setup);
