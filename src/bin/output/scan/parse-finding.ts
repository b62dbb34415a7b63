import { z } from "zod";
import type { Finding } from "../../../engines/scan/index.ts";
import { severities } from "../../../engines/scan/template/severity.ts";

/** What reports, comparisons and exit codes look at; everything else of a finding is passed on as it came. */
const shown = z.looseObject({
  "template-id": z.string(),
  info: z.looseObject({ name: z.string(), severity: z.enum(severities), tags: z.array(z.string()).optional() }),
  "matched-at": z.string(),
  host: z.string().optional(),
  url: z.string().optional(),
  "matcher-name": z.string().optional(),
  "extractor-name": z.string().optional(),
  "extracted-results": z.array(z.string()).optional(),
  request: z.string().optional(),
  response: z.string().optional(),
  "curl-command": z.string().optional(),
  fingerprint: z.string(),
});

/** A finding from its JSON. @throws SyntaxError, or a ZodError that names the key */
export const parseFinding = (json: string): Finding => shown.parse(JSON.parse(json)) as unknown as Finding;
