import { z } from "zod";
import type { GarrisonClient } from "../../client/index.ts";
import { severities, type Finding } from "../../engines/scan/index.ts";
import { asError, GarrisonError } from "../../base/errors.ts";

/** What tables, SARIF and exit codes look at; everything else of a finding is passed on as it came. */
const shown = z.looseObject({
  "template-id": z.string(),
  info: z.looseObject({ name: z.string(), severity: z.enum(severities), tags: z.array(z.string()).optional() }),
  "matched-at": z.string(),
  "matcher-name": z.string().optional(),
  "extractor-name": z.string().optional(),
  "extracted-results": z.array(z.string()).optional(),
  fingerprint: z.string(),
});

class FindingError extends GarrisonError<"bad-finding"> {}

const findingOf = (id: string, json: string): Finding => {
  try {
    return shown.parse(JSON.parse(json)) as unknown as Finding;
  } catch (cause) {
    throw new FindingError(
      "bad-finding",
      `scan ${id}: the node sent a finding that is none: ${asError(cause).message}`,
      {
        ids: { scan: id },
        cause,
      },
    );
  }
};

const pageSize = 500;

/** The findings of some scans as a node has them, a page at a time, until the signal aborts. */
export async function* remoteFindings(
  client: GarrisonClient,
  ids: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<Finding> {
  for (const id of ids) {
    let pageToken = "";
    do {
      if (signal.aborted) return;
      const page = await client.scans.findings(id, { pageSize, pageToken });
      for (const json of page.findings) yield findingOf(id, json);
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
  }
}
