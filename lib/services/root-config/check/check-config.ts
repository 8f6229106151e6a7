import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { nearestPackage } from '../workspace-packages';
import type { JsonValue } from '@backstage/types';
import type { Form } from './form';
import { FormCheck } from './form-check';
import { pluginConnections } from './plugin-connections';
import { isToleratedMistake } from './tolerated-mistakes';

/** What a check of the configuration found, one message each. */
export interface ConfigFindings {
  /** What cannot be used. */
  problems: string[];
  /** What cannot be used either, and stops no start: the default is used instead. */
  tolerated: string[];
  /** Keys that nothing reads, as far as is known. */
  unknownKeys: string[];
}

/**
 * Compares the settings that this package reads with config.schema.json, which says what they should
 * look like. What other packages read is left alone.
 *
 * @param section - looks at one section only, for example `backend.logger`
 */
export function checkConfig(config: Config, section?: string): ConfigFindings {
  const root = readSchema();
  const found = new FormCheck(root);
  const form = section?.split('.').reduce<Form>((parent, key) => parent.properties![key]!, root);
  const value = section === undefined ? config.getOptional() : config.getOptional(section);
  if (value !== undefined) {
    found.check(form ?? root, value, section ?? '');
    if (section === undefined) {
      checkPluginConnections(found, root, value);
    }
  }
  const messages = (tolerated: boolean) =>
    found.problems
      .filter(({ path, value: wrong }) => isToleratedMistake(path, wrong) === tolerated)
      .map(({ message }) => message);
  return {
    problems: [...new Set(messages(false))],
    tolerated: messages(true),
    unknownKeys: found.unknownKeys,
  };
}

/** A plugin may say what is other for it only, so that all is there only once they are put together. */
function checkPluginConnections(found: FormCheck, root: Form, data: JsonValue): void {
  if (!found.problems.some(({ path }) => path.startsWith('backend.database.connection'))) {
    const form = root.definitions!.databaseConnection!;
    pluginConnections(data).forEach(([path, connection]) => found.check(form, connection, path));
  }
}

/** @throws InputError that names every mistake, see {@link checkConfig} */
export function assertConfig({ problems }: ConfigFindings): void {
  if (problems.length > 0) {
    throw new InputError(problems.join('\n'));
  }
}

function readSchema(): Form {
  return JSON.parse(
    readFileSync(join(nearestPackage(__dirname)!, 'config.schema.json'), 'utf8'),
  ) as Form;
}
