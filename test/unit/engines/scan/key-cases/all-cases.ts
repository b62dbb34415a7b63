import { extractorCases } from "./extractor.cases.ts";
import { httpCases } from "./http.cases.ts";
import { httpPayloadCases } from "./http-payload.cases.ts";
import { httpRawCases } from "./http-raw.cases.ts";
import { httpStateCases } from "./http-state.cases.ts";
import type { KeyCase } from "./key-case.ts";
import { matcherCases } from "./matcher.cases.ts";
import { templateCases } from "./template.cases.ts";
import { workflowCases } from "./workflow.cases.ts";

/** All cases by the file in which they stand. */
export const keyCases: Readonly<Record<string, readonly KeyCase[]>> = {
  "template.cases.ts": templateCases,
  "http.cases.ts": httpCases,
  "http-raw.cases.ts": httpRawCases,
  "http-payload.cases.ts": httpPayloadCases,
  "http-state.cases.ts": httpStateCases,
  "matcher.cases.ts": matcherCases,
  "extractor.cases.ts": extractorCases,
  "workflow.cases.ts": workflowCases,
};
