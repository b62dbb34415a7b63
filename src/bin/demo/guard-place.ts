import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { NodeEnvironment } from "./demo-node.ts";
import { FrontEndProcess } from "./front-end-process.ts";
import { demoRules, type DemoRules } from "./guard/demo-rules.ts";
import { TicketSystem } from "./guard/ticket-system.ts";
import type { MoreAnswers } from "./respond-environment.ts";

export interface GuardPlaceSetup {
  /** For what front ends and nodes share. */
  readonly folder: string;
  /** URL of the website behind the front ends. */
  readonly site: string;
  readonly random: Random;
  readonly clock: Clock;
}

/** What stands around the nodes for accesses to be intercepted. */
export interface GuardPlace {
  readonly rules: DemoRules;
  readonly frontEnds: readonly FrontEndProcess[];
  /** So many accesses a front end loses at most when it is killed. */
  readonly mayLose: number;
  readonly tickets: TicketSystem;
  /** The playbook that answers failed logins, and its binding. */
  readonly answers: MoreAnswers;
  /** What the nodes are told: each may be the proxy of the front ends. */
  readonly environment: NodeEnvironment;
  readonly configFile: string;
  stop(): Promise<void>;
}

const frontEndNames = ["front end 1", "front end 2"];
const mayLose = 8;
/** It comes with Garrison. */
export const loginsPlaybook = "failed-logins-answer";
const shipped = fileURLToPath(new URL(`../../../playbooks/${loginsPlaybook}.json`, import.meta.url));

/** Starts front ends and a ticket system, and writes what the nodes are to have. */
export const openGuardPlace = async ({ folder, site, random, clock }: GuardPlaceSetup): Promise<GuardPlace> => {
  const below = (name: string): string => join(folder, name);
  const answers = { playbooks: below("playbooks"), rules: below("bindings") };
  for (const made of Object.values(answers)) await mkdir(made, { recursive: true, mode: 0o700 });
  const rules = demoRules(random);
  const counted = { visits: rules.visits.number, logins: rules.logins.number, foldAccesses: mayLose };
  const frontEnds = frontEndNames.map((name) => {
    return new FrontEndProcess(name, { folder: below("shared"), site, ...counted }, clock);
  });
  const tickets = await TicketSystem.start();
  const stop = async (): Promise<void> => {
    await Promise.all([...frontEnds.map((frontEnd) => frontEnd.stop()), tickets.stop()]);
  };
  try {
    for (const frontEnd of frontEnds) await frontEnd.start();
    await copyFile(shipped, join(answers.playbooks, `${loginsPlaybook}.json`));
    const binding = bindingOf(rules, { frontEnd: frontEnds[0]?.url, tickets: tickets.url });
    // YAML, all of it.
    await writeFile(join(answers.rules, "failed-logins.yml"), JSON.stringify(binding));
    const secret = below("ticket-api-token");
    await writeFile(secret, random.id(), { mode: 0o600 });
    const configFile = below("garrison.yaml");
    await writeFile(configFile, JSON.stringify({ respond: { secrets: [{ name: "ticket-api-token", file: secret }] } }));
    const environment = environmentOf(below);
    return { rules, frontEnds, mayLose, tickets, answers, environment, configFile, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const bindingOf = (
  { logins }: DemoRules,
  urls: { readonly frontEnd: string | undefined; readonly tickets: string },
) => ({
  id: "failed-logins",
  run: [loginsPlaybook],
  when: {
    kinds: ["guard-crossing"],
    sources: ["garrison"],
    detection: { logins: { "rule.name": logins.name }, condition: "logins" },
  },
  variables: {
    __subject__: { field: "subject" },
    __field__: { field: "field" },
    __front_end__: { value: urls.frontEnd },
    __ticket_api__: { value: urls.tickets },
  },
});

const environmentOf = (below: (name: string) => string): NodeEnvironment => ({
  GARRISON_GUARD__PROXY: "true",
  GARRISON_GUARD__FOLDER: below("shared"),
  GARRISON_GUARD__SPOOLFOLDER: below("spool"),
  // The nodes scan a front end from there.
  GARRISON_GUARD__NEVERBLOCK: "127.0.0.1",
  // What is held up while a shard of a killed node has no owner still counts.
  GARRISON_GUARD__SKEWMS: "60000",
  // Most clients of the demo exceed the limit, to show that none is missed.
  GARRISON_GUARD__CAPS__ACTIVESHARE: "1",
});
