import type { Template } from "../template/template.ts";

/** Templates that send the same requests, which are sent once and judged by all of them. At least one. */
export type Cluster = readonly [Template, ...(readonly Template[])];

/** Which requests a template shares with others of the same key; undefined: it runs by itself. */
const clusterKeyOf = ({
  blocks,
  flow,
  workflow,
  variables,
  constants,
  selfContained,
}: Template): string | undefined => {
  const [block] = blocks;
  if (blocks.length !== 1 || flow !== undefined || workflow !== undefined || selfContained) return undefined;
  if (!variables.isEmpty || Object.keys(constants).length > 0) return undefined;
  return block?.clusterKey;
};

/** The templates in their order, those that share their requests together at the place of the first. */
export const clustersOf = (templates: readonly Template[]): readonly Cluster[] => {
  const clusters: [Template, ...Template[]][] = [];
  const byKey = new Map<string, Template[]>();
  for (const template of templates) {
    const key = clusterKeyOf(template);
    const known = key === undefined ? undefined : byKey.get(key);
    if (known !== undefined) {
      known.push(template);
      continue;
    }
    const cluster: [Template, ...Template[]] = [template];
    clusters.push(cluster);
    if (key !== undefined) byKey.set(key, cluster);
  }
  return clusters;
};

/** Requests that a cluster sends at most. */
export const requestsOf = ([first]: Cluster): number => first.requestCount;
