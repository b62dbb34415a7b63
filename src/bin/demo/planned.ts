import { systemClock } from "../../base/clock.ts";
import { systemRandom } from "../../base/random.ts";
import { clustersOf, plannedRequests, type Template } from "../../engines/scan/index.ts";

/** A request that a template sends to a target. */
export interface Planned {
  /** `GET /path?query` */
  readonly key: string;
  /** An earlier match of its template makes it unnecessary. */
  readonly endsWithMatch: boolean;
}

const defaults = { userAgent: "", headers: {} };

/** The templates whose requests are sent: of those that share one, the first. */
export const sendersOf = (templates: readonly Template[]): readonly Template[] =>
  clustersOf(templates).map(([first]) => first);

/** Requests of one template for one target, in their order. */
export const plannedBy = async (template: Template, target: string): Promise<readonly Planned[]> => {
  const planned: Planned[] = [];
  const dsl = { clock: systemClock, random: systemRandom };
  for await (const { request, endsWithMatch } of plannedRequests(template, target, defaults, dsl)) {
    if (request !== undefined) planned.push({ key: `${request.method} ${request.url.path}`, endsWithMatch });
  }
  return planned;
};
