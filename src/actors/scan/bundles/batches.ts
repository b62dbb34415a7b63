import { clustersOf, requestsOf, type Template } from "../../../engines/scan/index.ts";
import type { TemplateBatch } from "../engine.ts";

/**
 * Cuts templates, in the order of their ids, into batches of about `requests` requests. Templates that share their
 * requests stay together, at the place of the first; a template is never cut.
 */
export const batchesOf = (templates: readonly Template[], requests: number): readonly TemplateBatch[] => {
  const batches: TemplateBatch[] = [];
  let names: string[] = [];
  let planned = 0;
  for (const cluster of clustersOf(templates.toSorted((a, b) => (a.id < b.id ? -1 : 1)))) {
    const added = requestsOf(cluster);
    if (names.length > 0 && planned + added > requests) {
      batches.push({ templates: names, requests: planned });
      names = [];
      planned = 0;
    }
    names.push(...cluster.map(({ id }) => id));
    planned += added;
  }
  if (names.length > 0) batches.push({ templates: names, requests: planned });
  return batches;
};

/** The smallest parts of a batch that keep templates together which share their requests; of one such part, each template. */
export const partsOf = (templates: readonly Template[]): readonly TemplateBatch[] => {
  const clusters = clustersOf(templates);
  if (clusters.length === 1) {
    return templates.map(({ id, requestCount }) => ({ templates: [id], requests: requestCount }));
  }
  return clusters.map((cluster) => ({ templates: cluster.map(({ id }) => id), requests: requestsOf(cluster) }));
};
