import type { Finding } from "../../../engines/scan/index.ts";
import { parseScanTarget } from "../../../engines/scan/target/target.ts";
import type { ScanEnd } from "./scan-result.ts";

/** What findings of a target may name as theirs: its URL, or hosts where the finding has none. */
const namesOf = (target: string): { readonly urls: readonly string[]; readonly hosts: readonly string[] } => {
  const { url, host, port } = parseScanTarget(target);
  return {
    urls: [target, ...(url === undefined ? [] : [url.href])],
    hosts: [target, ...(host === undefined ? [] : [host, `${host}:${port ?? ""}`])],
  };
};

/**
 * Whether some scans have looked at the place of an earlier finding again, so that it is gone if they did not find it:
 * its target was scanned and all of that was looked at, and its template was among those that were run.
 *
 * @param templates ids of the templates that were run; absent: all that the finding could be of
 */
export const lookedBy = (
  scans: readonly ScanEnd[],
  templates?: ReadonlySet<string>,
): ((finding: Finding) => boolean) => {
  const urls = new Set<string>();
  const hosts = new Set<string>();
  const complete = scans.filter(({ summary }) => summary?.complete === true);
  for (const names of complete.map(({ target }) => namesOf(target))) {
    for (const url of names.urls) urls.add(url);
    for (const host of names.hosts) hosts.add(host);
  }
  // Of two scans of one host, one that is incomplete may be the one that did not look.
  for (const { target } of scans.filter(({ summary }) => summary?.complete !== true)) {
    for (const host of namesOf(target).hosts) hosts.delete(host);
  }
  return ({ "template-id": id, url, host }) =>
    (templates === undefined || templates.has(id)) && (url === undefined ? hosts.has(host) : urls.has(url));
};
