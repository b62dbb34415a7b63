import { headerValue } from "./http1/response-head.ts";

const chinese = /gbk|gb2312|gb18030/i;
const decoder = new TextDecoder("gbk");

/**
 * A body in UTF-8 where its head says that it is in a Chinese encoding, as nuclei reads it: templates have their words
 * in UTF-8. All others are left as they are. The result is at most three times as long.
 */
export const inUtf8 = (body: Buffer, headers: readonly string[]): Buffer => {
  if (body.length === 0 || !chinese.test(headerValue(headers, "content-type"))) return body;
  return Buffer.from(decoder.decode(body));
};
