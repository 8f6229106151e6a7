import { codeStyleOf, quoted } from '../engine/code-style';
import { printPolicies } from '../engine/open-routes';
import type { ParsedModule } from '../engine/parse-module';
import type { ConvertedKeys } from './convert-keys';
import type { FunctionArgument } from './function-arguments';

/** A plugin that calls a function of its file. */
export interface PrintedPlugin {
  readonly id: string;
  /** The function that makes the router. */
  readonly name: string;
  readonly keys: ConvertedKeys;
  readonly args: readonly FunctionArgument[];
  /** Paths that answer without a token. */
  readonly policies: readonly string[];
}

/** The statement that exports a plugin of the new system, in the style of its file. */
export function printPlugin(module: ParsedModule, plugin: PrintedPlugin): string {
  const style = codeStyleOf(module);
  const { services, contracts } = plugin.keys;
  const made = [...contracts.values()].flatMap(each => each.services);
  const used = plugin.args.length > 0 ? [...new Set([...services, ...made])] : [];
  const refs = used.map(each => `        ${each.name}: ${each.ref},\n`).join('');
  const rest = used.length > 0 ? ['...services'] : [];
  const names = isPlain(plugin) ? rest : used.map(each => each.name);
  const text = `export default createBackendPlugin({
  pluginId: ${quoted(plugin.id, style)},
  register(env) {
    env.registerInit({
      deps: {
        httpRouter: coreServices.httpRouter,
${refs}      },
      async init({ ${['httpRouter', ...names].join(', ')} }) {
${printUse(plugin)}${printPolicies(plugin.policies, style)}      },
    });
  },
});
`;
  return style.semicolon === '' ? text.replaceAll(/;$/gm, '') : text;
}

/** True when the function takes the services as they are, or nothing. */
function isPlain({ keys, args }: PrintedPlugin): boolean {
  return (
    keys.contracts.size === 0 && args.length <= 1 && args.every(each => each === 'environment')
  );
}

/** `httpRouter.use(await createRouter(services));` */
function printUse(plugin: PrintedPlugin): string {
  const { name, keys, args } = plugin;
  if (isPlain(plugin)) {
    const services = keys.services.length > 0 ? 'services' : '{}';
    return `        httpRouter.use(await ${name}(${args.length > 0 ? services : ''}));\n`;
  }
  const values = valuesOf(keys);
  const lines = [...values].map(([key, value]) => (key === value ? key : `${key}: ${value}`));
  const [only] = args;
  if (args.length === 1 && only === 'environment') {
    const properties = lines.map(each => `            ${each},\n`).join('');
    return `        httpRouter.use(\n          await ${name}({\n${properties}          }),\n        );\n`;
  }
  const printed = args.map(each =>
    each === 'environment' ? `{ ${lines.join(', ')} }` : (values.get(each.key) ?? each.key),
  );
  return `        httpRouter.use(await ${name}(${printed.join(', ')}));\n`;
}

/** What each key of the function's argument is, by name. */
function valuesOf({ services, contracts }: ConvertedKeys): Map<string, string> {
  const values = [
    ...services.map(each => [each.name, each.name] as const),
    ...[...contracts].map(([key, { expression }]) => [key, expression] as const),
  ];
  return new Map(values.sort(([a], [b]) => a.localeCompare(b)));
}

/** The type of the function's argument. */
export function printServices(name: string, { services, contracts }: ConvertedKeys): string {
  const members = [
    ...services.map(each => [each.name, each.type] as const),
    ...[...contracts].map(([key, { type }]) => [key, type.name] as const),
  ].sort(([a], [b]) => a.localeCompare(b));
  return `interface ${name} {\n${members.map(each => `  ${each.join(': ')};\n`).join('')}}\n`;
}
