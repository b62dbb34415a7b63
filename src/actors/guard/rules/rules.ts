import type { Random } from "../../../base/random.ts";
import { parseInterceptRule, type InterceptRule } from "../../../engines/intercept/index.ts";
import { StoreError, type Change, type Space } from "../../../store/index.ts";
import { rowsOf } from "../../claims/rows-of.ts";
import { InterceptionError } from "../errors.ts";
import { ruleHeadKey, ruleKey, rulePrefix } from "../service/records/keys.ts";
import { countsSame, parseStoredRule, storedRule, type StoredRule } from "./rule-record.ts";

/** So few that all of them fit into one page of the store, and into the table of every front end. */
export const mostRules = 256;

const mostTries = 5;

/** All rules at one moment. */
export interface RuleSet {
  /** Another one after each change; 0: there never was a rule. */
  readonly version: number;
  /** By number. */
  readonly rules: readonly StoredRule[];
}

/** The rules of all front ends, in the store. Each change is one commit that expects what it was made from. */
export class Rules {
  readonly #space: Space;
  readonly #random: Random;

  /** @param space `guardSpace` */
  constructor(space: Space, random: Random) {
    this.#space = space;
    this.#random = random;
  }

  /** The version of the rules: one small read. @throws StoreError */
  async version(): Promise<number> {
    return (await this.#space.records.get(ruleHeadKey))?.version ?? 0;
  }

  /** @throws StoreError; ZodError or InterceptError for a record that something else has written */
  async list(): Promise<RuleSet> {
    for (let tries = 1; tries <= mostTries; tries += 1) {
      const version = await this.version();
      const rules = await this.#read();
      if ((await this.version()) === version) return { version, rules };
    }
    throw changing();
  }

  /**
   * Makes a rule or replaces it.
   *
   * @returns whether there was none with this number
   * @throws InterceptError `invalid-rule`; InterceptionError `busy`: there are `mostRules` already, or others change rules all the time; StoreError
   */
  async put(rule: InterceptRule): Promise<boolean> {
    const valid = parseInterceptRule(rule);
    return this.#change(valid.number, (before, count) => {
      if (before === undefined && count >= mostRules) {
        throw new InterceptionError(
          "busy",
          `there are ${mostRules} rules: delete one before rule ${valid.number} is made`,
          {
            ids: { rule: valid.number },
          },
        );
      }
      const counting = before !== undefined && countsSame(before.rule, valid) ? before.counting : this.#random.id();
      const made = before?.made ?? this.#random.id();
      return { value: storedRule({ rule: valid, made, counting }), result: before === undefined };
    });
  }

  /** Its interceptions end with it. @throws InterceptionError `not-found`, `busy`; StoreError */
  async delete(number: number): Promise<void> {
    await this.#change(number, (before) => {
      if (before === undefined) {
        throw new InterceptionError("not-found", `there is no rule ${number}`, { ids: { rule: number } });
      }
      return { value: undefined, result: undefined };
    });
  }

  async #change<Result>(
    number: number,
    change: (
      before: StoredRule | undefined,
      count: number,
    ) => { readonly value: ReturnType<typeof storedRule> | undefined; readonly result: Result },
  ): Promise<Result> {
    for (let tries = 1; tries <= mostTries; tries += 1) {
      const version = await this.version();
      const rules = await this.#read();
      const { value, result } = change(
        rules.find(({ rule }) => rule.number === number),
        rules.length,
      );
      const key = ruleKey(number);
      const changes: readonly Change[] = [
        { type: "put", key: ruleHeadKey, value: {}, expectedVersion: version },
        value === undefined ? { type: "delete", key } : { type: "put", key, value },
      ];
      try {
        await this.#space.commit(undefined, changes);
        return result;
      } catch (thrown) {
        if (!(thrown instanceof StoreError && thrown.code === "version-conflict")) throw thrown;
      }
    }
    throw changing();
  }

  async #read(): Promise<readonly StoredRule[]> {
    const rules: StoredRule[] = [];
    const { records } = this.#space;
    for await (const { value } of rowsOf((page) => records.list(rulePrefix, page))) rules.push(parseStoredRule(value));
    return rules.toSorted((one, other) => one.rule.number - other.rule.number);
  }
}

const changing = (): InterceptionError =>
  new InterceptionError("busy", "others change the rules all the time: try again", { retryable: true });
