import { isDeepStrictEqual } from 'node:util';
import { parse, parseDocument } from 'yaml';
import { readAppConfigs } from '../engine/app-configs';
import type { ConfigSetting } from '../engine/config-settings';
import type { BackendProject } from '../engine/find-project';

/** A place where the configuration says something else than the code did. */
export interface OtherSetting {
  readonly file: string;
  readonly path: string;
}

/**
 * Where a provider is configured otherwise than the code had it: the code went first, and now the
 * configuration is all there is.
 */
export function otherSettings(project: BackendProject, setting: ConfigSetting): OtherSetting[] {
  if (setting.place !== 'provider') return [];
  const parent = setting.path.slice(0, -1);
  const key = setting.path[setting.path.length - 1];
  const wanted: unknown = parse(setting.value);
  return readAppConfigs(project).flatMap(({ file, text }) => {
    const found = parent.reduce<unknown>((value, name) => memberOf(value, name), valueOf(text));
    const ids = Object.entries(isObject(found) ? found : {});
    const isSingle = ids.some(([, value]) => !isObject(value));
    const places = isSingle ? [[parent.join('.'), found] as const] : ids;
    return places.flatMap(([name, value]) => {
      const said = memberOf(value, key);
      if (said === undefined || isDeepStrictEqual(said, wanted)) return [];
      const path = isSingle ? [name, key] : [...parent, name, key];
      return [{ file, path: path.join('.') }];
    });
  });
}

/** What a configuration file says; nothing where it can not be read, as others report that. */
function valueOf(text: string): unknown {
  const document = parseDocument(text);
  return document.errors.length === 0 ? document.toJS() : undefined;
}

function memberOf(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
