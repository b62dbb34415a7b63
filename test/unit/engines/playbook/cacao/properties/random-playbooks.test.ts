import assert from "node:assert/strict";
import fc from "fast-check";
import { checkKilledPlan, checkPlan, type Compared } from "../../../../../support/cacao-model/check-plan.ts";
import { plans } from "../../../../../support/cacao-model/plan.ts";
import { seedOf } from "../../../../../support/seed.ts";

/** How many playbooks are compared; more of them by hand. `CACAO_SHRINK=no`: what is found is not made small. */
const count = Number(process.env["CACAO_PLAYBOOKS"] ?? 250);
const fcOptions = { seed: seedOf(), endOnFailure: process.env["CACAO_SHRINK"] === "no" };

/** Fails when too little was compared. */
const checkEnough = (compared: readonly Compared[]): void => {
  const failed = compared.filter((one) => one.failed).length;
  const commands = compared.reduce((sum, one) => sum + one.commands, 0);
  const state = `${compared.length} playbooks, ${failed} of them failed, ${commands} commands`;
  assert.ok(failed > compared.length / 25 && failed < (compared.length * 9) / 10, state);
  assert.ok(commands > compared.length * 3, state);
};

describe("random CACAO playbooks", function () {
  this.timeout(Math.max(60_000, count * 200));

  it("are executed as a literal interpreter executes them", async () => {
    const compared: Compared[] = [];
    await fc.assert(
      fc.asyncProperty(plans, fc.nat(), async (plan, seed) => {
        const one = await checkPlan(plan, seed);
        fc.pre(one !== undefined);
        compared.push(one);
      }),
      { ...fcOptions, numRuns: count },
    );
    checkEnough(compared);
  });

  it("are executed as a literal interpreter executes them, however often they are killed", async () => {
    const compared: Compared[] = [];
    const kills = fc.array(fc.nat(999), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(plans, fc.nat(), kills, async (plan, seed, moments) => {
        compared.push(await checkKilledPlan(plan, seed, moments));
      }),
      { ...fcOptions, numRuns: count / 2 },
    );
    checkEnough(compared);
  });
});
