import { maxSummariesPerMessage, type ExecutionSummary } from "../wire/index.ts";
import { fullMessageBytes, jsonBytes, messageBatches } from "./message-batches.ts";

/** A summary of its own for each answer where they do not fit into one message: each counts by its own claim. */
const partsOf = (summary: ExecutionSummary): readonly ExecutionSummary[] => {
  if (jsonBytes(summary) <= fullMessageBytes) return [summary];
  const { taskId, answers, givenBack } = summary;
  return [
    ...answers.map((answer) => ({ taskId, answers: [answer], givenBack: [] })),
    ...givenBack.map((one) => ({ taskId, answers: [], givenBack: [one] })),
  ];
};

/** Cuts summaries into batches that each fit into one message, in their order. None is empty. */
export const summaryBatches = (summaries: readonly ExecutionSummary[]): Generator<readonly ExecutionSummary[], void> =>
  messageBatches(summaries.flatMap(partsOf), maxSummariesPerMessage);
