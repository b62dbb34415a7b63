import { message, remoteProtocol } from "../../../cluster/index.ts";
import { scanHintCodecs } from "../../../wire/index.ts";
import type { ScanHint } from "./hint.ts";

/** Where the hints of other nodes arrive. */
export const hintsPath = "/scan/hints";

export const hintsProtocol = remoteProtocol<ScanHint>({
  name: "scan.hints",
  messages: {
    check: message(1, scanHintCodecs.check),
    work: message(2, scanHintCodecs.work),
    "subtask-ended": message(3, scanHintCodecs.subtaskEnded),
  },
});
