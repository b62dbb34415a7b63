import { z } from "zod";
import { extensions, externalReferences, flag, identifier, text, timestamp, wholeNumber } from "./common.ts";
import { objectOf, type Properties, shown, supported } from "./property.ts";

/** What all data markings have (9.1). */
export const markingProperties = {
  id: shown(identifier, ""),
  name: shown(text.optional(), ""),
  description: shown(text.optional(), ""),
  created_by: shown(identifier, ""),
  created: shown(timestamp, ""),
  revoked: shown(flag.optional(), ""),
  valid_from: shown(timestamp.optional(), ""),
  valid_until: shown(timestamp.optional(), ""),
  labels: shown(z.array(text).min(1).optional(), ""),
  external_references: shown(externalReferences.min(1).optional(), ""),
  marking_extensions: shown(extensions.optional(), "a warning names each extension: none is executed"),
} satisfies Properties;

/** Keys of each type of marking (9.3 to 9.5). */
export const markingTypeProperties = {
  "marking-statement": {
    type: supported(z.literal("marking-statement"), ""),
    statement: supported(text, "shown with the playbook"),
  },
  "marking-tlp": {
    type: supported(z.literal("marking-tlp"), ""),
    tlpv2_level: supported(
      z.enum(["TLP:RED", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:GREEN", "TLP:CLEAR"]),
      "shown with the playbook",
    ),
  },
  "marking-iep": {
    type: supported(z.literal("marking-iep"), ""),
    name: supported(text, "shown with the playbook"),
    description: shown(text, ""),
    tlp: shown(text, ""),
    iep_version: shown(wholeNumber, ""),
    start_date: shown(timestamp, ""),
    end_date: shown(z.union([z.null(), timestamp], "is neither null nor a timestamp"), ""),
    encrypt_in_transit: shown(text, ""),
    permitted_actions: shown(text, ""),
    affected_party_notifications: shown(text, ""),
    attribution: shown(text, ""),
    unmodified_resale: shown(text, ""),
    external_references: shown(z.array(z.unknown()).optional(), "texts, or as of any marking"),
  },
} satisfies Readonly<Record<string, Properties>>;

export const markingShapes = {
  "marking-statement": objectOf({ ...markingProperties, ...markingTypeProperties["marking-statement"] }),
  "marking-tlp": objectOf({ ...markingProperties, ...markingTypeProperties["marking-tlp"] }),
  "marking-iep": objectOf({ ...markingProperties, ...markingTypeProperties["marking-iep"] }),
} as const;
