import { ts } from 'ts-morph';
import { importOf, importsOf, type ImportBinding } from '../engine/bindings';
import { indented, quoted } from '../engine/code-style';
import type { Mount } from '../engine/old-backend/old-backend';
import { readPluginFile, type PluginFile } from '../engine/plugin-file/read-plugin-file';
import { resolveModule } from '../engine/plugin-file/resolve-module';
import {
  plainStatusCheckCall,
  plainStatusCheckPath,
} from '../engine/plugin-file/status-check-path';
import { unwrap } from '../engine/unwrap';
import { awaits, capturesOf } from './captured';
import type { LiftContext, Obstacle } from './lift-context';

/** The plugin that is served at the root. */
const FRONT_END = 'app';
const FRONT_END_PACKAGE = '@backstage/plugin-app-backend';

/**
 * Moves a router that stood beside the API into the root HTTP router, where that is possible.
 *
 * @returns true when it was moved, an obstacle when a person has to, undefined for all that
 * legacyPlugin can mount
 */
export function moveToRootHttpRouter(
  context: LiftContext,
  mount: Mount,
): true | Obstacle | undefined {
  const [handler] = mount.handlers;
  if (handler && capturesOf(context.old, handler).length === 0 && !awaits(handler)) {
    const address = context.basePath + (mount.path ?? '');
    const path = address === '' ? '' : `${quoted(address, context.style)}, `;
    context.addRootHandler(`app.use(${path}${context.textOf(handler)})`);
    context.entry(mount.node, 'migrated', 'now part of the root HTTP router', 'root-routers');
    return true;
  }
  if (mount.path !== '') return undefined;
  const path = statusCheckPath(context, mount);
  if (path !== undefined) {
    addStatusCheck(context, mount, path);
    return true;
  }
  return isFrontEnd(context, mount)
    ? undefined
    : { reason: 'is served at the root, where only the front end can be', anchor: 'root-routers' };
}

/** The path of a health check that checks nothing, made in index.ts or in a plugin's file. */
function statusCheckPath(context: LiftContext, mount: Mount): string | undefined {
  const [handler] = mount.handlers;
  const here = handler && plainStatusCheckCall(context.old.module, handler);
  if (here !== undefined) return here;
  const found = pluginFileOf(context, mount);
  return found && plainStatusCheckPath(found.module, found.plugin);
}

function isFrontEnd(context: LiftContext, mount: Mount): boolean {
  if (mount.environments[0]?.id !== FRONT_END || context.takenIds.has(FRONT_END)) return false;
  const module = importBehind(context, mount)?.module ?? '';
  if (/\/app$/.test(module) || module === FRONT_END_PACKAGE) return true;
  const found = pluginFileOf(context, mount);
  return (
    found !== undefined && importsOf(found.module).some(each => each.module === FRONT_END_PACKAGE)
  );
}

function addStatusCheck(context: LiftContext, mount: Mount, path: string): void {
  const address = context.basePath + path;
  const ok = `{ status: ${quoted('ok', context.style)} }`;
  const handler = `(_request, response) => response.json(${ok})`;
  context.addRootHandler(`app.get(${quoted(address, context.style)}, ${handler})`);
  const reason = `the health check at ${address} is now part of the root HTTP router`;
  context.entry(mount.node, 'migrated', reason, 'root-routers');
}

function importBehind({ old }: LiftContext, { handlers }: Mount): ImportBinding | undefined {
  const router = handlers[0] && unwrap(handlers[0]);
  return importOf(old.module, router && ts.isCallExpression(router) ? router.expression : router);
}

function pluginFileOf(context: LiftContext, mount: Mount): PluginFile | undefined {
  const binding = importBehind(context, mount);
  const file = binding && resolveModule(context.root, context.old.module.file, binding.module);
  return file === undefined ? undefined : readPluginFile(context.root, file, binding?.imported);
}

/** The root HTTP router's factory, when it has handlers: they stand where they stood, before the plugins. */
export function printRootHttpRouter(context: LiftContext): string {
  const { rootHandlers, lastRootHandlers, basePath } = context;
  if (rootHandlers.length + lastRootHandlers.length === 0 && basePath === '') return '';
  const end = context.style.semicolon;
  context.import(context.runtime.rootHttpRouter, 'rootHttpRouterServiceFactory');
  const lines = [
    'app.use(middleware.helmet())',
    'app.use(middleware.cors())',
    'app.use(middleware.compression())',
    'app.use(middleware.logging())',
    'app.use(healthRouter)',
    ...rootHandlers,
    basePath === '' ? 'app.use(routes)' : `app.use(${quoted(basePath, context.style)}, routes)`,
    ...lastRootHandlers,
    'app.use(middleware.notFound())',
    'app.use(middleware.error())',
  ].map(line => `      ${indented(line, 6)}${end}\n`);
  const services = [...context.configNames]
    .map(name => (name === 'config' ? ', config' : `, config: ${name}`))
    .join('');
  return (
    'backend.add(\n  rootHttpRouterServiceFactory({\n' +
    `    configure({ app, middleware, healthRouter, routes${services} }) {\n` +
    `${lines.join('')}    },\n  }),\n)${end}`
  );
}
