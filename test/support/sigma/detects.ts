import type { EventData } from "../../../src/engines/events/index.ts";
import { compileDetection, EventView, type Placeholders, SigmaError } from "../../../src/engines/sigma/index.ts";
import { fieldPaths } from "../../../src/engines/events/fields/field-paths.ts";
import { eventOf } from "./event-of.ts";

type Source = Readonly<Record<string, unknown>>;

/** Whether a detection, as YAML has it, matches an event with this data. */
export const detects = (detection: Source, data: EventData, placeholders?: Placeholders): boolean =>
  compileDetection(detection, { at: "detection", placeholders }).matches(new EventView(eventOf(data), fieldPaths));

/** The same for one selection. */
export const selects = (selection: unknown, data: EventData, placeholders?: Placeholders): boolean =>
  detects({ selection, condition: "selection" }, data, placeholders);

/** What the compilation of a detection is refused with; undefined when it is not. */
export const refusal = (detection: unknown): Pick<SigmaError, "code" | "at"> | undefined => {
  try {
    compileDetection(detection, { at: "detection" });
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof SigmaError)) throw thrown;
    return { code: thrown.code, at: thrown.at };
  }
};

/** The same for one selection. */
export const selectionRefusal = (selection: unknown): Pick<SigmaError, "code" | "at"> | undefined =>
  refusal({ selection, condition: "selection" });
