import { applySettings, type ConfigSetting } from '../engine/config-settings';
import { flowOf, literalValue } from '../engine/literal-value';
import type { BuilderOption } from '../engine/old-backend/old-backend';
import type { LiftContext } from './lift-context';

/** Where the configuration has what a method of the service builder set. */
const PATHS: Readonly<Record<string, readonly string[]>> = {
  setPort: ['backend', 'listen', 'port'],
  setHost: ['backend', 'listen', 'host'],
  enableCors: ['backend', 'cors'],
  setCsp: ['backend', 'csp'],
  setHttpsSettings: ['backend', 'https'],
};

/**
 * Moves what the service builder was told into app-config.yaml.
 *
 * @returns false when it is computed, when the configuration says something already, or when it has no
 * place for it: a person has to see to it
 */
export function configureOption(context: LiftContext, { name, call }: BuilderOption): boolean {
  const path = PATHS[name];
  const [argument] = call.arguments;
  const value = path && argument && literalValue(context.old.module, argument);
  if (!path || value === undefined) return false;
  const setting: ConfigSetting = { path, value: flowOf(value), place: 'base' };
  const edits = applySettings(context.project, [...context.settings, setting]);
  if (!edits?.some(each => each.after?.includes(`${path.at(-1)}: ${setting.value}`))) return false;
  context.settings.push(setting);
  const reason = `${name} is ${path.join('.')} in app-config.yaml now`;
  context.entry(argument, 'migrated', reason, 'service-builder-options');
  return true;
}
