import { chainCases } from "./chains.cases.ts";
import type { CorpusCase } from "./corpus-case.ts";
import { detectionCases } from "./detection.cases.ts";
import { dnsCases } from "./dns.cases.ts";
import { fileCases } from "./file.cases.ts";
import { flowCases } from "./flows.cases.ts";
import { injectionCases } from "./injection.cases.ts";
import { interactionCases } from "./interactions.cases.ts";
import { sessionCases } from "./sessions.cases.ts";
import { socketCases } from "./sockets.cases.ts";

/** Templates of every protocol, by what they are about. */
export const corpus: Readonly<Record<string, readonly CorpusCase[]>> = {
  detection: detectionCases,
  injection: injectionCases,
  interactions: interactionCases,
  "logins and sessions": sessionCases,
  chains: chainCases,
  names: dnsCases,
  sockets: socketCases,
  files: fileCases,
  "flows and workflows": flowCases,
};
