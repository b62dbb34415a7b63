import { text } from "../exchange.ts";
import type { Weakness } from "./weakness.ts";

const config = `[core]
	repositoryformatversion = 0
	filemode = true
	bare = false
	logallrefupdates = true
[remote "origin"]
	url = git@git.fernhill.example:web/site.git
	fetch = +refs/heads/*:refs/remotes/origin/*
[branch "main"]
	remote = origin
	merge = refs/heads/main
`;

export const gitConfig: Weakness = {
  id: "git-config",
  gives: "The repository, and with it the source and its history, can be downloaded.",
  routes: {
    "/.git/config": () => text(config),
    "/.git/HEAD": () => text("ref: refs/heads/main\n"),
  },
};
