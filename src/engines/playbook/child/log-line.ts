import { inspect } from "node:util";
import { playbookBounds } from "../playbook.ts";
import type { LogLine } from "../runner.ts";
import { shortened } from "../protocol/error-text.ts";

const levels: readonly unknown[] = ["info", "warn", "error"] satisfies LogLine["level"][];
const isLevel = (level: unknown): level is LogLine["level"] => levels.includes(level);

/** What a playbook logs as a line: in JavaScript nobody keeps it from logging something else than a text. */
export const logLine = (atMs: number, level: unknown, text: unknown): LogLine => ({
  atMs,
  level: isLevel(level) ? level : "info",
  text: shortened(typeof text === "string" ? text : inspect(text), playbookBounds.lineChars),
});
