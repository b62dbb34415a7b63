import { z } from "zod";
import { externalReferences, identifier, text } from "./common.ts";
import { objectOf, type Properties, shown } from "./property.ts";

/** The definition of an extension (8.1). */
export const extensionDefinitionProperties = {
  type: shown(z.literal("extension-definition"), ""),
  name: shown(text, "named in the warning"),
  description: shown(text.optional(), ""),
  created_by: shown(identifier, ""),
  schema: shown(text, "never fetched"),
  version: shown(text, ""),
  external_references: shown(externalReferences.optional(), ""),
} satisfies Properties;

export const extensionDefinitionShape = objectOf(extensionDefinitionProperties);
