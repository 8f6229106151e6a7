import type { Environment } from '../engine/old-backend/old-backend';

/** Ids that createBackendPlugin and legacyPlugin take. */
const ID = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/i;

/** How a plugin keeps its address and its data. */
export interface PluginAddress {
  readonly id: string;
  /** The id is the name of a variable. */
  readonly isComputed?: boolean;
  /** Where its database, cache and log label come from, when that is not the id. */
  readonly envId?: string;
  /** Where it is mounted, when that is not `/api/<id>`. */
  readonly path?: string;
}

/** Chooses an id that keeps the old path and the old environment id apart where they differ. */
export function addressOf(
  path: string,
  environment: Environment | undefined,
  taken: ReadonlySet<string>,
): PluginAddress {
  const segment = /^\/api\/([^/]+)\/?$/.exec(path)?.[1];
  if (segment !== undefined && ID.test(segment)) {
    return { id: segment, envId: other(environment?.id, segment) };
  }
  const name = kebab(path);
  const candidates = [environment?.id, kebab(environment?.id ?? ''), name, `root-${name}`, 'root'];
  const isFree = (each: string | undefined): each is string =>
    each !== undefined && ID.test(each) && !taken.has(each);
  const chosen = candidates.find(isFree) ?? numbered('root', taken);
  return { id: chosen, envId: other(environment?.id, chosen), path: path === '' ? '/' : path };
}

function numbered(name: string, taken: ReadonlySet<string>): string {
  let number = 2;
  while (taken.has(`${name}-${number}`)) number += 1;
  return `${name}-${number}`;
}

function other(envId: string | undefined, id: string): string | undefined {
  return envId === id ? undefined : envId;
}

function kebab(text: string): string {
  return text
    .replace(/^\/api\//, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/[^a-zA-Z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .toLowerCase();
}
