import { fileURLToPath } from "node:url";
import type { NodeEnvironment } from "./demo-node.ts";

const contentOf = (folder: string): string => fileURLToPath(new URL(`../../../${folder}/demo`, import.meta.url));

/** Folders with playbooks and bindings beside those of the demo. */
export interface MoreAnswers {
  readonly playbooks: string;
  readonly rules: string;
}

/** What the nodes of a run are told about answers to events. */
export const respondEnvironment = ({ playbooks, rules }: MoreAnswers): NodeEnvironment => ({
  GARRISON_RESPOND__PLAYBOOKS: [contentOf("playbooks"), playbooks].join(","),
  GARRISON_RESPOND__RULES: [contentOf("rules"), rules].join(","),
  GARRISON_RESPOND__EGRESS: "127.0.0.1",
  GARRISON_RESPOND__LEASEMS: "2000",
  // Little, so that a playbook that leaks or hangs is soon over.
  GARRISON_RESPOND__CHILD__MAXOLDSPACEMB: "64",
  GARRISON_RESPOND__CHILD__STALLMS: "1500",
  GARRISON_RESPOND__POOL__SPARE: "1",
  GARRISON_RESPOND__POOL__MAX: "3",
  GARRISON_RESPOND__POOL__WARMTHREADS: "1",
});
