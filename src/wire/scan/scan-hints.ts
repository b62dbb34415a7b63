import { z } from "zod";
import { garrison } from "#gen/garrison.js";
import { codecOf } from "../bytes/codec.ts";
import { scanIdShape } from "./scan-messages.ts";

const taskId = z.string("is missing").regex(scanIdShape, "not a scan id");
const aboutScan = z.object({ taskId });
const work = z.object({ taskId, node: z.string("is missing").min(1).max(64) });

/** Hints between the scan actors of nodes, as they travel. */
export const scanHintCodecs = {
  check: codecOf("ScanCheckHint", garrison.v1.ScanCheckHint, aboutScan),
  work: codecOf("ScanWorkHint", garrison.v1.ScanWorkHint, work),
  subtaskEnded: codecOf("ScanSubtaskEndedHint", garrison.v1.ScanSubtaskEndedHint, aboutScan),
};
