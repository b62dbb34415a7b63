import type { EngineCase } from "../engine-case.ts";
import { dnsCases } from "./dns.ts";
import { fileCases } from "./file.ts";
import { flowCases } from "./flow.ts";
import { rawCases } from "./http-raw.ts";
import { httpCases } from "./http.ts";
import { interactionCases } from "./interactions.ts";
import { selfContainedCases } from "./self-contained.ts";
import { socketCases } from "./sockets.ts";
import { workflowCases } from "./workflow.ts";

/** At least one for each template of `engine-cases` that is supported. */
export const engineCases: readonly EngineCase[] = [
  ...httpCases,
  ...rawCases,
  ...interactionCases,
  ...selfContainedCases,
  ...dnsCases,
  ...socketCases,
  ...fileCases,
  ...flowCases,
  ...workflowCases,
];
