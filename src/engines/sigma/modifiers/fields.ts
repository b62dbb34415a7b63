import { plainText } from "../text/part.ts";
import { misfit, type Modifier } from "./modifier.ts";

/** The value is the name of another field. */
export const fieldref: Modifier = (value, place) => {
  const field = value.type === "text" ? plainText(value.parts) : undefined;
  if (value.type !== "text" || value.bytes || value.placed || field === undefined || field === "") {
    throw misfit(
      place,
      "needs the name of a field, without wildcards; contains, startswith and endswith stand behind it",
    );
  }
  return [{ type: "reference", field, relation: "equals", cased: value.cased }];
};

/** The value says whether the field has to be there. */
export const exists: Modifier = (value, place) => {
  if (!place.first) throw misfit(place, "has to be the first one");
  if (value.type !== "boolean") throw misfit(place, "needs true or false");
  return [{ type: "exists", expected: value.boolean }];
};

/** The value is a network. */
export const cidr: Modifier = (_value, place) => {
  if (!place.first) throw misfit(place, "has to be the first one");
  if (typeof place.source !== "string") throw misfit(place, "needs a network such as '10.0.0.0/8'");
  return [{ type: "network", cidr: place.source }];
};
