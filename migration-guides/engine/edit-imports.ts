import { ts } from 'ts-morph';
import {
  bindingsOf,
  identifiersIn,
  importsOf,
  isReference,
  symbolOf,
  type ImportBinding,
} from './bindings';
import { codeStyleOf, fits, quoted, type CodeStyle } from './code-style';
import { parseModule, type ParsedModule } from './parse-module';
import { editorOf, lineEnd, lineStart } from './source-edit';

/** A name to import: `{ module: 'backstage-forklift', name: 'createBackend' }`. */
export interface NewImport {
  readonly module: string;
  readonly name: string;
  /** Imported by `import type`. */
  readonly isType?: true;
}

/**
 * Finishes a rewritten file's imports: adds the new ones, and removes those names that the old text
 * used and the new text no longer does. Imports that were unused before stay.
 */
export function settleImports(
  before: ParsedModule,
  text: string,
  added: readonly NewImport[],
): string {
  const after = parseModule({ ...before, text });
  const unused = unusedNames(after);
  const unusedBefore = unusedNames(before);
  const gone = new Set([...unused].filter(name => !unusedBefore.has(name)));
  const editor = editorOf(after);
  const imports = after.sourceFile.statements.filter(ts.isImportDeclaration);
  const style = codeStyleOf(before);
  const missing = withoutPresent(imports, added);
  const homes = new Map(
    missing.map(each => [each, imports.find(declaration => takesIn(declaration, each))]),
  );
  const anchor = imports.find(each => each.importClause) ?? after.sourceFile.statements[0];
  const lines = printImports(
    missing.filter(each => !homes.get(each)),
    style,
  );
  if (lines !== '') {
    editor.appendLeft(anchor?.getStart(after.sourceFile) ?? 0, `${lines}\n`);
  }
  for (const declaration of imports) {
    const bindings = bindingsOf(declaration);
    const kept = bindings.filter(each => !gone.has(each.local.text));
    const joining = missing.filter(each => homes.get(each) === declaration);
    if (kept.length === bindings.length && joining.length === 0) continue;
    const start = declaration.getStart(after.sourceFile);
    const names = [...new Set(joining.map(each => each.name))];
    if (kept.length + names.length === 0)
      editor.remove(lineStart(after.text, start), lineEnd(after.text, declaration.getEnd()));
    else
      editor.overwrite(
        start,
        declaration.getEnd(),
        printKept(after, declaration, kept, style, names),
      );
  }
  return editor.toString();
}

/** True for `import { a } from 'b'`, where another name of `b` is to be imported as well. */
function takesIn(
  { importClause, moduleSpecifier }: ts.ImportDeclaration,
  { module, isType }: NewImport,
): boolean {
  if (!importClause || importClause.name || (moduleSpecifier as ts.StringLiteral).text !== module)
    return false;
  const isTypeOnly = importClause.phaseModifier === ts.SyntaxKind.TypeKeyword;
  const { namedBindings } = importClause;
  return (
    isTypeOnly === (isType ?? false) &&
    namedBindings !== undefined &&
    ts.isNamedImports(namedBindings) &&
    !/\/[/*]/.test(namedBindings.getText())
  );
}

function unusedNames(module: ParsedModule): Set<string> {
  const used = new Set<ts.Symbol | undefined>();
  for (const identifier of identifiersIn(module.sourceFile)) {
    if (isReference(identifier) && !ts.findAncestor(identifier, ts.isImportDeclaration)) {
      used.add(symbolOf(module, identifier));
    }
  }
  return new Set(
    importsOf(module)
      .filter(each => !used.has(symbolOf(module, each.local)))
      .map(each => each.local.text),
  );
}

function withoutPresent(
  imports: readonly ts.ImportDeclaration[],
  added: readonly NewImport[],
): NewImport[] {
  const present = imports.flatMap(bindingsOf);
  return added.filter(
    wanted =>
      !present.some(
        each =>
          each.module === wanted.module &&
          each.imported === wanted.name &&
          each.local.text === wanted.name,
      ),
  );
}

/** Import declarations, one for each module, in the order in which the modules were named. */
export function printImports(added: readonly NewImport[], style: CodeStyle): string {
  const clauseOf = ({ isType }: NewImport): string => (isType ? 'type ' : '');
  const keys = added.map(each => `${clauseOf(each)}${each.module}`);
  return [...new Set(keys)]
    .map(key => {
      const own = added.filter((_, index) => keys[index] === key);
      const names = [...new Set(own.map(each => each.name))];
      return printImport(names, clauseOf(own[0]), own[0].module, style);
    })
    .join('\n');
}

/** One import declaration of named things; on several lines where it is too long. */
export function printImport(
  names: readonly string[],
  clause: string,
  module: string,
  style: CodeStyle,
): string {
  const from = `from ${quoted(module, style)}${style.semicolon}`;
  const line = `import ${clause}{ ${names.join(', ')} } ${from}`;
  if (fits(line, 0) || names.length === 1) return line;
  return `import ${clause}{\n${names.map(name => `  ${name},\n`).join('')}} ${from}`;
}

/**
 * An import declaration with only some of its names.
 *
 * @param joining - further names to import
 */
export function printKept(
  module: ParsedModule,
  declaration: ts.ImportDeclaration,
  kept: readonly ImportBinding[],
  style: CodeStyle,
  joining: readonly string[] = [],
): string {
  const type = declaration.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword ? 'type ' : '';
  const whole = kept.find(each => each.imported === 'default');
  const named = kept.filter(each => each !== whole);
  const specifier = (declaration.moduleSpecifier as ts.StringLiteral).text;
  const from = `from ${quoted(specifier, style)}${style.semicolon}`;
  if (named.length + joining.length === 0) return `import ${type}${whole?.local.text} ${from}`;
  const prefix = whole ? `${whole.local.text}, ` : '';
  if (named[0]?.imported === '*')
    return `import ${type}${prefix}* as ${named[0].local.text} ${from}`;
  const names = named.map(each => each.local.parent.getText(module.sourceFile));
  names.push(...joining);
  return printImport(names, type + prefix, specifier, style);
}
