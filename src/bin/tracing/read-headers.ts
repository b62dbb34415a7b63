import { readSecretFile } from "../../control/index.ts";
import { UsageError } from "../process/usage-error.ts";

const mostHeaders = 16;
const shape = /^(?<name>[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}):[ \t]*(?<value>[\x20-\x7e]{1,800}?)[ \t]*$/;

/**
 * The headers that a receiver of traces wants, mostly a token.
 * @throws UsageError for a file that is not there, or a line that is no `NAME: VALUE`, whose text is not repeated; ControlError
 * `token-unsafe` for a file that others may use
 */
export const readHeaders = async (file: string): Promise<Readonly<Record<string, string>>> => {
  const text = await readSecretFile(file, "headers of the receiver of traces");
  if (text === undefined) throw new UsageError(`tracing.headersFile: there is no file ${file}`);
  const headers: Record<string, string> = {};
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const { name, value } = shape.exec(line)?.groups ?? {};
    if (name === undefined || value === undefined) {
      throw new UsageError(`tracing.headersFile: line ${index + 1} of ${file} is no header: write NAME: VALUE`);
    }
    headers[name] = value;
  }
  if (Object.keys(headers).length > mostHeaders) {
    throw new UsageError(`tracing.headersFile: ${file} has more than ${mostHeaders} headers`);
  }
  return headers;
};
