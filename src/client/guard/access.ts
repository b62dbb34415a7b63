/** One access to a front end, before it is let through. */
export interface Access {
  /** Numbers of the rules that it falls under: it counts for them, and they can intercept it. */
  readonly rules: readonly number[];
  /** Numbers of rules that can intercept it and for which it does not count, such as one that counts only logins that have failed. */
  readonly decideBy?: readonly number[] | undefined;
  /** Address of the client, in any spelling. */
  readonly ip?: string | undefined;
  readonly account?: string | undefined;
  /** Further fields that rules count for, by name. */
  readonly fields?: Readonly<Record<string, string>> | undefined;
}

/** What is to be done with an access. */
export type Verdict = "allow" | "deny" | "challenge";

/** Why an access is intercepted. */
export interface Decision {
  readonly verdict: Verdict;
  /** Number of the rule; 0 for a manual block. Undefined where no rule decided: it is allowed, or no table was ever received. */
  readonly rule: number | undefined;
  /** Until when, Unix time in milliseconds. */
  readonly untilMs: number | undefined;
}
