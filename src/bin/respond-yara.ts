import { writeSync } from "node:fs";
import { text } from "node:stream/consumers";
import { compile } from "@litko/yara-x";
import { matchRules } from "../engines/playbook/node-commands/yara/match-rules.ts";
import { yaraAnswerDescriptor, type YaraRequest } from "../engines/playbook/node-commands/yara/yara-answer.ts";

/** The entry of the process of one command of `yara`: the request on standard input, the answer on a descriptor. */
const request = JSON.parse(await text(process.stdin)) as YaraRequest;
writeSync(yaraAnswerDescriptor, JSON.stringify(matchRules({ compile }, request)));
