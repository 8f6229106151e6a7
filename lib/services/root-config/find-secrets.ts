import type { JsonObject, JsonValue } from '@backstage/types';
import type { VisibilityMarks } from './visibility-marks';

/**
 * The strings of a configuration that its schemas mark as secret, by the rules of
 * @backstage/config-loader: the visibility of a value is the one that its own path has, else the
 * nearest deep visibility above it, and a string in a list has that of the list.
 */
export function findSecrets(config: JsonObject, marks: VisibilityMarks): Set<string> {
  const secrets = new Set<string>();
  const visit = (value: JsonValue | undefined, path: string, inherited?: string): void => {
    if (typeof value === 'string') {
      if ((marks.visibility.get(path) ?? inherited) === 'secret') {
        secrets.add(value);
      }
      return;
    }
    const deep = marks.deep.get(path) ?? inherited;
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) {
        const own = `${path}/${index}`;
        visit(item, typeof item === 'object' || marks.visibility.has(own) ? own : path, deep);
      }
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) {
        visit(item, `${path}/${key}`, deep);
      }
    }
  };
  visit(config, '');
  return secrets;
}
