import assert from "node:assert/strict";
import { accountOf, judgeAccounts, threshold, type Account } from "../../chaos/whole/guard/accounts.ts";

describe("the checks of accounts that front ends saw", () => {
  const none: ReadonlySet<string> = new Set();
  const account = (at: number, recorded: number, possible = recorded): Account => ({
    ...accountOf(at),
    recorded,
    possible,
  });
  const offender = account(0, threshold + 4);
  const innocent = account(1, threshold - 4);
  const everywhere = [new Set([offender.name]), new Set([offender.name])];

  it("want who exceeded the threshold denied by every front end, and nobody else", () => {
    const judged = judgeAccounts([offender, innocent], new Set([offender.name]), everywhere);
    assert.deepEqual(judged, { offenders: 1, missed: [], innocent: 1, blockedFalsely: [] });
  });

  it("find an offender that one front end lets through", () => {
    const { missed } = judgeAccounts([offender], new Set([offender.name]), [...everywhere, none]);
    assert.deepEqual(missed, [offender.name]);
  });

  it("find somebody whose accesses were counted twice, whether the service or a front end says so", () => {
    const listed = judgeAccounts([innocent], new Set([innocent.name]), [none]);
    const denied = judgeAccounts([innocent], none, [none, new Set([innocent.name])]);
    assert.deepEqual([listed.blockedFalsely, denied.blockedFalsely], [[innocent.name], [innocent.name]]);
  });

  it("say nothing of an account of which nobody knows whether it exceeded the threshold", () => {
    const unknown = account(2, threshold - 20, threshold + 4);
    const judged = judgeAccounts([unknown], none, [none]);
    assert.deepEqual(judged, { offenders: 0, missed: [], innocent: 0, blockedFalsely: [] });
  });
});
