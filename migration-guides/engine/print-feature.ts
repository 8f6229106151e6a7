import { quoted, type CodeStyle } from './code-style';
import { printPolicies } from './open-routes';
import type { ServiceMapping } from './service-mapping';

/** A feature of the new system that serves a router. */
export interface RouterFeature {
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

/** The statement that makes a feature, in the style of its file. */
export function printFeature(feature: RouterFeature, style: CodeStyle): string {
  const { assigned, pluginId, moduleId, services, params, body, openRoutes } = feature;
  const refs = services.map(each => `        ${each.name}: ${each.ref},\n`).join('');
  const own = moduleId === undefined ? '' : `  moduleId: ${quoted(moduleId, style)},\n`;
  const text = `${assigned}${makerOf(feature)}({
  pluginId: ${quoted(pluginId, style)},
${own}  register(env) {
    env.registerInit({
      deps: {
        httpRouter: coreServices.httpRouter,
${refs}      },
      async init({ ${['httpRouter', ...params].join(', ')} }) {
${body}${printPolicies(openRoutes, style)}      },
    });
  },
});
`;
  return style.semicolon === '' ? text.replaceAll(/;$/gm, '') : text;
}
