import { misfit, type Modifier } from "./modifier.ts";

/** Case counts. */
export const cased: Modifier = (value, place) => {
  if (value.type === "text" || value.type === "reference") return [{ ...value, cased: true }];
  throw misfit(
    place,
    value.type === "pattern" ? 'is not needed with "re": there case counts without "i"' : "is for texts",
  );
};
