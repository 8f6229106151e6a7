import { GuideError } from '../engine/errors';

/** What `forklift new` makes. */
export type NewFeatureKind = 'plugin' | 'module' | 'service';

/** The pattern of ids in the new system, in lower case as packages are named. */
const ID = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** What package names have around the id. */
const AROUND = /^(?:backstage-)?(?:plugin-)?(.*?)(?:-backend(?:-module(?:-.*)?)?|-node|-common)?$/;

/**
 * Checks an id.
 *
 * @throws GuideError INVALID_ID, with the id that was probably meant
 */
export function assertFeatureId(what: string, id: string): void {
  const meant = suggestionFor(id);
  if (ID.test(id) && meant === id) return;
  const rule = ID.test(id)
    ? 'packages get their prefix and suffix by themselves'
    : 'an id starts with a letter and has lower case letters, digits and single hyphens';
  const fix = ID.test(meant) ? `. Use '${meant}'` : '';
  throw new GuideError('INVALID_ID', `'${id}' can not be the id of a ${what}: ${rule}${fix}`);
}

function suggestionFor(id: string): string {
  const kebab = id
    .replace(/^@[^/]+\//, '')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return AROUND.exec(kebab)?.[1] ?? kebab;
}

/** `tech-insights` as `techInsights`. */
export function camelCase(id: string): string {
  return id.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** `tech-insights` as `TechInsights`. */
export function pascalCase(id: string): string {
  const name = camelCase(id);
  return name[0].toUpperCase() + name.slice(1);
}
