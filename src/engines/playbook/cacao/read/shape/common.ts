import { z } from "zod";
import { timestampMs, timestampShape } from "../../timestamp.ts";
import { objectOf, type Properties, shown } from "./property.ts";
import type { Rule } from "../rules.ts";

const uuid = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-5][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}";

/** `type--UUID` (10.10). */
export const identifierShape = new RegExp(`^([a-z][a-z0-9-]+[a-z0-9])--${uuid}$`);

/** What stands before `--` in an identifier; undefined: it is none. */
export const idTypeOf = (id: string): string | undefined => identifierShape.exec(id)?.[1];

export const text = z.string();
export const flag = z.boolean();

export const identifier = z
  .string()
  .regex(identifierShape, "is no identifier: write the type, -- and a UUID, such as action--…");

/** RFC 3339 in UTC (10.17). */
export const timestamp = z
  .string()
  .regex(timestampShape, "is no timestamp: write it in UTC, such as 2026-01-31T08:00:00.000Z")
  .refine((written) => !timestampShape.test(written) || timestampMs(written) !== undefined, {
    message: "is a day or a second that does not exist",
    params: { rule: "timestamp" satisfies Rule },
  });

/** A number of the standard without a fraction; JSON knows no other difference. */
export const wholeNumber = z.number().refine(Number.isInteger, "is no whole number");

export const record = z.record(z.string(), z.unknown());

/** A dictionary that the standard wants to have an entry. */
export const filledRecord = record.refine((entries) => Object.keys(entries).length > 0, {
  message: "is empty: leave the key out",
});

/** External references (10.9). */
export const externalReferenceProperties = {
  name: shown(text, "of the source"),
  description: shown(text.optional(), ""),
  source: shown(text.optional(), ""),
  url: shown(text.optional(), "never fetched"),
  external_id: shown(text.optional(), ""),
  reference_id: shown(text.optional(), ""),
} satisfies Properties;

export const externalReferences = z.array(objectOf(externalReferenceProperties));

const extensionId = new RegExp(`^extension-definition--${uuid}$`);

/** Values of extensions by the ids of their definitions (section 8). They are warned of, and not looked into. */
export const extensions = filledRecord.superRefine((entries, context) => {
  for (const [id, value] of Object.entries(entries)) {
    if (extensionId.test(id) && (typeof value !== "object" || value === null || Array.isArray(value))) {
      context.addIssue({ code: "custom", path: [id], message: "has to be an object" });
    }
  }
});
