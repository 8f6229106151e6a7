import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import type * as Yaml from 'yaml';
import type { ConfigLoadErrorCode } from './errors';

/** Why the configuration cannot be used. */
export interface ConfigProblem {
  code: ConfigLoadErrorCode;
  message: string;
}

/**
 * Says what is wrong with a configuration file.
 *
 * @param path - the file, absolute
 * @param failure - the message of the error that reading the configuration ended with
 * @param argv - the process arguments that chose the files
 * @returns undefined when the file is not the one at fault
 */
export function explainConfigFile(
  path: string,
  failure: string,
  argv: string[],
): ConfigProblem | undefined {
  if (!existsSync(path)) {
    return { code: 'CONFIG_NOT_FOUND', message: explainMissing(path, argv) };
  }
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return { code: 'CONFIG_UNREADABLE', message: explainUnreadable(path, error) };
  }
  return explainContent(path, text, failure);
}

function explainMissing(path: string, argv: string[]): string {
  if (!argv.some(arg => arg === '--config' || arg.startsWith('--config='))) {
    return (
      `There is no configuration: "${path}" does not exist. Create it, ` +
      'or say where yours is with --config <file> (it may be given several times).'
    );
  }
  const folder = dirname(path);
  const others = existsSync(folder)
    ? readdirSync(folder).filter(name => /\.ya?ml$/.test(name) && name !== basename(path))
    : undefined;
  const found = !others
    ? `The folder "${folder}" does not exist either.`
    : others.length > 0
      ? `In that folder there are: ${others.slice(0, 10).join(', ')}.`
      : `There is no YAML file in "${folder}".`;
  const given = relative(process.cwd(), path) || path;
  return (
    `The configuration file "${path}", given as --config ${given}, does not exist. ${found} ` +
    `Paths are relative to the working folder, which is "${process.cwd()}".`
  );
}

function explainUnreadable(path: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'EISDIR'
    ? `The configuration file "${path}" is a folder: name the file in it, for example --config app-config.yaml.`
    : `The configuration file "${path}" cannot be read, ${message}: check who may read it.`;
}

function explainContent(path: string, text: string, failure: string): ConfigProblem | undefined {
  const { LineCounter, parseDocument } = require('yaml') as typeof Yaml;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [parseError] = document.errors;
  if (parseError) {
    return { code: 'CONFIG_NOT_YAML', message: explainParseError(path, parseError) };
  }
  const data: unknown = document.toJS();
  if (data !== null && (typeof data !== 'object' || Array.isArray(data))) {
    return {
      code: 'CONFIG_NOT_AN_OBJECT',
      message:
        `The configuration file "${path}" contains ${Array.isArray(data) ? 'a list' : `a ${typeof data}`} ` +
        'where keys are expected, for example "backend:" on its first line.',
    };
  }
  return explainValue(path, document, lines, failure);
}

function explainParseError(path: string, error: Yaml.YAMLParseError): string {
  const at = error.linePos?.[0];
  // The first line of the message is the reason, the rest of it draws the place.
  const [reason, ...drawing] = error.message.trimEnd().split('\n');
  return [
    `The configuration file "${path}" is not valid YAML${at ? ` (line ${at.line}, column ${at.col})` : ''}: ` +
      (error.code === 'MULTIPLE_DOCS'
        ? 'it holds several documents. Put each into a file of its own, and name them with several --config'
        : reason.replace(/ at line \d+, column \d+:?$/, '')),
    ...drawing.map(maskSecret),
  ].join('\n');
}

/** Hides the value in a line whose key sounds like that of a secret: the message goes to the log. */
function maskSecret(line: string): string {
  return line.replace(
    /([\w-]*(?:secret|token|password|credential|key|connection)[\w-]*["']?\s*:\s*)\S.*/i,
    '$1***',
  );
}

/** Finds the line of a value that could not be worked out, of which config-loader says the path. */
function explainValue(
  path: string,
  document: Yaml.Document,
  lines: Yaml.LineCounter,
  failure: string,
): ConfigProblem | undefined {
  const [, place, reason] =
    failure.split(`"${path}", `)[1]?.match(/^error at (\S*), ((?:.|\n)*)$/) ?? [];
  if (place === undefined) {
    return undefined;
  }
  const keys = place.split(/[.[\]]/).filter(Boolean);
  const node = document.getIn(keys, true) as Yaml.Node | undefined;
  const line = node?.range ? `, line ${lines.linePos(node.range[0]).line}` : '';
  return {
    code: 'CONFIG_INVALID',
    message: `The configuration file "${path}" has a value that cannot be used at ${keys.join('.')}${line}: ${reason.trimEnd().split('\n').map(maskSecret).join('\n')}`,
  };
}
