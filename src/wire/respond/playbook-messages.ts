import { z } from "zod";
import { optionalText, optionalUint64, text, uint32 } from "../bytes/fields.ts";

/** A variable that somebody gives a value to. */
export const askedVariable = z.object({
  /** As in `__name__`. */
  name: text(),
  /** Of the variable types of CACAO. */
  type: text(),
  description: optionalText(),
});

const cacaoFacts = z.object({
  /** `playbook--…`. */
  id: text(),
  /** As written: names the version. */
  modified: text(),
  /** Data markings for people, such as `TLP:AMBER`. */
  markings: z.array(z.string()).default([]),
  /** `state`: trusted, valid, invalid or unverified. `by`: who signed, as far as that is known. `reason`: why, for people. */
  signatures: z.array(z.object({ state: text(), by: optionalText(), reason: text() })).default([]),
  /** Milliseconds since 1970; absent: always. */
  validFromMs: optionalUint64(),
  validUntilMs: optionalUint64(),
  /** How many. */
  warnings: uint32(),
  /** Variables that whoever runs it may give. */
  external: z.array(askedVariable).default([]),
});
/** What a CACAO playbook says of itself. */
export type CacaoFacts = z.infer<typeof cacaoFacts>;

const playbook = z.object({
  id: text(),
  version: text(),
  /** `module` or `cacao`. */
  kind: text(),
  bindings: z.array(z.string()).default([]),
  actions: z.array(z.string()).default([]),
  title: optionalText(),
  /** Names of those that it may read. */
  secrets: z.array(z.string()).default([]),
  /** Absent: it is a module. */
  cacao: z.exactOptional(cacaoFacts),
});
/** A playbook that a node has loaded. */
export type Playbook = z.infer<typeof playbook>;

const playbookProblem = z.object({ file: text(), at: text(), message: text() });
export const listPlaybooksResponse = z.object({
  catalog: text(),
  playbooks: z.array(playbook).default([]),
  problems: z.array(playbookProblem).default([]),
});
/** Bindings and playbooks as one node has loaded them. */
export type PlaybookListing = z.infer<typeof listPlaybooksResponse>;

export const playbookId = z.string("is missing").min(1).max(100);

export const getPlaybookRequest = z.object({ id: playbookId });
export const getPlaybookResponse = z.object({
  playbook,
  /** The JSON of a CACAO playbook; absent: it is a module. */
  code: optionalText(),
});
/** One playbook with its text. */
export type PlaybookText = z.infer<typeof getPlaybookResponse>;
