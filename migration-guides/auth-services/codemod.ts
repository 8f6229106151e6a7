import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import { importOf } from '../engine/bindings';
import { settleImports } from '../engine/edit-imports';
import { KeyBindings } from '../engine/key-bindings';
import { Obstacle } from '../engine/obstacle';
import { lineOf, type ParsedModule } from '../engine/parse-module';
import type { ServiceMapping } from '../engine/service-mapping';
import { editorOf } from '../engine/source-edit';
import type { Finding, SourceCodemod, SourceRewrite } from '../engine/source-step/source-codemod';
import { convertAuthKey, type AuthConversion, type AuthKey } from './convert-auth-key';

const REMOVED: ReadonlySet<string> = new Set(['identity', 'tokenManager']);

/** Puts `auth` and `httpAuth` in the place of services that plugins of the new system once had. */
export const authServices: SourceCodemod = {
  step: 'auth-services',
  marks: /\bcoreServices\b[\s\S]*\.(identity|tokenManager)\b/,
  replaces: [],
  start: () => rewrite,
};

function rewrite(module: ParsedModule): SourceRewrite {
  const editor = editorOf(module);
  const findings: Finding[] = [];
  const bindings = new KeyBindings(module);
  const added = new Map<ts.ObjectLiteralExpression, Set<string>>();
  const seen = new Set<ts.Node>();
  const visit = (node: ts.Node): void => {
    const registration = registrationOf(node);
    if (registration) {
      for (const property of removedIn(module, registration.deps)) {
        seen.add(property);
        findings.push(replace({ module, editor, bindings }, registration, property, added));
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(module.sourceFile);
  bindings.write(editor);
  for (const property of removedAnywhere(module)) {
    if (seen.has(property.parent)) continue;
    const reason = `uses ${property.getText()} outside of registerInit()`;
    const anchor = anchorOf(property.name.text);
    findings.push({ line: lineOf(module, property), outcome: 'manual', reason, anchor });
  }
  const text = editor.hasChanged() ? settleImports(module, editor.toString(), []) : module.text;
  return { text, uses: [], findings };
}

interface Registration {
  readonly deps: ts.ObjectLiteralExpression;
  readonly pattern: ts.ObjectBindingPattern;
}

/** `env.registerInit({ deps: { ... }, async init({ ... }) { ... } })` */
function registrationOf(node: ts.Node): Registration | undefined {
  if (!ts.isCallExpression(node) || !/\.registerInit$/.test(node.expression.getText())) {
    return undefined;
  }
  const [options] = node.arguments;
  if (!options || !ts.isObjectLiteralExpression(options)) return undefined;
  const named = (name: string): ts.ObjectLiteralElementLike | undefined =>
    options.properties.find(each => each.name?.getText() === name);
  const deps = named('deps');
  const init = named('init');
  const made = init && ts.isPropertyAssignment(init) ? init.initializer : init;
  const isFunction =
    made &&
    (ts.isMethodDeclaration(made) || ts.isArrowFunction(made) || ts.isFunctionExpression(made));
  const pattern = isFunction ? made.parameters[0]?.name : undefined;
  return deps &&
    ts.isPropertyAssignment(deps) &&
    ts.isObjectLiteralExpression(deps.initializer) &&
    pattern &&
    ts.isObjectBindingPattern(pattern)
    ? { deps: deps.initializer, pattern }
    : undefined;
}

function removedIn(
  module: ParsedModule,
  deps: ts.ObjectLiteralExpression,
): ts.PropertyAssignment[] {
  return deps.properties
    .filter(ts.isPropertyAssignment)
    .filter(each => isRemoved(module, each.initializer));
}

function isRemoved(module: ParsedModule, node: ts.Node): node is ts.PropertyAccessExpression {
  return (
    ts.isPropertyAccessExpression(node) &&
    REMOVED.has(node.name.text) &&
    isCoreServices(module, node.expression)
  );
}

/** `coreServices`, by whatever name it is imported, or `api.coreServices` of a whole import. */
function isCoreServices(module: ParsedModule, node: ts.Expression): boolean {
  if (!ts.isPropertyAccessExpression(node)) {
    return importOf(module, node)?.imported === 'coreServices';
  }
  return node.name.text === 'coreServices' && importOf(module, node.expression)?.imported === '*';
}

function removedAnywhere(module: ParsedModule): ts.PropertyAccessExpression[] {
  const found: ts.PropertyAccessExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (isRemoved(module, node)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(module.sourceFile);
  return found;
}

function replace(
  conversion: AuthConversion,
  { deps, pattern }: Registration,
  property: ts.PropertyAssignment,
  added: Map<ts.ObjectLiteralExpression, Set<string>>,
): Finding {
  const { module, editor } = conversion;
  const line = lineOf(module, property);
  const key = (property.initializer as ts.PropertyAccessExpression).name.text as AuthKey;
  const name = property.name.getText(module.sourceFile);
  const element = pattern.elements.find(
    each => (each.propertyName ?? each.name).getText(module.sourceFile) === name,
  );
  try {
    if (!element || name !== key || !ts.isIdentifier(element.name) || element.propertyName) {
      throw new Obstacle(`takes ${key} in a way that is not understood`, anchorOf(key));
    }
    const rehearsed = { module, editor: editorOf(module), bindings: new KeyBindings(module) };
    convertAuthKey(rehearsed, key, [element.name]);
    const services = convertAuthKey(conversion, key, [element.name]);
    const own = added.get(deps) ?? new Set();
    added.set(deps, own);
    replaceRef(
      module,
      editor,
      deps,
      property,
      services.filter(each => !own.has(each.name)),
    );
    services.forEach(each => own.add(each.name));
    const names = services.map(each => each.name).join(' and ');
    return {
      line,
      outcome: 'migrated',
      reason: `uses ${names} in place of ${key}`,
      anchor: anchorOf(key),
    };
  } catch (error) {
    if (!(error instanceof Obstacle)) throw error;
    return { line, outcome: 'manual', reason: error.message, anchor: error.anchor };
  }
}

/** The new services where the old one stood, other than those that are there already. */
function replaceRef(
  module: ParsedModule,
  editor: MagicString,
  { properties }: ts.ObjectLiteralExpression,
  property: ts.PropertyAssignment,
  services: readonly ServiceMapping[],
): void {
  const present = properties.map(each => each.name?.getText(module.sourceFile));
  const missing = services.filter(each => !present.includes(each.name));
  const start = property.getStart(module.sourceFile);
  const lineStart = module.text.lastIndexOf('\n', start) + 1;
  const indent = /^[ \t]*/.exec(module.text.slice(lineStart))?.[0] ?? '';
  const { expression } = property.initializer as ts.PropertyAccessExpression;
  const own = expression.getText(module.sourceFile);
  const lines = missing.map(each => `${each.name}: ${each.ref.replace('coreServices', own)}`);
  if (lines.length > 0) editor.overwrite(start, property.getEnd(), lines.join(`,\n${indent}`));
  else {
    const index = properties.indexOf(property);
    const end = properties[index + 1]?.getStart(module.sourceFile);
    editor.remove(start, end ?? property.getEnd());
  }
}

function anchorOf(key: string): string {
  return key === 'identity' ? 'identity' : 'token-manager';
}
