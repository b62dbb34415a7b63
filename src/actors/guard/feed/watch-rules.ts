import { unreachable } from "../../../base/unreachable.ts";
import { same, type Context, type Props } from "../../../kernel/index.ts";
import type { Space } from "../../../store/index.ts";
import { longestWaitMs, lookOnChange } from "../../claims/look-on-change.ts";
import { remind } from "../../claims/remind.ts";
import { attempt } from "../../claims/store-calls.ts";
import type { RuleSet, Rules } from "../rules/rules.ts";
import type { Feed } from "./feed.ts";

/** The space changes with each report: the rules are looked at no more often. */
const pauseMs = 200;

export interface WatchRulesSetup {
  readonly feed: Feed;
  readonly rules: Pick<Rules, "version" | "list">;
  /** `guardSpace`. */
  readonly space: Space;
}

type WatchRulesMessage =
  | { readonly type: "look"; readonly seen: number }
  /** Look again once the space is past this revision. */
  | { readonly type: "wait"; readonly seen: number };

interface State {
  /** Of the rules that the feed has. */
  version: number | undefined;
}

/** Keeps the rules in the feed up to date. While the store does not answer those before hold. */
export const watchRulesProps = (setup: WatchRulesSetup): Props<State, WatchRulesMessage> => ({
  behavior: {
    initial: (context) => {
      context.self.tell({ type: "look", seen: 0 });
      return { version: undefined };
    },
    receive: async (state, { type, seen }, context): Promise<typeof same> => {
      switch (type) {
        case "look":
          await look(setup, state, context);
          remind(context, "wait", pauseMs, { type: "wait", seen });
          return same;
        case "wait":
          lookOnChange(setup.space, seen, longestWaitMs, context);
          return same;
        default:
          return unreachable(type);
      }
    },
  },
});

const look = async (
  { feed, rules }: WatchRulesSetup,
  state: State,
  context: Context<WatchRulesMessage>,
): Promise<void> => {
  const read = async (): Promise<RuleSet | undefined> =>
    (await rules.version()) === state.version ? undefined : rules.list();
  const got = await attempt(context, "reading the rules", read);
  if (got.status !== "ok" || got.value === undefined) return;
  state.version = got.value.version;
  feed.setRules(got.value.rules.map(({ rule }) => rule));
};
