import { z } from "zod";
import { flag, record, text } from "./common.ts";
import { objectOf, type Properties, supported } from "./property.ts";

/** A variable (10.18.3). */
export const variableProperties = {
  type: supported(text, "the 15 types of the vocabulary; another one is read as `string`, with a warning"),
  description: supported(text.optional(), "shown to who answers a manual command"),
  // The text of the standard permits an object, which its schema does not.
  value: supported(
    z.union([text, z.null(), record], "is neither a text nor null nor an object").optional(),
    "text whichever the type, `null` for unknown; of a `dictionary` also a JSON object",
  ),
  constant: supported(flag.optional(), "assigning to it fails the step"),
  external: supported(flag.optional(), "of the playbook: the binding, the caller or the event gives the value"),
} satisfies Properties;

export const variableShape = objectOf(variableProperties);
