import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import { identifiersIn, isReference, symbolOf } from '../engine/bindings';
import { codeStyleOf, quoted, type CodeStyle } from '../engine/code-style';
import { settleImports, type NewImport } from '../engine/edit-imports';
import type { ParsedModule } from '../engine/parse-module';
import { packageOf } from '../engine/plugin-file/describe-plugin-file';
import { editorOf, lineRange } from '../engine/source-edit';
import { BODY_INDENT } from './body-indent';
import { dropBuiltinActions } from './builtin-actions';
import { keptServices, type Surroundings } from './kept-services';
import type { Reading } from './reading';
import type { ExtensionForm, FurtherPoint } from './stock-package';

const API = '@backstage/backend-plugin-api';

/** The plugin's file as a module with the code that stays. */
export interface KeptModule {
  readonly text: string;
  /** Packages that the new text imports. */
  readonly packages: readonly string[];
  /** First versions of packages, the plugin's own among them, that have all the extension points. */
  readonly since: ReadonlyMap<string, readonly string[]>;
  /** Service factories that the backend has to add. */
  readonly factories: readonly NewImport[];
}

/** The code that stays. */
export interface KeptCode {
  /** The parts of the old file that are in it. */
  readonly nodes: readonly ts.Node[];
  readonly imports?: readonly NewImport[];
  /** Further extension points that it uses, from the same package. */
  readonly points?: readonly FurtherPoint[];
  /** Statements beside the plugin's function that are not needed any more. */
  readonly obsolete?: readonly ts.Statement[];
  /**
   * Its statements, indented but for their first lines: those of the start, and those that wait until
   * the plugin has started.
   *
   * @param editor - has the edits that services need
   * @param name - what the extension point is called
   */
  print(editor: MagicString, name: string): { readonly early: string[]; readonly late: string[] };
}

/**
 * Rewrites a plugin's file to a module of the published plugin, with the code that stays.
 *
 * @throws Obstacle when that code uses something that the new system does not have
 */
export function printKeptModule(
  reading: Reading,
  kept: KeptCode,
  form: ExtensionForm,
  surroundings: Surroundings,
): KeptModule {
  const { module, plugin, stock } = reading;
  const style = codeStyleOf(module);
  const name = freeName(module, form.name);
  const inner = editorOf(module);
  const outer = editorOf(module);
  if (stock.id === 'scaffolder') dropBuiltinActions(reading, outer);
  const services = keptServices(reading, inner, kept.nodes, outer, surroundings);
  const { early, late } = kept.print(inner, name);
  const further = [...new Map((kept.points ?? []).map(each => [each.point, each])).values()];
  const points = [{ name, point: form.point }, ...further].filter(
    each =>
      further.length === 0 || [...early, ...late].some(line => line.includes(`${each.name}.`)),
  );
  const deps = [...points.map(each => `${each.name}: ${each.point}`), ...services.deps];
  const params = points.map(each => each.name);
  if (late.length > 0) {
    const lifecycle = freeName(module, 'lifecycle');
    deps.push(`${lifecycle}: coreServices.lifecycle`);
    params.push(lifecycle);
    early.push(printHook(lifecycle, late, style));
  }
  params.push(...services.params);
  const lines = [...services.lines, ...early];
  const printed = printModule({ id: stock.id, deps, params, lines }, style);
  const statement = statementOf(plugin);
  outer.overwrite(statement.getStart(module.sourceFile), statement.getEnd(), printed);
  const gone = [...(kept.obsolete ?? []), ...defaultExportsOf(module, plugin)];
  for (const each of gone) {
    const { start, end } = lineRange(module, each);
    outer.remove(start, end);
  }
  const added: NewImport[] = [
    ...(deps.some(each => each.includes('coreServices.'))
      ? [{ module: API, name: 'coreServices' }]
      : []),
    { module: API, name: 'createBackendModule' },
    ...(kept.imports ?? []),
    ...points.map(each => ({ module: form.from, name: each.point })),
    ...services.imports,
  ];
  const text = settleImports(module, outer.toString(), added.sort(inOrder));
  const since = new Map([
    [packageOf({ module: form.from }), further.flatMap(each => each.since ?? [])],
    [stock.package, [form, ...further].flatMap(each => each.plugin ?? [])],
  ]);
  return { text, packages: packagesIn(text), since, factories: services.factories };
}

function inOrder(a: NewImport, b: NewImport): number {
  return a.module.localeCompare(b.module) || a.name.localeCompare(b.name);
}

function printHook(lifecycle: string, late: readonly string[], { semicolon }: CodeStyle): string {
  const indent = ' '.repeat(BODY_INDENT);
  const lines = late.map(each => (each === '' ? '\n' : `${indent}  ${each}\n`)).join('');
  return `${lifecycle}.addStartupHook(async () => {\n${lines}${indent}})${semicolon}`;
}

interface PrintedModule {
  readonly id: string;
  readonly deps: readonly string[];
  readonly params: readonly string[];
  readonly lines: readonly string[];
}

function printModule({ id, deps, params, lines }: PrintedModule, style: CodeStyle): string {
  const indent = ' '.repeat(BODY_INDENT);
  return `export default createBackendModule({
  pluginId: ${quoted(id, style)},
  moduleId: ${quoted('custom-extensions', style)},
  register(reg) {
    reg.registerInit({
      deps: {
${deps.map(each => `${indent}${each},\n`).join('')}      },
      async init({ ${params.join(', ')} }) {
${lines.map(each => (each === '' ? '\n' : `${indent}${each}\n`)).join('')}      },
    })${style.semicolon}
  },
})${style.semicolon}`;
}

/** A name that nothing in the file has. */
function freeName(module: ParsedModule, wanted: string): string {
  const taken = new Set(
    identifiersIn(module.sourceFile)
      .filter(each => isReference(each) || isDeclared(each))
      .map(each => each.text),
  );
  let name = wanted;
  for (let n = 1; taken.has(name); n += 1) name = `${wanted}Extensions${n === 1 ? '' : n}`;
  return name;
}

/** True where a name is given to a variable, function, class or import. */
function isDeclared({ parent }: ts.Identifier): boolean {
  return (
    !ts.isPropertyAssignment(parent) &&
    !ts.isPropertyAccessExpression(parent) &&
    !ts.isTypeElement(parent)
  );
}

/** `export default createPlugin;` beside the function. */
function defaultExportsOf(module: ParsedModule, plugin: Reading['plugin']): ts.Statement[] {
  const name = ts.isFunctionDeclaration(plugin)
    ? plugin.name
    : ts.isVariableDeclaration(plugin.parent) && ts.isIdentifier(plugin.parent.name)
      ? plugin.parent.name
      : undefined;
  const symbol = name && symbolOf(module, name);
  return module.sourceFile.statements
    .filter(ts.isExportAssignment)
    .filter(
      each => ts.isIdentifier(each.expression) && symbolOf(module, each.expression) === symbol,
    );
}

function statementOf(plugin: Reading['plugin']): ts.Statement {
  return ts.findAncestor(plugin, each => ts.isSourceFile(each.parent)) as ts.Statement;
}

/** The packages that a text imports from. */
function packagesIn(text: string): string[] {
  const specifiers = [...text.matchAll(/\bfrom\s*['"]([^.'"][^'"]*)['"]/g)].map(([, each]) => each);
  return [...new Set(specifiers.map(each => packageOf({ module: each })))];
}
