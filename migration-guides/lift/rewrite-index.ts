import { ts } from 'ts-morph';
import { identifiersIn, referencesTo, symbolOf } from '../engine/bindings';
import { codeStyleOf } from '../engine/code-style';
import type { ConfigSetting } from '../engine/config-settings';
import { settleImports, type NewImport } from '../engine/edit-imports';
import type { BackendProject } from '../engine/find-project';
import type { OldBackend } from '../engine/old-backend/old-backend';
import type { ReportEntry } from '../engine/plan';
import { editorOf, lineRange } from '../engine/source-edit';
import { failureHandlerOf } from './failure-handler';
import { LiftContext, type RuntimeModules } from './lift-context';
import { onlyForPeople } from './only-for-people';
import { rewriteEnvironment } from './rewrite-environment';
import { rewriteMain } from './rewrite-main';

const RUNTIMES: Record<'forklift' | 'backstage', RuntimeModules & { readonly backend: string }> = {
  forklift: {
    backend: 'backstage-forklift',
    api: 'backstage-forklift',
    rootHttpRouter: 'backstage-forklift/services',
  },
  backstage: {
    backend: '@backstage/backend-defaults',
    api: '@backstage/backend-plugin-api',
    rootHttpRouter: '@backstage/backend-defaults/rootHttpRouter',
  },
};

/** The new text of index.ts, and what became of its parts. */
export interface RewrittenIndex {
  readonly text: string;
  readonly report: readonly ReportEntry[];
  /** What the service builder was told, as configuration. */
  readonly settings: readonly ConfigSetting[];
  /** Packages that the new text imports and the old one may not. */
  readonly packages: readonly string[];
}

/**
 * Rewrites an old index.ts onto createBackend() and legacyPlugin(...).
 */
export function rewriteIndex(
  old: OldBackend,
  project: BackendProject,
  runtime: 'forklift' | 'backstage',
): RewrittenIndex {
  const { module, main } = old;
  const modules = RUNTIMES[runtime];
  const { context, lines } = rewriteStatements(old, project, modules);
  const editor = editorOf(module);
  const { semicolon } = codeStyleOf(module);
  const failure = failureHandlerOf(old);
  if (failure) {
    context.entry(failure.node, 'migrated', 'is called when the backend does not start', 'main');
  }
  const start = `backend.start()${failure ? `.catch(${failure.text})` : ''}${semicolon}\n`;
  const calls = mainCalls(old);
  const mainStatement = statementOf(main.declaration);
  const range = lineRange(module, mainStatement);
  const body = [`const backend = createBackend()${semicolon}\n`];
  if (lines !== '') body.push(`${lines}\n`);
  if (calls.length === 0) body.push(start);
  editor.overwrite(range.start, range.end, body.join('\n'));
  calls.forEach((call, index) => {
    const { start: from, end } = lineRange(module, call);
    if (index === 0) editor.overwrite(from, end, start);
    else editor.remove(from, end);
  });
  for (const statement of obsoleteStatements(old)) {
    const { start: from, end } = lineRange(module, statement);
    editor.remove(from, end);
  }
  const added: NewImport[] = [
    { module: modules.backend, name: 'createBackend' },
    ...context.imports,
  ];
  if (!context.imports.some(each => each.name === 'makeLegacyPlugin')) {
    added.push({ module: 'backstage-forklift/legacy', name: 'legacyPlugin' });
  }
  const text = settleImports(module, tidied(editor.toString()), grouped(added));
  return {
    text,
    report: context.report,
    settings: context.settings,
    packages: [...new Set(added.map(each => packageOf(each.module)))],
  };
}

/** What is left to a person takes along the variables that nothing else needs. */
function rewriteStatements(
  old: OldBackend,
  project: BackendProject,
  modules: RuntimeModules,
): { readonly context: LiftContext; readonly lines: string } {
  const taken = new Set<ts.Node>();
  for (;;) {
    const context = new LiftContext(old, modules, project, taken);
    const environment = rewriteEnvironment(context);
    const lines = [environment, rewriteMain(context)].filter(each => each !== '').join('\n\n');
    const more = onlyForPeople(context).filter(each => !taken.has(each));
    if (more.length === 0) return { context, lines };
    more.forEach(each => taken.add(each));
  }
}

/** Top-level statements that call main(). */
function mainCalls({ module, main }: OldBackend): ts.Statement[] {
  const name = main.declaration.name;
  if (!name || !ts.isIdentifier(name)) return [];
  return module.sourceFile.statements.filter(
    statement =>
      ts.isExpressionStatement(statement) && referencesTo(module, name, statement).length > 0,
  );
}

/** Hot reloading, and what only main() used: makeCreateEnv, and functions that mounted plugins. */
function obsoleteStatements(old: OldBackend): ts.Statement[] {
  const { module, factory, main } = old;
  const hotReloads = module.sourceFile.statements.filter(each => isHotReload(module, each));
  const candidates = module.sourceFile.statements.filter(
    each => old.helpers.has(each) || (factory && each === statementOf(factory.declaration)),
  );
  const gone: ts.Node[] = [main.declaration];
  for (const statement of candidates.toReversed()) {
    if (namesOf(statement).every(name => isUsedOnlyIn(module, name, [...gone, statement]))) {
      gone.push(statement);
    }
  }
  return [...hotReloads, ...candidates.filter(each => gone.includes(each))];
}

function namesOf(statement: ts.Statement): ts.Identifier[] {
  const declarations = ts.isVariableStatement(statement)
    ? statement.declarationList.declarations
    : [statement as ts.FunctionDeclaration];
  return declarations.flatMap(({ name }) => (name && ts.isIdentifier(name) ? [name] : []));
}

function isUsedOnlyIn(
  module: OldBackend['module'],
  name: ts.Identifier,
  places: readonly ts.Node[],
): boolean {
  return referencesTo(module, name).every(each =>
    ts.findAncestor(each, parent => places.includes(parent)),
  );
}

/** `module.hot?.accept()`, also inside `if (module.hot)`. */
function isHotReload(module: OldBackend['module'], statement: ts.Statement): boolean {
  if (!/\bmodule\.hot\b/.test(statement.getText(module.sourceFile))) return false;
  if (!ts.isExpressionStatement(statement) && !ts.isIfStatement(statement)) return false;
  return identifiersIn(statement).every(
    each => ['module', 'hot', 'accept'].includes(each.text) || !symbolOf(module, each),
  );
}

function statementOf(declaration: ts.FunctionDeclaration | ts.VariableDeclaration): ts.Statement {
  return ts.isVariableDeclaration(declaration)
    ? (declaration.parent.parent as ts.VariableStatement)
    : declaration;
}

/** Where statements went, at most one blank line stays. */
function tidied(text: string): string {
  return text.replace(/\n{3,}/g, '\n\n');
}

/** The backend first, then what goes into it. */
function grouped(imports: readonly NewImport[]): NewImport[] {
  const order = [...new Set(imports.map(each => each.module))];
  return [...imports].sort((a, b) => order.indexOf(a.module) - order.indexOf(b.module));
}

function packageOf(module: string): string {
  return module
    .split('/')
    .slice(0, module.startsWith('@') ? 2 : 1)
    .join('/');
}
