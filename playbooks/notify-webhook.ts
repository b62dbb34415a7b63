import { type ActionContext, definePlaybook, type Json } from "garrison/playbook";
import { callApi } from "./_http.ts";

interface Message {
  readonly text: string;
  readonly event: { readonly id: string; readonly source: string; readonly kind: string };
}

/** Posts a line about the event to a chat or any other webhook that takes JSON with a `text`. Secret: `webhook-url`. */
export default definePlaybook({
  title: "Notify a webhook",
  secrets: ["webhook-url"],
  actions: {
    notify: {
      // Most webhooks post again what they get again; a second line is better than none.
      idempotent: true,
      timeoutMs: 10_000,
      run: (message: Message, context: ActionContext): Promise<Json> =>
        callApi(new URL(context.secret("webhook-url")), { method: "POST", body: { ...message } }, context),
    },
  },
  onStart: async ({ id, source, kind }, run) => {
    await run.act("notify", { text: `${kind} reported by ${source} (event ${id})`, event: { id, source, kind } });
  },
});
