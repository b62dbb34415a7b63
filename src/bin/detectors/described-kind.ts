import { asError } from "../../base/errors.ts";
import type { ShippedKind } from "../../config/index.ts";
import type { DetectorDescription } from "../../engines/malware/index.ts";
import type { Logger } from "../../kernel/index.ts";
import type { DetectorSettings } from "./detector-settings.ts";

type Describe = (settings: DetectorSettings) => Promise<DetectorDescription>;

/** Of the kinds that are known without their engine. The versions of the others are told by what they scan with. */
const described: Readonly<Partial<Record<ShippedKind, Describe>>> = {
  digest: async ({ digest }) => (await import("../../engines/malware/digest/index.ts")).describeDigest(digest),
  structure: async () => (await import("../../engines/malware/structure/describe-structure.ts")).describeStructure(),
  yara: async (settings) => {
    const { describeYara } = await import("../../engines/malware/yara/describe-yara.ts");
    const { yaraRules } = await import("./yara-rules.ts");
    return describeYara({ rules: yaraRules(settings) });
  },
  sigma: async ({ sigma }) => (await import("../../engines/malware/sigma/describe-sigma.ts")).describeSigma(sigma),
  script: async () => (await import("../../engines/malware/script/describe-script.ts")).describeScript(),
};

/**
 * What a detector of the kind would say of itself if it were started now, asked as often as one likes: rules are read again only when they
 * have changed. It never rejects: while the rules cannot be read it is what it was before, and `undefined` when there was nothing before.
 *
 * @returns undefined when only a detector can say it
 */
export const describedKind = (
  kind: ShippedKind,
  settings: DetectorSettings,
  log: Logger,
): (() => Promise<DetectorDescription | undefined>) | undefined => {
  const describe = described[kind];
  if (describe === undefined) return undefined;
  let last: DetectorDescription | undefined;
  let told = "";
  return async () => {
    try {
      last = await describe(settings);
      told = "";
    } catch (error) {
      const { message } = asError(error);
      if (message !== told) log.error({ kind, problem: message }, "the rules of a detector cannot be used");
      told = message;
    }
    return last;
  };
};
