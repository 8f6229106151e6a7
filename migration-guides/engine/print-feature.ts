import { quoted, type CodeStyle } from './code-style';
import { printPolicies } from './open-routes';
import type { ServiceMapping } from './service-mapping';

/** A feature of the new system, most often one that serves a router. */
export interface RouterFeature {
  /** False for one that serves nothing and does not need the HTTP router. */
  readonly serves?: boolean;
  /** What stands before the call: `export default `, or `export const x = `. */
  readonly assigned: string;
  readonly pluginId: string;
  /** Given for a module, which adds its routes to those of the plugin. */
  readonly moduleId?: string;
  /** Its dependencies besides the HTTP router. */
  readonly services: readonly ServiceMapping[];
  /** What init() takes besides the HTTP router. */
  readonly params: readonly string[];
  /** The statements of init(), indented by {@link INIT_INDENT} and ended by a line break. */
  readonly body: string;
  /** Paths that answer without a token. */
  readonly openRoutes: readonly string[];
}

/** Spaces before the statements of init(). */
export const INIT_INDENT = 8;

/** The function that makes a feature, which is to be imported. */
export function makerOf({ moduleId }: Pick<RouterFeature, 'moduleId'>): string {
  return moduleId === undefined ? 'createBackendPlugin' : 'createBackendModule';
}

const HTTP_ROUTER: ServiceMapping = {
  name: 'httpRouter',
  ref: 'coreServices.httpRouter',
  type: 'HttpRouterService',
};

/** The statement that makes a feature, in the style of its file. */
export function printFeature(feature: RouterFeature, style: CodeStyle): string {
  const { assigned, pluginId, moduleId, services, body, openRoutes, serves = true } = feature;
  const own = serves ? [HTTP_ROUTER] : [];
  const refs = [...own, ...services].map(each => `        ${each.name}: ${each.ref},\n`).join('');
  const params = [...own.map(each => each.name), ...feature.params];
  const module = moduleId === undefined ? '' : `  moduleId: ${quoted(moduleId, style)},\n`;
  const deps = refs === '' ? 'deps: {}' : `deps: {\n${refs}      }`;
  const text = `${assigned}${makerOf(feature)}({
  pluginId: ${quoted(pluginId, style)},
${module}  register(env) {
    env.registerInit({
      ${deps},
      async init(${printParameter(params)}) {
${body}${printPolicies(openRoutes, style)}      },
    });
  },
});
`;
  return style.semicolon === '' ? text.replaceAll(/;$/gm, '') : text;
}

/** `{ httpRouter, ...services }`, and `services` where that is all. */
function printParameter(params: readonly string[]): string {
  const [only] = params;
  if (params.length === 1 && only.startsWith('...')) return only.slice('...'.length);
  return params.length > 0 ? `{ ${params.join(', ')} }` : '';
}
