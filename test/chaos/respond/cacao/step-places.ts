import { z } from "zod";
import type { Step } from "../../../../src/client/index.ts";
import type { EndedStep } from "../request-checks.ts";

const one = z.tuple([z.coerce.number()]);
const input = z.object({ headers: z.object({ "x-stage": one, "x-part": one }) });

/** Which effect a step of a run has, by the headers of its request; undefined: it is none of `http-api` with them. */
export const httpPlaceOf = (run: string, step: Pick<Step, "input">): Omit<EndedStep, "endedAtMs"> | undefined => {
  const { data } = input.safeParse(step.input);
  return data && { run, stage: data.headers["x-stage"][0], part: data.headers["x-part"][0] };
};

/** The effects that the product says have ended. */
export const endedEffects = (run: string, steps: readonly Step[]): readonly EndedStep[] =>
  steps.flatMap((step) => {
    const place = httpPlaceOf(run, step);
    return place === undefined || step.endedAtMs === undefined ? [] : [{ ...place, endedAtMs: step.endedAtMs }];
  });
