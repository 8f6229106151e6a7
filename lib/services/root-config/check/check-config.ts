import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { nearestPackage } from '../workspace-packages';
import type { Form } from './form';
import { FormCheck } from './form-check';

/** What a check of the configuration found. */
export type ConfigFindings = Pick<FormCheck, 'problems' | 'unknownKeys'>;

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
  }
  return found;
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
