import { ts } from 'ts-morph';
import { importOf } from './bindings';
import type { BackendProject } from './find-project';
import type { BackendInventory, PluginInventory, RootRouterInventory } from './inventory';
import type { Mount, OldBackend, Step } from './old-backend/old-backend';
import { lineOf } from './parse-module';
import { describeModule } from './plugin-file/describe-module';
import { unwrap } from './unwrap';

/** The inventory of a backend that is wired by hand. */
export function inventoryOfOld(project: BackendProject, old: OldBackend): BackendInventory {
  const plugins: PluginInventory[] = [];
  const rootRouters: RootRouterInventory[] = [];
  const blockers: string[] = [];
  const at = (node: ts.Node): string => `${project.index}:${lineOf(old.module, node)}`;
  const text = (node: ts.Node): string => node.getText(old.module.sourceFile);
  const visit = (step: Step, branches: readonly string[]): void => {
    switch (step.kind) {
      case 'mount':
        plugins.push(pluginOf(project, old, step.mount, branches));
        break;
      case 'branch':
        step.steps.forEach(inner => visit(inner, [...branches, headOf(old, step.node)]));
        break;
      case 'middleware':
        blockers.push(
          `${at(step.node)} puts ${step.mount.handlers.map(text).join(', ')} before every plugin.`,
        );
        break;
      case 'service':
        for (const mount of step.mounts) {
          if (mount.environments.length > 0) plugins.push(pluginOf(project, old, mount, branches));
          else {
            rootRouters.push({
              path: mount.path ?? '',
              handler: mount.handlers.map(text).join(', '),
              line: lineOf(old.module, mount.handlers[0] ?? mount.node),
            });
          }
        }
        for (const { name, call } of step.options) {
          if (name === 'setLogger') continue;
          blockers.push(`${at(call)} calls ${name} on the service builder.`);
        }
        break;
      case 'unknown':
        blockers.push(`${at(step.node)} ${step.reason}.`);
        break;
      default:
    }
  };
  old.steps.forEach(step => visit(step, []));
  return {
    ...project,
    state: 'legacy',
    runtime: null,
    environment: keysOf(old),
    plugins,
    rootRouters,
    blockers,
  };
}

function pluginOf(
  project: BackendProject,
  old: OldBackend,
  mount: Mount,
  branches: readonly string[],
): PluginInventory {
  const { module } = old;
  const text = (node: ts.Node): string => node.getText(module.sourceFile);
  const router = mount.handlers.at(-1);
  const call = router && unwrap(router);
  const callee = call && ts.isCallExpression(call) ? call.expression : call;
  const binding = importOf(module, callee);
  const extras =
    call && ts.isCallExpression(call) && mount.environments.length > 0
      ? call.arguments.slice(1).map(text)
      : [];
  const description = binding
    ? describeModule(project.root, project.index, binding.module, binding.imported)
    : { style: 'unknown' as const, file: null, packages: [], envKeys: [], problem: undefined };
  const id = mount.environments[0]?.id ?? mount.path?.replace(/^\/api\//, '') ?? 'unknown';
  const notes: string[] = [];
  if (mount.path !== undefined && mount.path.startsWith('/api/') && mount.path !== `/api/${id}`) {
    notes.push(`Its data is kept under '${id}', its address is ${mount.path}.`);
  }
  if (mount.path === undefined) notes.push('It is mounted at a computed path.');
  if (mount.environments.length > 1) notes.push('It is given several environments.');
  if (description.problem !== undefined) notes.push(`${description.problem}.`);
  return {
    id,
    path: mount.path ?? null,
    state: 'legacy',
    style: description.style,
    file: description.file,
    module: binding?.module ?? project.index,
    line: lineOf(module, router ?? mount.node),
    packages: description.packages,
    envKeys: description.envKeys,
    extraArguments: extras,
    middlewares: mount.handlers.slice(0, -1).map(text),
    branches,
    suggestedStep: 'lift',
    notes,
  };
}

/** `if (...)`, `for (...)`: a statement up to its body. */
function headOf({ module }: OldBackend, node: ts.Statement): string {
  if (ts.isIfStatement(node)) return `if (${node.expression.getText(module.sourceFile)})`;
  const block = ts.isIterationStatement(node, false) ? node.statement : undefined;
  const end = block?.getStart(module.sourceFile) ?? node.getEnd();
  const head = module.text.slice(node.getStart(module.sourceFile), end).trim();
  return head.split('\n')[0].replace(/\s*\{$/, '');
}

function keysOf({ factory, module }: OldBackend): string[] {
  return (factory?.environment?.properties ?? []).flatMap(property =>
    property.name ? [property.name.getText(module.sourceFile)] : [],
  );
}
