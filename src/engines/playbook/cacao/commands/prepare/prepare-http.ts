import type { HttpApiCommand, OpenC2Command } from "../../model/command.ts";
import type { CommandPlace } from "../../run/prepare.ts";
import type { CommandAbout, HttpInput, Withheld } from "../command-input.ts";
import { CommandFailure } from "../failure.ts";
import { prepareAuthentication } from "./authentication.ts";
import type { Prepared } from "./prepared.ts";
import { requestContent } from "./request-content.ts";
import { requestHeaders } from "./request-headers.ts";
import { requestUrl } from "./request-url.ts";

/** Methods that change nothing, or the second time nothing more (RFC 9110, 9.2.2). */
const idempotentMethods: readonly string[] = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"];
const methodShape = /^[A-Z]{1,20}$/;
const openC2Type = "application/openc2+json;version=1.0";

/** A request of `http-api`, or of `openc2-http`, which is a POST with a content type of its own. */
export const prepareHttp = (
  command: HttpApiCommand | OpenC2Command,
  about: CommandAbout,
  { agent, target, authentication, scope }: CommandPlace,
): Prepared => {
  const { method, type } = command;
  const isOpenC2 = type === "openc2-http";
  if (!methodShape.test(method) || method === "CONNECT" || (isOpenC2 && method !== "POST")) {
    throw new CommandFailure(
      "threw",
      `a command of type ${type} with the method ${method}: use ${isOpenC2 ? "POST" : "GET, POST, …"}`,
    );
  }
  const url = requestUrl(target ?? agent, command.target, scope);
  const { shown, withheld } = requestHeaders(command.headers, scope);
  const content = command.content && requestContent(command.content, shown["content-type"]?.[0], scope);
  const access = authentication && prepareAuthentication(authentication, ["http-basic", "oauth2"], scope);
  const contentType = content && { "content-type": [isOpenC2 ? openC2Type : content.type] };
  const input: HttpInput = {
    ...about,
    method,
    url,
    headers: { ...contentType, ...shown },
    ...(content && { content: content.body }),
    ...(access && { authentication: access.type }),
  };
  const secret: Withheld = { headers: withheld, ...(access && { authentication: access }) };
  return { by: "thread", input, withheld: secret, idempotent: idempotentMethods.includes(method) };
};
