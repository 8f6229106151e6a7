import type { Config } from '@backstage/config';
import type { ActionsServiceActionAttributes, RootConfigService } from '../../api';

/** What a filter looks at. */
export interface FilteredAction {
  id: string;
  attributes: ActionsServiceActionAttributes;
}

const ATTRIBUTES = ['destructive', 'readOnly', 'idempotent'] as const;

function readRule(rule: Config): (action: FilteredAction) => boolean {
  const pattern = rule.getOptionalString('id');
  const wanted = ATTRIBUTES.map(
    name => [name, rule.getOptionalBoolean(`attributes.${name}`)] as const,
  ).filter(([, value]) => value !== undefined);
  const { Minimatch } = require('minimatch') as typeof import('minimatch');
  const matcher = pattern ? new Minimatch(pattern) : undefined;
  return ({ id, attributes }) =>
    (matcher?.match(id) ?? true) && wanted.every(([name, value]) => attributes[name] === value);
}

/**
 * Reads `backend.actions.filter`, with its lists `include` and `exclude` of `{ id, attributes }`, where
 * `id` is a glob. What is excluded is out, whatever includes it.
 */
export function readActionFilter(config: RootConfigService): (action: FilteredAction) => boolean {
  const read = (list: string) =>
    (config.getOptionalConfigArray(`backend.actions.filter.${list}`) ?? []).map(readRule);
  const include = read('include');
  const exclude = read('exclude');
  return action =>
    !exclude.some(matches => matches(action)) &&
    (include.length === 0 || include.some(matches => matches(action)));
}
