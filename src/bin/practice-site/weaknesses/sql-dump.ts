import { bytes } from "../exchange.ts";
import type { Weakness } from "./weakness.ts";

const dump = `-- MySQL dump 10.13  Distrib 5.7.33, for Linux (x86_64)
--
-- Host: localhost    Database: fernhill
-- ------------------------------------------------------
DROP TABLE IF EXISTS \`customers\`;
CREATE TABLE \`customers\` (
  \`id\` int(11) NOT NULL AUTO_INCREMENT,
  \`name\` varchar(80) NOT NULL,
  PRIMARY KEY (\`id\`)
) ENGINE=InnoDB;
INSERT INTO \`customers\` VALUES (1,'Example Person'),(2,'Another Example');
`;

export const sqlDump: Weakness = {
  id: "sql-dump",
  gives: "The whole database.",
  routes: { "/backup.sql": () => bytes(dump) },
};
