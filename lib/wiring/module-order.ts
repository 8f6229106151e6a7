import { circularDependency } from './errors';
import { findCycles } from './find-cycles';
import { Graph } from './graph';
import type { Registration } from './normalise-registrations';

/**
 * For each module of a plugin, the modules that have to be done before it: one that provides an
 * extension point comes after all that use it, so that it sees everything they give it. Undefined when
 * no module provides one.
 *
 * @throws ConflictError when modules wait for each other in a circle
 */
export function modulesBefore(
  modules: Registration[],
): Map<Registration, Registration[]> | undefined {
  if (modules.every(({ extensionPoints }) => extensionPoints.length === 0)) {
    return undefined;
  }
  const before = new Map<Registration, Registration[]>();
  const users = new Map<string, Registration[]>();
  for (const module of modules) {
    for (const id of new Set(module.refs.map(ref => ref.id))) {
      users.set(id, [...(users.get(id) ?? []), module]);
    }
  }
  for (const module of modules) {
    const own = new Set(module.extensionPoints.flatMap(({ ref }) => users.get(ref.id) ?? []));
    if (own.size > 0) {
      before.set(module, [...own]);
    }
  }
  const [cycle] = findCycles(
    new Graph(modules.length, (index, targets) =>
      before.get(modules[index])?.forEach(module => targets.push(modules.indexOf(module))),
    ),
  );
  if (cycle) {
    const path = cycle.map(index => `'${modules[index].moduleId}'`).join(' -> ');
    throw circularDependency(
      `Circular dependency detected for modules of plugin '${modules[0].pluginId}', ${path}`,
    );
  }
  return before;
}
