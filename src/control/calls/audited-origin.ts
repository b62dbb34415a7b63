import type { AuditRecord } from "../../wire/index.ts";
import type { TurnedAway } from "../access/judge-call.ts";

/** Who called, as audit records say it. */
export const auditedOrigin = (
  origin: TurnedAway["origin"],
): Pick<AuditRecord, "caller" | "role" | "by" | "through"> => ({
  caller: origin?.caller?.name ?? "",
  role: origin?.caller?.role ?? "",
  by: origin?.caller?.by ?? "",
  through: origin?.through ?? "",
});
