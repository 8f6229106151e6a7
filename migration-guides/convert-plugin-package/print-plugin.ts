import { posix } from 'node:path';
import { ts } from 'ts-morph';
import {
  codeStyleOf,
  indented,
  printCall,
  quoted,
  type Code,
  type CodeStyle,
} from '../engine/code-style';
import { printImports, type NewImport } from '../engine/edit-imports';
import type { ParsedModule } from '../engine/parse-module';
import { INIT_INDENT, printFeature } from '../engine/print-feature';
import { SAME_SERVICES, type ServiceMapping } from '../engine/service-mapping';
import type { OptionSource } from './option-source';
import type { RouterEntry } from './router-entry';

/** The value of one option. */
export interface OptionValue {
  readonly name: string;
  readonly source: OptionSource;
}

/** A plugin of the new system that serves the router of a package. */
export interface PackagePlugin {
  readonly id: string;
  /** The name of the constant. */
  readonly name: string;
  /** The file it is printed for, relative to the root. */
  readonly file: string;
  readonly entry: RouterEntry;
  readonly shape: 'object' | 'arguments' | 'none';
  readonly values: readonly OptionValue[];
  /** Routes that answer without a token. */
  readonly openRoutes: readonly string[];
}

/** Prints a file with a plugin, in the style of another one. */
export function printPackagePlugin(plugin: PackagePlugin, like: ParsedModule): string {
  const style = codeStyleOf(like);
  const services = servicesOf(plugin.values);
  const imports = [
    { module: '@backstage/backend-plugin-api', name: 'coreServices' },
    { module: '@backstage/backend-plugin-api', name: 'createBackendPlugin' },
    ...sorted(plugin.values.flatMap(each => each.source.imports)),
    { module: specifier(plugin.file, plugin.entry.module.file), name: plugin.entry.name },
  ];
  const body = printFeature(
    {
      assigned: `export const ${plugin.name} = `,
      pluginId: plugin.id,
      services,
      params: services.map(each => each.name),
      body: printUse(plugin),
      openRoutes: plugin.openRoutes,
    },
    style,
  );
  return `${headerOf(like)}${printImports(imports, style)}\n\n${body}`;
}

/** The services that values are made of, in the order of core services. */
export function servicesOf(values: readonly OptionValue[]): ServiceMapping[] {
  const used = new Set(values.flatMap(each => each.source.services));
  return [...new Set([...Object.values(SAME_SERVICES).filter(each => used.has(each)), ...used])];
}

/** The licence that a file starts with. */
export function headerOf({ text }: ParsedModule): string {
  const [comment] = ts.getLeadingCommentRanges(text, 0) ?? [];
  if (!comment) return '';
  const header = text.slice(comment.pos, comment.end);
  return /copyright|licen[cs]e/i.test(header) ? `${header}\n\n` : '';
}

function printUse({ entry, shape, values }: PackagePlugin): string {
  const args = argumentsOf(shape, values);
  const line = (code: string): string => `${' '.repeat(INIT_INDENT)}${code};\n`;
  if (!entry.builder) {
    const start = 'httpRouter.use(await ';
    const short = printCall(entry.name, args, INIT_INDENT + start.length + 2);
    if (!short.includes('\n')) return line(`${start}${short})`);
    const made = printCall(`await ${entry.name}`, args, INIT_INDENT + 2);
    return line(
      `httpRouter.use(\n${' '.repeat(INIT_INDENT + 2)}${indented(made, INIT_INDENT + 2)},\n${' '.repeat(INIT_INDENT)})`,
    );
  }
  const { maker, result } = entry.builder;
  const callee = maker === 'new' ? `new ${entry.name}` : `await ${entry.name}.${maker}`;
  const made = printCall(callee, args, INIT_INDENT + 'const builder = '.length);
  const builder = indented(made, INIT_INDENT);
  return result === 'object'
    ? line(`const builder = ${builder}`) +
        line('const { router } = await builder.build()') +
        line('httpRouter.use(router)')
    : line(`const builder = ${builder}`) + line('httpRouter.use(await builder.build())');
}

function argumentsOf(shape: PackagePlugin['shape'], values: readonly OptionValue[]): Code[] {
  if (shape === 'none') return [];
  if (shape === 'arguments') return values.map(each => each.source.expression);
  return [{ properties: values.map(each => [each.name, each.source.expression] as const) }];
}

function specifier(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to).replace(/\.tsx?$/, '');
  const short = path.replace(/\/index$/, '');
  return short.startsWith('.') ? short : `./${short}`;
}

function sorted(imports: readonly NewImport[]): NewImport[] {
  // Files of the package come after packages.
  const keyOf = ({ module, name }: NewImport): string =>
    `${module.startsWith('.') ? '~' : ''}${module}${name}`;
  return imports.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** What `import { createBackend }` and the like look like in a new file. */
export function printDevServer(
  runtime: 'forklift' | 'backstage',
  like: ParsedModule,
  factories: readonly NewImport[],
): string {
  const style: CodeStyle = codeStyleOf(like);
  const [backend, testing] =
    runtime === 'forklift'
      ? ['backstage-forklift', 'backstage-forklift/testing']
      : ['@backstage/backend-defaults', '@backstage/backend-test-utils'];
  const imports = printImports(
    [
      { module: backend, name: 'createBackend' },
      { module: testing, name: 'mockServices' },
      ...factories,
    ],
    style,
  );
  const text = `const backend = createBackend();
// In development, requests without a token are those of a mock user.
backend.add(mockServices.auth.factory());
backend.add(mockServices.httpAuth.factory());
${factories.map(each => `backend.add(${each.name});\n`).join('')}backend.add(import(${quoted('../src', style)}));
backend.start();
`;
  const body = style.semicolon === '' ? text.replaceAll(/;$/gm, '') : text;
  return `${headerOf(like)}${imports}\n\n${body}`;
}
