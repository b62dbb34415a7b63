import { type ActionContext, definePlaybook, type Json } from "garrison/playbook";
import { hostFields, sha256Fields, sourceAddressFields, textIn } from "./_field.ts";
import { below, callApi } from "./_http.ts";

interface Question {
  readonly of: "addresses" | "files" | "hosts";
  readonly value: string;
}

/**
 * Asks what is known of the address, the file and the host that an event names, side by side:
 * `GET <context-api-url>/{addresses,files,hosts}/<value>`. Secrets: `context-api-url`, `context-api-token`.
 */
export default definePlaybook({
  title: "Collect context",
  secrets: ["context-api-url", "context-api-token"],
  actions: {
    look: {
      idempotent: true,
      timeoutMs: 20_000,
      run: ({ of, value }: Question, context: ActionContext): Promise<Json> =>
        callApi(
          below(context.secret("context-api-url"), of, value),
          { method: "GET", token: context.secret("context-api-token") },
          context,
        ),
    },
  },
  onStart: async (event, run) => {
    const questions = (
      [
        ["addresses", sourceAddressFields],
        ["files", sha256Fields],
        ["hosts", hostFields],
      ] as const
    ).flatMap(([of, fields]) => {
      const value = textIn(event, fields);
      return value === undefined ? [] : [{ of, value }];
    });
    const outcomes = await run.join(questions.map((question) => run.act("look", question)));
    return questions.map(({ of, value }, at) => {
      const outcome = outcomes[at];
      return { of, value, known: outcome?.state === "done" ? outcome.output : null };
    });
  },
});
