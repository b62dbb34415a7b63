import type { GarrisonClient } from "../../client/index.ts";
import type { Finding } from "../../engines/scan/index.ts";
import { asError, GarrisonError } from "../../base/errors.ts";
import { parseFinding } from "../output/scan/parse-finding.ts";

class FindingError extends GarrisonError<"bad-finding"> {}

const findingOf = (id: string, json: string): Finding => {
  try {
    return parseFinding(json);
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
