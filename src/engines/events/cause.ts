import { createHash } from "node:crypto";
import { z } from "zod";
import { keyOf, ownSource, type Cause, type SecurityEvent } from "./security-event.ts";

/** Links of a chain, whatever the config says. */
export const mostLinks = 16;
/** A key, the id of a playbook and a hash, with room to spare. */
const linkChars = 300;

export const causeShape = z.strictObject({
  chain: z.array(z.string().min(1).max(linkChars)).max(mostLinks).readonly(),
});

/** Why a playbook is not run for an event that answers to others led to. `depth`: there are too many of them. `cycle`: it ran for the same subject before. */
export type Loop = "depth" | "cycle";

/** Of what the run of a playbook for this event does. */
export const causeOfRun = (event: SecurityEvent, playbook: string): Cause => ({
  chain: [...(event.cause?.chain ?? []), linkOf(event, playbook)].slice(-mostLinks),
});

/**
 * Whether a playbook must not run for this event, since it would go on with a loop.
 * @param depth events in a row that may start playbooks, 1 … `mostLinks`
 */
export const loopOf = (event: SecurityEvent, playbook: string, depth: number): Loop | undefined => {
  const chain = event.cause?.chain ?? [];
  if (chain.length >= depth) return "depth";
  const subject = subjectOf(event);
  if (subject === undefined) return undefined;
  const again = ` ${playbook} ${subject}`;
  return chain.some((link) => link.endsWith(again)) ? "cycle" : undefined;
};

/** The events that led to this one, by their keys, the first one first, each with the playbook that answered it. */
export const causingEvents = ({
  cause,
}: SecurityEvent): readonly { readonly event: string; readonly playbook: string }[] =>
  (cause?.chain ?? []).map((link) => {
    const [event = "", playbook = ""] = link.split(" ");
    return { event, playbook };
  });

const linkOf = (event: SecurityEvent, playbook: string): string => {
  const subject = subjectOf(event);
  return `${keyOf(event)} ${playbook}${subject === undefined ? "" : ` ${subject}`}`;
};

/** Devices name their subjects in many ways: of their events, which begin a chain, it is not known. */
const subjectOf = ({ source, data: { field, subject } }: SecurityEvent): string | undefined =>
  source === ownSource && typeof field === "string" && typeof subject === "string"
    ? createHash("sha256").update(`${field}\0${subject}`).digest("hex").slice(0, 16)
    : undefined;
