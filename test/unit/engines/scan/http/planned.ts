import { systemClock } from "../../../../../src/base/clock.ts";
import { seededRandom } from "../../../../../src/base/random.ts";
import {
  type PlannedRequest,
  plannedRequests,
  type RequestDefaults,
  type Template,
} from "../../../../../src/engines/scan/index.ts";
import { compiled, withBlock } from "../sample.ts";

export const defaults: RequestDefaults = { userAgent: "agent/1", headers: {} };

/** What a template sends to a target before anything is answered. */
export const planned = async (
  template: Template,
  target: string,
  own: Partial<RequestDefaults> = {},
): Promise<readonly PlannedRequest["request"][]> => {
  const requests: PlannedRequest["request"][] = [];
  const dsl = { clock: systemClock, random: seededRandom(1) };
  for await (const { request } of plannedRequests(template, target, { ...defaults, ...own }, dsl))
    requests.push(request);
  return requests;
};

/** The same for a template with one http block. */
export const plannedOf = (
  block: string,
  target: string,
  own: Partial<RequestDefaults> = {},
): Promise<readonly PlannedRequest["request"][]> => planned(compiled(withBlock(block)), target, own);

/** Their URLs. */
export const urlsOf = async (block: string, target: string): Promise<readonly (string | undefined)[]> =>
  (await plannedOf(block, target)).map((request) => request?.url.href);
