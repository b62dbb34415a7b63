import type { KeyCase } from "./key-case.ts";
import { operatorCases, payloadCases } from "./operator-cases.ts";
import { blockText } from "./template-text.ts";
import { websocketSite } from "./websocket-site.ts";

const site = websocketSite();
const address = 'address: "{{BaseURL}}"';
const say = (...inputs: readonly string[]): string => `inputs: [${inputs.map((one) => `{${one}}`).join(", ")}]`;
const hello = `${address}\n${say("data: hello")}`;

export const websocketCases: readonly KeyCase[] = [
  ...operatorCases({ place: "websocket", keys: hello, site, word: "got", part: "response" }),
  ...payloadCases("websocket", `${address}\n${say('data: "{{word}}"')}`, site, (word) => word),
  {
    place: "websocket",
    key: "attack",
    shows: "how several lists of payloads are combined",
    template: blockText(
      "websocket",
      `${address}\n${say('data: "{{a}}{{b}}"')}\nattack: pitchfork\npayloads: {a: [x, y], b: ["1", "2"]}`,
    ),
    to: "clusterbomb",
    site,
    unordered: true,
    expected: { sent: ["x1", "y2"] },
    changed: { sent: ["x1", "x2", "y1", "y2"] },
  },
  {
    place: "websocket",
    key: "address",
    shows: "where to connect",
    template: blockText("websocket", 'address: "ws://{{Hostname}}/chat?x=1"'),
    to: "{{BaseURL}}",
    site: websocketSite(({ url }) => url),
    expected: { sent: ["/chat?x=1"] },
    changed: { sent: ["/"] },
  },
  {
    place: "websocket",
    key: "headers",
    shows: "sent with the handshake",
    template: blockText("websocket", `${address}\nheaders: {Origin: "http://{{Host}}.evil.test"}`),
    site: websocketSite(({ headers }) => headers.origin ?? "none"),
    expected: { sent: ["http://127.0.0.1.evil.test"] },
    changed: { sent: ["none"] },
  },
  {
    place: "websocket",
    key: "inputs",
    shows: "messages, each sent when the one before was answered",
    template: blockText("websocket", `${address}\n${say("data: a", "data: b")}`),
    site,
    expected: { sent: ["a", "b"] },
    changed: { sent: [] },
  },
  {
    place: "websocketInput",
    key: "data",
    shows: "the message",
    template: blockText("websocket", `${address}\n${say('data: "{{to_upper(Scheme)}}"')}`),
    site,
    expected: { sent: ["HTTP"] },
    changed: { sent: [""] },
  },
  {
    place: "websocketInput",
    key: "name",
    shows: "the name of the message that came back",
    template: blockText(
      "websocket",
      `${address}\n${say("data: a, name: first", "data: b")}\nmatchers: [{type: word, part: first, words: [got a]}]`,
    ),
    site,
    expected: { findings: ["k"] },
    changed: { findings: [] },
  },
];
