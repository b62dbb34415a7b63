import { extractorCases } from "./extractor.cases.ts";
import { httpCases } from "./http.cases.ts";
import { httpPayloadCases } from "./http-payload.cases.ts";
import { httpRawCases } from "./http-raw.cases.ts";
import { httpStateCases } from "./http-state.cases.ts";
import { dnsCases } from "./dns.cases.ts";
import { networkCases } from "./network.cases.ts";
import { sslCases } from "./ssl.cases.ts";
import { websocketCases } from "./websocket.cases.ts";
import { fileCases } from "./file.cases.ts";
import { protocolCases } from "./protocol.cases.ts";
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
  "dns.cases.ts": dnsCases,
  "network.cases.ts": networkCases,
  "ssl.cases.ts": sslCases,
  "websocket.cases.ts": websocketCases,
  "file.cases.ts": fileCases,
  "protocol.cases.ts": protocolCases,
};
