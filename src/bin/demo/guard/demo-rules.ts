import type { Random } from "../../../base/random.ts";
import { parseInterceptRule, type InterceptRule } from "../../../engines/intercept/index.ts";

/** What the front ends of the demo count. */
export interface DemoRules {
  /** Of a client's address. */
  readonly visits: InterceptRule;
  /** Of an account, which all fail. */
  readonly logins: InterceptRule;
}

const mostNumber = 65_535;
/** Longer than the demo: whoever is intercepted stays so. */
const windowMs = 600_000;

/** Rules with numbers that no earlier run on a store that stays is likely to have had. */
export const demoRules = (random: Random): DemoRules => {
  const number = 1 + random.below(mostNumber - 1);
  const times = { windowMs, blockMs: windowMs };
  return {
    visits: parseInterceptRule({ number, name: "visits", subject: "ip", threshold: 16, ...times }),
    logins: parseInterceptRule({
      number: number + 1,
      name: "failed-logins",
      subject: "account",
      threshold: 5,
      ...times,
    }),
  };
};
