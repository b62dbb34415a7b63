import { STATUS_CODES } from "node:http";

/** What a request is answered with. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const banner = (name: string): string => `<h1> Interactsh Server </h1>

This is a server of Garrison that speaks interactsh's protocol. Who contacts names or addresses of <b>${name}</b> was made to,
by whoever tests the security of the application that did so.
`;

/**
 * What whoever contacts a url is answered, as interactsh does: templates look for the id, written backwards, to see that
 * the answer came through.
 *
 * @param word what holds the id; empty when there is none
 */
export const contactAnswer = (path: string, word: string, name: string): HttpAnswer => {
  const [type, body] = contentFor(path, Buffer.from(word, "latin1").reverse().toString("latin1"), name);
  return {
    status: 200,
    headers: { "Content-Type": `${type}; charset=utf-8`, Server: name, "X-Interactsh-Version": "garrison" },
    body,
  };
};

const contentFor = (path: string, reflection: string, name: string): readonly [type: string, body: string] => {
  const lower = path.toLowerCase();
  if (lower === "/" && reflection === "") return ["text/html", banner(name)];
  if (lower === "/robots.txt") return ["text/plain", `User-agent: *\nDisallow: / # ${reflection}`];
  if (lower.endsWith(".json")) return ["application/json", `{"data":"${reflection}"}`];
  if (lower.endsWith(".xml")) return ["application/xml", `<data>${reflection}</data>`];
  return ["text/html", `<html><head></head><body>${reflection}</body></html>`];
};

/** What a client's call is answered. */
export const callAnswer = (status: number, content: object): HttpAnswer => ({
  status,
  headers: {
    "Content-Type": "application/json; charset=utf-8",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
  },
  body: `${JSON.stringify(content)}\n`,
});

/** The answer as it goes on the wire. */
export const answerText = ({ status, headers, body }: HttpAnswer): string => {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${lines.join("")}\r\n${body}`;
};
